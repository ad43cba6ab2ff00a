/**
 * The contract between the rules of FHIR and what keeps the data. An adapter knows versions (exact text),
 * index entries (values) and predicates over them; it knows nothing of FHIR. `test/store/contract.ts` decides
 * what each word here means; every adapter runs it.
 */
import { type Key, keyText } from '../model/resource.js';
import type { AuditLog, AuditSheet } from './audit-log.js';
import type { StateStore } from './state.js';

export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One version of one instance. */
export interface Version {
  readonly type: string;
  readonly id: string;
  /** 1, 2, 3 … without gap for an instance. */
  readonly version: number;
  /** Milliseconds UTC; later than that of the version before it. */
  readonly lastUpdated: number;
  readonly method: Method;
  /** The exact UTF-8 JSON a read serves (id and meta included), or null for a deletion. */
  readonly json: Buffer | null;
}

/**
 * A value under which a version is found. `param` is the search parameter's code, or a name derived from it; to the
 * adapter it is opaque, and it is unique only within a type. Equal entries of one version count once.
 */
export type IndexEntry =
  /** `code` may be '' (only a system is known); no `system` means: the value has none. Compared exactly. */
  | { readonly kind: 'token'; readonly param: string; readonly system?: string; readonly code: string }
  /**
   * `Type/id` for what lives here, otherwise the absolute URL or canonical. Compared exactly. `#id`: what stands inside the
   * same container.
   */
  | { readonly kind: 'reference'; readonly param: string; readonly target: string }
  /**
   * `value` is folded for prefix matching; `raw` is what was sent, for exact matching ('' where only a derived key, such as pinyin).
   * `within`: often looked for by what stands inside it, so that `contains` is to be quick.
   */
  | { readonly kind: 'string'; readonly param: string; readonly value: string; readonly raw: string; readonly within?: true }
  | { readonly kind: 'uri'; readonly param: string; readonly value: string }
  /**
   * Half-open [low, high) with ±Infinity for open ends; dates in milliseconds UTC. A point has high = the next representable number up.
   * `key`: a unit or a code that belongs to it; one with a key is found only by a match with just that key, and is never present.
   */
  | { readonly kind: 'range'; readonly param: string; readonly key?: string; readonly low: number; readonly high: number }
  /** A place on the earth as a point of the unit sphere: x to 0° N 0° E, y to 0° N 90° E, z to the north pole. */
  | { readonly kind: 'point'; readonly param: string; readonly x: number; readonly y: number; readonly z: number };

export type EntryKind = IndexEntry['kind'];

/** What one value of a search asks of an entry. Values inside one Match are alternatives (OR). */
export type Match =
  /** code only; system and code; `system: null` = none must be there; system only. */
  | { readonly kind: 'token'; readonly values: readonly { readonly system?: string | null; readonly code?: string }[] }
  | { readonly kind: 'reference'; readonly targets: readonly string[] }
  /** `exact` looks at what was sent; `equal` and `contains` at the folded value of what was sent, never at derived keys. */
  | { readonly kind: 'string'; readonly how: 'prefix' | 'exact' | 'equal' | 'contains'; readonly values: readonly string[] }
  | { readonly kind: 'uri'; readonly how: 'equal' | 'below'; readonly values: readonly string[] }
  | { readonly kind: 'range'; readonly key?: string; readonly values: readonly RangeTest[] }
  | { readonly kind: 'point'; readonly values: readonly PointTest[] };

/** Within a straight line of `chord` (in radii of the sphere, at most 2) from a point. */
export interface PointTest {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly chord: number;
}

/**
 * Bounds on the two ends of an entry's range; all given ones must hold: low ≥ lowFrom, low < lowBefore, high > highAfter, high ≤ highTo.
 * E.g. `eq` [a,b): {lowFrom: a, highTo: b}; overlap with [a,b): {lowBefore: b, highAfter: a}.
 */
export interface RangeTest {
  readonly lowFrom?: number;
  readonly lowBefore?: number;
  readonly highAfter?: number;
  readonly highTo?: number;
}

