/**
 * Clients that send the Bundles of a plan, each under an Idempotency-Key of its own, and again whenever the answer is lost, until they are
 * told what became of it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { PlannedBundle } from './plan.js';

/** Milliseconds a client waits before it knocks again at a door that is shut. */
const KNOCK = 25;
/** Milliseconds after which an answer counts as lost. */
const LOST = 60_000;

export interface EntryTold {
  readonly status: string;
  readonly location?: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface Sent {
  readonly bundle: PlannedBundle;
  readonly fate: 'acknowledged' | 'refused';
  readonly status: number;
  readonly text: string;
  readonly entries: readonly EntryTold[];
  /** How often the answer was lost, or the server could not tell, before there was one. */
  readonly unknown: number;
  /** It had been stored by a request whose answer was lost. */
  readonly replayed: boolean;
}

export interface BundleStorm {
  readonly told: readonly Sent[];
  /** Bundles sent and not yet answered. */
  underWay(): number;
  /** Resolves when so many Bundles have their answer. Throws when that takes too long. */
  answered(count: number, patience?: number): Promise<void>;
  /** Clients that have sent what they are at send nothing more. */
  end(): Promise<void>;
}

export function startBundleStorm(base: string, bundles: readonly PlannedBundle[], clients: number): BundleStorm {
  const left = [...bundles];
  const state: State = { ending: false, underWay: 0 };
  const told: Sent[] = [];
  const client = async () => {
    for (let bundle = left.shift(); bundle !== undefined && !state.ending; bundle = left.shift()) {
      const sent = await sendUntilTold(base, bundle, state);
      if (sent !== undefined) told.push(sent);
    }
  };
  const running = Promise.all(Array.from({ length: clients }, client));
  running.catch((error: unknown) => {
    state.broken = error;
  });
  return {
    told,
    underWay: () => state.underWay,
    async answered(count, patience = 240_000) {
      const deadline = Date.now() + patience;
      while (told.length < count) {
        if (state.broken !== undefined) throw state.broken;
        if (Date.now() > deadline) throw new Error(`Only ${told.length} of ${count} Bundles were answered in time`);
        await pause(5);
      }
    },
    async end() {
      state.ending = true;
      await running;
    },
  };
}

interface State {
  ending: boolean;
  underWay: number;
  /** What no answer of a server should be. */
  broken?: unknown;
}

async function sendUntilTold(base: string, bundle: PlannedBundle, state: State): Promise<Sent | undefined> {
  for (let unknown = 0; !state.ending; ) {
    state.underWay += 1;
    const answer = await sendBundle(base, bundle);
    state.underWay -= 1;
    if (typeof answer === 'object') return { bundle, unknown, ...answer };
    if (answer === 'unknown') unknown += 1;
    await pause(KNOCK);
  }
  return undefined;
}

/** What is said again with the same key is answered as it was, and stores nothing. */
export async function faultsInRepeats(base: string, told: readonly Sent[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { bundle, status, text } of told.filter(({ fate }) => fate === 'acknowledged')) {
    const again = await sendBundle(base, bundle);
    if (typeof again === 'string') faults.push(`${bundle.mark}, sent again, had no answer`);
    else if (!again.replayed || again.status !== status || again.text !== text)
      faults.push(
        `${bundle.mark}, sent again, was answered with ${again.status}, replayed: ${again.replayed}: ${again.text}, not as before: ${text}`,
      );
  }
  return faults;
}

type Told = Omit<Sent, 'bundle' | 'unknown'>;

/** `unheard`: nobody was there to be asked. */
export async function sendBundle(base: string, { mark, entries }: PlannedBundle): Promise<Told | 'unknown' | 'unheard'> {
  try {
    const answer = await fetch(base, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json', prefer: 'return=minimal', 'idempotency-key': `storm-${mark}` },
      body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: entries.map(({ sent }) => sent) }),
      signal: AbortSignal.timeout(LOST),
    });
    const [text, { status, headers }] = [await answer.text(), answer];
    // 503 may mean that the store itself does not know.
    if (status === 503) return 'unknown';
    if (status >= 500) throw new Error(`${mark} was answered with ${status}: ${text}`);
    const replayed = headers.get('idempotency-replayed') === 'true';
    return { fate: status < 300 ? 'acknowledged' : 'refused', status, text, entries: status < 300 ? entriesIn(text) : [], replayed };
  } catch (error) {
    const { cause, name } = error as { readonly cause?: { readonly code?: string }; readonly name: string };
    if (cause === undefined && name !== 'TimeoutError') throw error;
    return cause?.code === 'ECONNREFUSED' ? 'unheard' : 'unknown';
  }
}

function entriesIn(text: string): readonly EntryTold[] {
  const { entry } = JSON.parse(text) as { readonly entry: readonly { readonly response: EntryTold }[] };
  return entry.map(({ response }) => ({ ...response, location: response.location && whole(response.location) }));
}

const whole = (url: string) => url.slice(url.indexOf('/fhir/') + '/fhir/'.length);
