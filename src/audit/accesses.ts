/**
 * Accesses as records: what was asked for, by whom, what came of it, and which patients it was about. Of a request there is one, of a Bundle one
 * and one of each of its entries, of a deletion of many one of each; where very many patients are on one page, several.
 * Source: R4 auditevent.html; IHE BALP 1.1 (one per patient found)
 */
import type { Principal } from '../access/principal.js';
import type { FhirError } from '../model/outcome.js';
import type { Version, Write } from '../store/port.js';
import type { Settled } from './chain.js';
import type { Journal } from './journal.js';
import { accessKeys } from './keys.js';
import type { PatientsOf } from './patients.js';
import { inPortions } from './portions.js';
import { type AccessParts, type Action, accessText } from './record.js';
import type { Row } from './sheet.js';

/** What is to be known of a request; whoever performs them has more to tell. */
export interface AskedFor {
  readonly interaction: string;
  readonly access: { readonly principal?: Principal };
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly preconditions: { readonly ifNoneExist?: string };
  readonly origin?: Origin;
  readonly body?: unknown;
  readonly type?: string;
  readonly id?: string;
  readonly version?: string;
  readonly compartment?: string;
  /** Of an operation. */
  readonly name?: string;
}

export interface Origin {
  readonly requestId: string;
  readonly address?: string;
}

export interface Answered {
  readonly status: number;
  readonly version?: { readonly version: number; readonly type?: string; readonly id?: string };
  readonly seen?: readonly Version[];
}

/** What was refused before it was known what it asks for. */
export interface TurnedAway {
  readonly origin?: Origin | undefined;
  readonly access?: { readonly principal?: Principal } | undefined;
  /** `GET /fhir/Patient/1` */
  readonly asked: string;
  readonly error: FhirError;
}

export interface AccessRooms {
  readonly journal: Journal;
  readonly patientsOf: PatientsOf;
  readonly read: (
    keys: readonly { readonly type: string; readonly id: string; readonly version: number }[],
  ) => Promise<readonly (Version | undefined)[]>;
  /** Milliseconds UTC. */
  readonly now?: () => number;
}

/** Patients in one record, and of one request; a page of a search has fewer. */
const PATIENTS = 50;
const MOST_PATIENTS = 2000;
/** Signs of a query. */
const QUERY = 4000;

export function createAccesses({ journal, patientsOf, read, now = Date.now }: AccessRooms) {
  // Every request comes through here: objects are written out, because V8 takes ten times as long for a spread.
  const entryOf = ({ origin }: From, what: What, patients: readonly string[], cut: boolean): AccessParts => {
    const { interaction, action, status, reference, query } = what;
    return { interaction, action, status, address: origin?.address, requestId: origin?.requestId, reference, query, patients, cut };
  };
  const entriesOf = (request: From, what: What): readonly AccessParts[] => {
    const { query, patients } = what;
    if (patients.length <= PATIENTS && (query === undefined || query.length <= QUERY)) return [entryOf(request, what, patients, false)];
    const cut = patients.length > MOST_PATIENTS || (query?.length ?? 0) > QUERY;
    const short = { ...what, query: query?.slice(0, QUERY) };
    return portionsOf(patients.slice(0, MOST_PATIENTS)).map((portion) => entryOf(request, short, portion, cut));
  };
  const rowsOf = (request: From, what: What): readonly Row[] => {
    const { principal } = request.access;
    return entriesOf(request, what).map((entry) => ({ keys: accessKeys(entry, principal), body: accessText(entry, principal) }));
  };
  const note = (time: number, request: From, what: What) => {
    const { principal } = request.access;
    for (const entry of entriesOf(request, what)) journal.note(time, accessKeys(entry, principal), accessText(entry, principal));
  };
  const asked = inPortions<Asked>(
    ({ time, request, status, seen, version }) => note(time, request, whatWasAsked(request, status, seen, version)),
    (error) => journal.lose(error),
  );

  async function riding(request: AskedFor, { writes }: { readonly writes: readonly Write[] }): Promise<readonly Row[]> {
    const deleted = writes.filter(({ version }) => version.json === null).map(({ version }) => before(version));
    const lost = new Map((deleted.length === 0 ? [] : await read(deleted)).map((version) => [version && nameOf(version), version]));
    const rows = writes.flatMap((write) => rowsOf(request, whatWasWritten(write, lost.get(nameOf(before(write.version))))));
    return request.interaction === 'bundle' ? [...rowsOf(request, whatWasAsked(request, 200, [])), ...rows] : rows;
  }

  function whatWasWritten({ version, replaces }: Write, previous: Version | undefined): What {
    const { type, id, method } = version;
    const action = method === 'DELETE' ? 'D' : replaces === 0 ? 'C' : 'U';
    return {
      interaction: interactionOf[method],
      action,
      status: action === 'C' ? 201 : action === 'D' ? 204 : 200,
      reference: `${type}/${id}/_history/${version.version}`,
      patients: version.json === null ? (previous === undefined ? [] : patientsOf(previous)) : patientsOf(version),
    };
  }

  return {
    admit: () => journal.admit(),
    async writing(request: AskedFor, intent: { readonly writes: readonly Write[] }) {
      const sheet = journal.ride(await riding(request, intent));
      return { sheets: [sheet.forStore()], settled: (how: Settled) => journal.settle(sheet, how) };
    },
    answered(request: AskedFor, { status, seen = none, version }: Answered): void {
      if (request.interaction !== 'capabilities') asked.add({ time: now(), request, status, seen, version });
    },
    refused(request: AskedFor, { status }: Pick<FhirError, 'status'>): void {
      if (request.interaction !== 'capabilities') asked.add({ time: now(), request, status, seen: none, version: undefined });
    },
    turnedAway({ origin, access = {}, asked: query, error }: TurnedAway): void {
      note(now(), { origin, access }, { interaction: 'request', action: 'E', status: error.status, query, patients: [] });
    },
    /** Tells the journal of all that has been asked. */
    finish: () => asked.finish(),
  };

  function whatWasAsked(request: AskedFor, status: number, seen: readonly Version[], version?: Answered['version']): What {
    const [interaction, action] = interactionAsked(request);
    return { interaction, action, status, reference: targetOf(request, version), query: queryOf(request), patients: patientsIn(seen) };
  }

  function patientsIn(seen: readonly Version[]): readonly string[] {
    const [only] = seen;
    if (only !== undefined && seen.length === 1) return patientsOf(only);
    const found = new Set<string>();
    for (const version of seen) for (const id of patientsOf(version)) found.add(id);
    return [...found];
  }
}