export type Predicate =
  | { readonly kind: 'all'; readonly of: readonly Predicate[] } // empty: true
  | { readonly kind: 'any'; readonly of: readonly Predicate[] } // empty: false
  | { readonly kind: 'not'; readonly of: Predicate }
  | { readonly kind: 'id'; readonly ids: readonly string[] }
  /** Has at least one entry of this kind and parameter. */
  | { readonly kind: 'present'; readonly param: string; readonly entry: EntryKind }
  | { readonly kind: 'match'; readonly param: string; readonly match: Match }
  /** lastUpdated as a point in time. */
  | { readonly kind: 'updated'; readonly values: readonly RangeTest[] }
  /** Belongs to a compartment: `Patient/1`. */
  | { readonly kind: 'compartment'; readonly name: string }
  /**
   * A reference entry of `param` names a current resource of one of these types that satisfies its predicate; of `#Patient`, one that
   * stands inside this resource or, where this one is contained itself, beside it.
   */
  | { readonly kind: 'chain'; readonly param: string; readonly where: Where }
  /** A current resource of one of these types satisfies its predicate and refers here by its `param`. */
  | { readonly kind: 'reverse'; readonly param: string; readonly where: Where };

/** Each type asked for, with its own predicate: parameters and access differ by type. */
export type Where = readonly { readonly type: string; readonly predicate: Predicate }[];

/** Absent values are the smallest. */
export type Sort =
  /** `_id`, `_lastUpdated` or a name the Layout gives for the type. */
  | { readonly slot: string; readonly descending: boolean }
  /**
   * By the entries themselves: the lowest or the highest code, target, value or end (those with a key left out), NUL and all as they stand.
   * No order is kept for it: where very many match, StoreCostly.
   */
  | { readonly param: string; readonly entry: Exclude<EntryKind, 'point'>; readonly end: 'low' | 'high'; readonly descending: boolean };

/** Where a resource stands in a sorted walk: its value per Sort, then its creation number, which never changes. */
export interface Position {
  readonly values: readonly (string | number | null)[];
  readonly number: number;
  /** Where what is found stands in no store of resources but in the journal: its place there. */
  readonly place?: string;
}

export interface Query {
  readonly where: Where;
  /** Ties, and an empty list, are in order of creation. */
  readonly sort: readonly Sort[];
  readonly count: number;
  readonly after?: Position;
  /**
   * The other way round: the last `count` matches that stand before `after`, or the very last ones, given in the order of the sort;
   * `more` then says whether another stands before them.
   */
  readonly backward?: boolean;
  /** Milliseconds the search may take before it throws StoreCostly. */
  readonly timeLimit?: number;
}

export interface Slice {
  /** Where a contained resource matches: its container's version, and its own id. */
  readonly matches: readonly { readonly version: Version; readonly position: Position; readonly contained?: string }[];
  /** Whether another match follows the last of these (backward: stands before the first). */
  readonly more: boolean;
}

/** A value by which a type can be sorted; at most one per slot. Strings sort by code point, numbers by value. */
export interface SortValue {
  readonly slot: string;
  readonly value: string | number;
}

/**
 * A resource inside another. It is searched as the type `#Patient`: by its own entries, `id` by its own id, `updated` by its container's;
 * chains lead out of it, only those of its own container lead to it, no reverse does, and it belongs to its container's compartments. It ends with its container's version.
 */
export interface Contained extends Pick<FoundBy, 'entries' | 'sort'> {
  readonly type: string;
  /** Without the number sign; once in a container. */
  readonly id: string;
}

/** All that a version is found by. */
export interface FoundBy {
  readonly entries: readonly IndexEntry[];
  /** `Patient/1`, … */
  readonly compartments: readonly string[];
  readonly sort: readonly SortValue[];
  /** Resources inside it that have an id, each once; absent where there are none. */
  readonly contained?: readonly Contained[];
}

/** Makes version `version.version` of an instance the current one. */
export interface Write extends FoundBy {
  readonly version: Version;
  /** The version that must be current now: 0 when the id must never have been used, n also when n is a deletion. */
  readonly replaces: number;
  /** Names of guards whose searches it may change, by what it has and by what the version before had; only for stores that need them. */
  readonly names?: readonly string[];
}

/** What the current version of an instance is to be found by from now on. */
export interface Reindex extends FoundBy {
  readonly type: string;
  readonly id: string;
  /** The version it was made from. */
  readonly version: number;
}

