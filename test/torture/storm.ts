/**
 * Clients that write as fast as they are answered: creates, updates and patches of contested resources, deletions, conditional creates
 * of the same thing, transactions. Each writes a mark of its own and notes what became of it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Attempt, Ledger } from './ledger.js';

export const markSystem = 'urn:lianyi:storm:mark';
export const keySystem = 'urn:lianyi:storm:key';

/** So few that clients meet at them. */
const CONTESTED = 24;
/** Milliseconds a client waits before it knocks again at a door that is shut. */
const KNOCK = 20;
/** Milliseconds after which an answer counts as lost. */
const LOST = 60_000;

export interface Storm {
  /** Resolves when `attempts` more have been acknowledged. Throws when that takes longer than `patience` milliseconds. */
  acknowledged(attempts: number, patience?: number): Promise<void>;
  /** Every client ends what it is at. */
  end(): Promise<void>;
}

export function startStorm(base: string, clients: number, ledger: Ledger, name = 'storm'): Storm {
  const state = { ending: false };
  const running = Array.from({ length: clients }, (_, number) => client(base, `${name}-${number}`, ledger, state));
  return {
    async acknowledged(attempts, patience = 150_000) {
      const wanted = ledger.count('acknowledged') + attempts;
      const deadline = Date.now() + patience;
      while (ledger.count('acknowledged') < wanted) {
        if (Date.now() > deadline) throw new Error(`Only ${ledger.count('acknowledged')} of ${wanted} attempts were acknowledged in time`);
        await pause(20);
      }
    },
    async end() {
      state.ending = true;
      await Promise.all(running);
    },
  };
}

async function client(base: string, name: string, ledger: Ledger, state: { readonly ending: boolean }): Promise<void> {
  for (let turn = 0; !state.ending; turn++) {
    const mark = `${name}-${turn}`;
    const work = works[Math.floor(Math.random() * works.length)];
    const attempt = await work?.(base, mark);
    if (attempt === undefined) await pause(KNOCK);
    else {
      ledger.attempts.push(attempt);
      // A server that cannot say what became of a write is about to be gone, or has just come back.
      if (attempt.fate === 'unknown') await pause(KNOCK);
    }
  }
}

/** undefined: nobody was there to be asked. */
type Work = (base: string, mark: string) => Promise<Attempt | undefined>;

const contested = () => `Patient/contested-${Math.floor(Math.random() * CONTESTED)}`;

const patient = (mark: string, more: object = {}) => ({
  resourceType: 'Patient',
  ...more,
  identifier: [{ system: markSystem, value: mark }],
  name: [{ text: '王子涵' }],
});

const observation = (mark: string, subject: string) => ({
  resourceType: 'Observation',
  status: 'final',
  identifier: [{ system: markSystem, value: mark }],
  code: { text: '收缩压' },
  subject: { reference: subject },
});

const create: Work = (base, mark) => attempt({ mark, parts: 1 }, () => send(base, 'POST', 'Patient', patient(mark)));

const update: Work = (base, mark) => {
  const target = contested();
  return attempt({ mark, parts: 1 }, () => send(base, 'PUT', target, patient(mark, { id: target.slice('Patient/'.length) })));
};

const patch: Work = (base, mark) =>
  attempt({ mark, parts: 1 }, () =>
    send(base, 'PATCH', contested(), [{ op: 'replace', path: '/identifier/0/value', value: mark }], {
      'content-type': 'application/json-patch+json',
    }),
  );

const remove: Work = (base, mark) => {
  const target = contested();
  return attempt({ mark, parts: 0, deletion: true }, async () => {
    const answer = await send(base, 'DELETE', target);
    const version = /"(\d+)"/.exec(answer.headers.get('etag') ?? '')?.[1];
    return { ...answer, locations: version === undefined ? [] : [`${target}/_history/${version}`] };
  });
};

/** Clients ask for the same thing at about the same time, and again after it is there. */
const conditional: Work = (base, mark) => {
  const key = `${Math.floor(Date.now() / 200)}`;
  const body = patient(mark);
  const both = { ...body, identifier: [...body.identifier, { system: keySystem, value: key }] };
  const criteria = { 'if-none-exist': `identifier=${encodeURIComponent(`${keySystem}|${key}`)}` };
  return attempt({ mark, parts: 1, key }, () => send(base, 'POST', 'Patient', both, criteria));
};

const transaction: Work = (base, mark) => {
  const target = contested();
  const entry = (method: string, url: string, resource: object, fullUrl?: string) => ({ fullUrl, resource, request: { method, url } });
  const born = `urn:uuid:${crypto.randomUUID()}`;
  const entries = [
    entry('POST', 'Patient', patient(mark), born),
    entry('PUT', target, patient(mark, { id: target.slice('Patient/'.length) })),
    entry('POST', 'Observation', observation(mark, born)),
    entry('POST', 'Observation', observation(mark, target)),
  ];
  return attempt({ mark, parts: entries.length }, () =>
    send(base, 'POST', '', { resourceType: 'Bundle', type: 'transaction', entry: entries }),
  );
};

const works: readonly Work[] = [create, create, update, update, update, patch, remove, conditional, conditional, transaction, transaction];

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly locations: readonly string[];
}

async function attempt(what: Omit<Attempt, 'fate' | 'locations'>, act: () => Promise<Told>): Promise<Attempt | undefined> {
  try {
    const { status, locations } = await act();
    if (status === 200 && what.key !== undefined) return { ...what, fate: 'acknowledged', locations, found: true };
    if (status < 300) return { ...what, fate: 'acknowledged', locations };
    // 503 may mean that the store itself does not know.
    return { ...what, fate: status >= 500 ? 'unknown' : 'refused', locations: [] };
  } catch (error) {
    return neverArrived(error) ? undefined : { ...what, fate: 'unknown', locations: [] };
  }
}

function neverArrived(error: unknown): boolean {
  const { cause } = error as { readonly cause?: { readonly code?: string } };
  return cause?.code === 'ECONNREFUSED';
}

async function send(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const answer = await fetch(path === '' ? base : `${base}/${path}`, {
    method,
    headers: { 'content-type': 'application/fhir+json', prefer: 'return=minimal', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(LOST),
  });
  const text = await answer.text();
  const whole = (url: string) => url.slice(url.indexOf('/fhir/') + '/fhir/'.length);
  const location = answer.headers.get('location');
  const locations = location === null ? locationsIn(text) : [location];
  return { status: answer.status, headers: answer.headers, locations: locations.map(whole) };
}

/** Of the entries of a transaction's answer. */
function locationsIn(text: string): readonly string[] {
  if (!text.startsWith('{"resourceType":"Bundle"')) return [];
  const { entry = [] } = JSON.parse(text) as { readonly entry?: readonly { readonly response: { readonly location?: string } }[] };
  return entry.flatMap(({ response: { location } }) => (location === undefined ? [] : [location]));
}
