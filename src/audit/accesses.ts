/**
 * Accesses as records: what was asked for, by whom, what came of it, and which patients it was about. Of a request there is one, of a Bundle one
 * and one of each of its entries, of a deletion of many one of each; where very many patients are on one page, several.
 * Source: R4 auditevent.html; IHE BALP 1.1 (one per patient found)
 */
import type { FhirError } from '../model/outcome.js';
import type { Version, Write } from '../store/port.js';
import type { Settled } from './chain.js';
import type { Journal } from './journal.js';
import type { PatientsOf } from './patients.js';
import { inPortions } from './portions.js';
import { type Access, type Action, type Asking, accessRow } from './record.js';
import type { Row } from './sheet.js';

/** What is to be known of a request; whoever performs them has more to tell. */
export interface AskedFor extends Asking {
  readonly interaction: string;
  readonly parameters: readonly (readonly [name: string, value: string])[];
  readonly preconditions: { readonly ifNoneExist?: string };
  readonly body?: unknown;
  readonly type?: string;
  readonly id?: string;
  readonly version?: string;
  readonly compartment?: string;
  /** Of an operation. */
  readonly name?: string;
}

export interface Answered {
  readonly status: number;
  readonly version?: { readonly version: number; readonly type?: string; readonly id?: string };
  readonly seen?: readonly Version[];
}

/** What was refused before it was known what it asks for. */
export interface TurnedAway extends Partial<Asking> {
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
  const rowsOf = (request: Asking, access: Access) => portionsOf(access).map((portion) => accessRow(portion, request));
  const note = (time: number, request: Asking, access: Access) => {
    for (const portion of portionsOf(access)) journal.note(time, accessRow(portion, request));
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

  function whatWasWritten({ version, replaces }: Write, previous: Version | undefined): Access {
    const { type, id, method } = version;
    const action = method === 'DELETE' ? 'D' : replaces === 0 ? 'C' : 'U';
    return {
      interaction: interactionOf[method],
      action,
      status: action === 'C' ? 201 : action === 'D' ? 204 : 200,
      type,
      id,
      version: version.version,
      query: undefined,
      patients: version.json === null ? (previous === undefined ? [] : patientsOf(previous)) : patientsOf(version),
      cut: false,
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
      note(now(), { origin, access }, { ...nothing, interaction: 'request', action: 'E', status: error.status, query });
    },
    /** Tells the journal of all that has been asked. */
    finish: () => asked.finish(),
  };

  // Every request comes through here: objects are written out, because V8 takes ten times as long for a spread.
  function whatWasAsked(request: AskedFor, status: number, seen: readonly Version[], answered?: Answered['version']): Access {
    const [interaction, action] = interactionAsked(request);
    const query = queryOf(request, interaction);
    const patients = patientsIn(seen);
    if (answered?.type !== undefined && answered.id !== undefined) {
      return { interaction, action, status, type: answered.type, id: answered.id, version: answered.version, query, patients, cut: false };
    }
    const { compartment, id } = request;
    const type = compartment ?? request.type;
    const version = compartment === undefined ? (request.version ?? answered?.version) : undefined;
    return { interaction, action, status, type, id, version, query, patients, cut: false };
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

const nothing = { type: undefined, id: undefined, version: undefined, patients: [], cut: false } as const;

/** One, also where there is no patient; several of what names more patients than one record keeps. */
function portionsOf(access: Access): readonly Access[] {
  const { query, patients } = access;
  if (patients.length <= PATIENTS && (query === undefined || query.length <= QUERY)) return [access];
  const cut = patients.length > MOST_PATIENTS || (query?.length ?? 0) > QUERY;
  const most = patients.slice(0, MOST_PATIENTS);
  const count = Math.max(1, Math.ceil(most.length / PATIENTS));
  return Array.from({ length: count }, (_, at) => ({
    ...access,
    query: query?.slice(0, QUERY),
    patients: most.slice(at * PATIENTS, (at + 1) * PATIENTS),
    cut,
  }));
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

const enumerating: ReadonlySet<string> = new Set([
  'search',
  'search-type',
  'search-system',
  'history-instance',
  'history-type',
  'history-system',
]);

/** Where something was looked for, or an operation asked. */
function queryOf(request: AskedFor, interaction: string): string | undefined {
  const { parameters, preconditions, type, name } = request;
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