/**
 * A search whose result the writes rely on: at the moment of the commit, before its own writes, `where` must still match just
 * `keys` (compared as sets; where a key names a version, that must be the current one). `names` are what it relies on, for adapters whose transactions do not see each other: commits that
 * share a name happen one after the other.
 */
export interface Guard {
  readonly where: Where;
  readonly keys: readonly Key[];
  readonly names: readonly string[];
  /** Names of another kind: commits that hold one of them shared may happen side by side, but not beside one that holds it `alone`. */
  readonly shared?: readonly string[];
  /** Held against all who hold it shared or alone. Dearer than a name of `names`, which nobody shares. */
  readonly alone?: readonly string[];
}

/** Whether what the search of a guard finds now is what it found. */
export function stillFinds({ keys }: Pick<Guard, 'keys'>, now: readonly Key[]): boolean {
  const then = new Map(keys.map((key) => [keyText(key), key.version]));
  return now.length === then.size && now.every((key) => then.has(keyText(key)) && (then.get(keyText(key)) ?? key.version) === key.version);
}

/**
 * Something that was done, put down with what was done so that it is not done again: for a time, under a name that nobody else takes until
 * then. It is no part of the data: it stands in no history, in no feed and in no copy of a store by `copyStore`.
 */
export interface Note {
  readonly name: string;
  /** At most NOTE_BYTES. */
  readonly value: Buffer;
  /** Milliseconds UTC, by the clock of whoever asks: from then on it is as if it were not there. */
  readonly expires: number;
}

/** MongoDB has no longer documents than 16 MiB. */
export const NOTE_BYTES = 8 * 1024 * 1024;

/** All of it or none of it. No instance stands twice. */
export interface Commit {
  readonly writes: readonly Write[];
  readonly guards: readonly Guard[];
  /** Where a note of one of these names is there and has not expired, StoreConflict. No name stands twice. */
  readonly notes?: readonly Note[];
  /** What is on them goes into the journal with the rest or not at all. Where a place is taken, StoreConflict. */
  readonly audit?: readonly AuditSheet[];
}

/** What an adapter may not find out for itself. Kept small: per type the slots it can be sorted by. */
export interface Layout {
  readonly types: Readonly<Record<string, { readonly sorts: readonly string[] }>>;
}

export interface Count {
  readonly total: number;
  readonly exact: boolean;
}

/** Whose versions: everything, some types (of none: nothing), or one instance. */
export type Scope = { readonly types?: readonly string[] } | { readonly type: string; readonly id: string };

/** Where a version stands among all: by its lastUpdated, then by the creation number of its instance. No two stand at one place. */
export interface HistoryPosition {
  readonly lastUpdated: number;
  readonly number: number;
}

/** What is to be in a history; all that is given must hold. */
export interface HistoryFilter {
  readonly scope: Scope;
  /** Written at or after this moment, milliseconds UTC. */
  readonly since?: number;
  /** Current at some moment of the half-open range [from, before), milliseconds UTC; deletions count as versions like others. */
  readonly at?: { readonly from: number; readonly before: number };
}

export interface HistoryQuery extends HistoryFilter {
  readonly count: number;
  /** Oldest first; newest first when absent. */
  readonly ascending?: boolean;
  readonly after?: HistoryPosition;
  /** Milliseconds it may take before it throws StoreCostly. */
  readonly timeLimit?: number;
}

/**
 * A walk by `after` shows once every version that was committed when the walk began, whatever is written meanwhile: a version that is
 * superseded between two pages stays at its place.
 */
export interface HistorySlice {
  readonly versions: readonly { readonly version: Version; readonly position: HistoryPosition }[];
  readonly more: boolean;
}

/** One committed version, deletions included, as the feed tells of it; its text is read with `read`. */
export interface Change {
  /** Stands for this place in the feed, for good: across restarts and, where several processes share the store, in each of them. */
  readonly cursor: string;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: number;
  readonly method: Method;
}

export interface ChangesOptions {
  /** Ends the walk without an error, also while it waits. */
  readonly signal?: AbortSignal;
  /** true: waits for what comes. false: ends behind the last version that had been acknowledged when it was called. */
  readonly live: boolean;
}