/** Waits to be told to the journal. */
interface Asked {
  /** Milliseconds UTC. */
  readonly time: number;
  readonly request: AskedFor;
  readonly status: number;
  readonly seen: readonly Version[];
  readonly version: Answered['version'];
}

const none: readonly Version[] = [];

type From = Pick<AskedFor, 'access' | 'origin'>;

interface What {
  readonly interaction: string;
  readonly action: Action;
  readonly status: number;
  readonly reference?: string | undefined;
  readonly query?: string | undefined;
  readonly patients: readonly string[];
}

/** One, also where there is no patient. */
function portionsOf(patients: readonly string[]): readonly (readonly string[])[] {
  if (patients.length <= PATIENTS) return [patients];
  const portions: string[][] = [];
  for (let from = 0; from < patients.length; from += PATIENTS) portions.push(patients.slice(from, from + PATIENTS));
  return portions;
}

const interactionOf = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const;

const known: Readonly<Record<string, readonly [interaction: string, action: Action]>> = {
  read: ['read', 'R'],
  vread: ['vread', 'R'],
  'search-type': ['search-type', 'E'],
  'search-system': ['search-system', 'E'],
  'search-compartment': ['search', 'E'],
  'history-instance': ['history-instance', 'E'],
  'history-type': ['history-type', 'E'],
  'history-system': ['history-system', 'E'],
  create: ['create', 'C'],
  update: ['update', 'U'],
  'conditional-update': ['update', 'U'],
  patch: ['patch', 'U'],
  'conditional-patch': ['patch', 'U'],
  delete: ['delete', 'D'],
  'conditional-delete': ['delete', 'D'],
  operation: ['operation', 'E'],
};

function interactionAsked({ interaction, body }: AskedFor): readonly [interaction: string, action: Action] {
  if (interaction !== 'bundle') return known[interaction] ?? [interaction, 'E'];
  const isTransaction = typeof body === 'object' && body !== null && 'type' in body && body.type === 'transaction';
  return [isTransaction ? 'transaction' : 'batch', 'E'];
}

/** What was found in the end, else what was asked for. */
function targetOf({ type, id, version, compartment }: AskedFor, answered: Answered['version']): string | undefined {
  if (answered?.type !== undefined && answered.id !== undefined) return `${answered.type}/${answered.id}/_history/${answered.version}`;
  if (compartment !== undefined) return `${compartment}/${id}`;
  if (type === undefined || id === undefined) return type;
  const number = version ?? answered?.version;
  return number === undefined ? `${type}/${id}` : `${type}/${id}/_history/${number}`;
}

const enumerating: ReadonlySet<string> = new Set([
  'search',
  'search-type',
  'search-system',
  'history-instance',
  'history-type',
  'history-system',
]);

/** Where something was looked for, or an operation asked. */
function queryOf(request: AskedFor): string | undefined {
  const { parameters, preconditions, type, name } = request;
  const [interaction] = interactionAsked(request);
  if (preconditions.ifNoneExist !== undefined) return `${type}?${preconditions.ifNoneExist}`;
  const looks = enumerating.has(interaction) || name !== undefined || request.interaction.startsWith('conditional-');
  if (!looks) return undefined;
  const path = pathOf(request, interaction);
  return parameters.length === 0 ? path : `${path}?${parameters.map(pairText).join('&')}`;
}

function pathOf({ type, id, compartment, name }: AskedFor, interaction: string): string {
  const history = interaction.startsWith('history-') ? '_history' : undefined;
  const parts = [compartment, compartment === undefined ? type : id, compartment === undefined ? id : type, name && `$${name}`, history];
  return parts.filter((part) => part !== undefined).join('/');
}

function pairText([name, value]: readonly [string, string]): string {
  return `${readable(name)}=${readable(value)}`;
}

/** Encoded but for what may stand in a query as it is; much of it has nothing else. */
function readable(text: string): string {
  if (/^[\w.~!*'()/:|,$-]*$/.test(text)) return text;
  return encodeURIComponent(text).replace(/%(?:2F|3A|7C|2C|24)/g, decodeURIComponent);
}

function before({ type, id, version }: Pick<Version, 'type' | 'id' | 'version'>) {
  return { type, id, version: version - 1 };
}

function nameOf({ type, id, version }: Pick<Version, 'type' | 'id' | 'version'>): string {
  return `${type}/${id}/${version}`;
}