export interface ResourceStore {
  /**
   * Whether writes must tell their names, because commits of this store do not see each other: what a guard relied on would otherwise
   * change unseen until its commit is done, and others could see that change without the commit.
   */
  readonly needsNames: boolean;
  /** What is kept beside the resources. */
  readonly states: StateStore;
  /** Who did what. */
  readonly audit: AuditLog;
  /**
   * Resolves when everything the layout needs is there or, where that takes long, is being made behind: `describe` says when it is. Called
   * once, before anything else.
   */
  arrange(layout: Layout): Promise<void>;
  /** In the order of the keys: the current version (deletions included) or the one named; undefined where there is none. */
  read(keys: readonly Key[]): Promise<readonly (Version | undefined)[]>;
  /** Versions of a scope, deletions included, in the order of their positions; empty where nothing was ever written. */
  history(query: HistoryQuery): Promise<HistorySlice>;
  /** Beyond the time limit what was counted until then, not exact. What is written while it counts may be in it or not. */
  countHistory(filter: HistoryFilter, options: { readonly timeLimit?: number }): Promise<Count>;
  /**
   * Every committed version once, in an order that never goes back and is the same for every follower; versions of one instance in their
   * own order. Begins behind the cursor `after`, or with the first version ever. `close` ends whoever follows. Throws StoreUnavailable, at
   * the first step, for a cursor it cannot have given.
   */
  changes(after: string | undefined, options: ChangesOptions): AsyncIterable<Change>;
  /** A place in the feed behind which comes all that is committed from now on, and perhaps some of before; undefined: its beginning. */
  lastCursor(): Promise<string | undefined>;
  /** Current, undeleted resources. */
  search(query: Query): Promise<Slice>;
  /**
   * Keys for many criteria at once, with the version that was current when each was found; at most `atMost` for each. In order of
   * creation.
   */
  find(wheres: readonly Where[], atMost: number): Promise<readonly (readonly Key[])[]>;
  count(where: Where, options: { readonly timeLimit?: number }): Promise<Count>;
  commit(commit: Commit): Promise<void>;
  /** undefined where there is none, or none that has not expired. */
  note(name: string): Promise<Note | undefined>;
  /**
   * New entries for what is stored, without a new version and without a trace in histories and the feed. In the order given: whether it was
   * done, which it is not where another version is current by now.
   */
  reindex(of: readonly Reindex[]): Promise<readonly boolean[]>;
  /** A small fact about the whole store, kept under a name; undefined where there is none. */
  state(name: string): Promise<string | undefined>;
  /** Puts one down if what stands there is still `before`; whether it was. `undefined`: nothing. */
  putState(name: string, value: string | undefined, before: string | undefined): Promise<boolean>;
  /** How `search` would go about it, and what each step of it costs when it is run. */
  explain(query: Query): Promise<Explanation>;
  /** For people: what it is, where it is, its version, whether its indexes are complete. No secrets. */
  describe(): Promise<StoreDescription>;
  close(): Promise<void>;
}

/** For people, and for the test that every search uses an index. */
export interface Explanation {
  readonly steps: readonly ExplainedStep[];
}

export interface ExplainedStep {
  /** What it is for, in a few words. */
  readonly purpose: string;
  /** The SQL, or the command as JSON, and the values bound to it. */
  readonly statement: string;
  readonly values: readonly (string | number | null)[];
  /** As the database tells it, a line for each part. */
  readonly plan: readonly string[];
  /** Names of the indexes and tables that are searched by key. */
  readonly indexes: readonly string[];
  /** Something is read from end to end. */
  readonly scans: boolean;
  readonly milliseconds: number;
  /** Where the database counts them. */
  readonly keysExamined?: number;
  readonly documentsExamined?: number;
  readonly rows: number;
}

export interface StoreDescription {
  readonly kind: string;
  readonly location: string;
  readonly version: string;
  readonly resources: number;
  readonly ready: boolean;
  readonly details: Readonly<Record<string, string | number>>;
}

/** Something the commit relied on has changed; prepare it again. Nothing was written. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';
}
/** Too much at once; nothing was written. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';
}
/** The search would read too much, or took too long; `message` says what would help. */
export class StoreCostly extends Error {
  override readonly name = 'StoreCostly';
}
/** The store could not say whether the commit was written. */
export class StoreUnknown extends Error {
  override readonly name = 'StoreUnknown';
}
/** The store cannot be reached or cannot be written (disk full, read-only); nothing was written. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
