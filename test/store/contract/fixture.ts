/** What the groups of the store contract share: a store of their own, and short ways to say a write and to ask. */
import { afterAll, beforeAll } from '@jest/globals';
import type {
  Commit,
  Contained,
  IndexEntry,
  Layout,
  Method,
  Predicate,
  Query,
  ResourceStore,
  SortValue,
  Version,
  Where,
  Write,
} from '../../../src/store/port.js';

export interface Opened {
  readonly store: ResourceStore;
  /** Closes the store and opens it again on the same data; absent where the data goes with the store. */
  readonly reopen?: () => Promise<ResourceStore>;
  /** Closes whichever store is open and takes the data away. */
  close(): Promise<void>;
}

export type Open = () => Promise<Opened>;

/** A group's view of its store; `replace` is for the one test that opens it again. */
export interface Subject {
  readonly store: ResourceStore;
  readonly reopen?: () => Promise<ResourceStore>;
  replace(store: ResourceStore): void;
}

export const layout: Layout = {
  types: {
    Patient: { sorts: ['birthdate', 'family'] },
    Observation: { sorts: ['date', 'value-quantity'] },
    Organization: { sorts: [] },
  },
};

/** Opens a store before the tests of the describe block it is called in, arranges it and closes it after them. */
export function freshStore(open: Open): () => Subject {
  let opened: Opened | undefined;
  let current: ResourceStore | undefined;
  beforeAll(async () => {
    opened = await open();
    current = opened.store;
    await current.arrange(layout);
  }, 60_000);
  afterAll(async () => {
    await opened?.close();
  }, 60_000);
  return () => {
    if (opened === undefined || current === undefined) throw new Error('the store was not opened');
    return {
      store: current,
      reopen: opened.reopen,
      replace(store) {
        current = store;
      },
    };
  };
}

export interface Given {
  readonly version?: number;
  readonly replaces?: number;
  readonly lastUpdated?: number;
  readonly method?: Method;
  /** null: a deletion. */
  readonly json?: string | null;
  readonly entries?: readonly IndexEntry[];
  readonly compartments?: readonly string[];
  readonly sort?: readonly SortValue[];
  readonly contained?: readonly Contained[];
}

const start = Date.UTC(2026, 0, 1);

/** `Patient/1` and what is special about this write of it. */
export function write(instance: string, given: Given = {}): Write {
  const [type = '', id = ''] = instance.split('/');
  const version = given.version ?? 1;
  const text = given.json === undefined ? JSON.stringify({ resourceType: type, id, meta: { versionId: String(version) } }) : given.json;
  return {
    version: {
      type,
      id,
      version,
      lastUpdated: given.lastUpdated ?? start + version * 1000,
      method: given.method ?? (text === null ? 'DELETE' : version === 1 ? 'POST' : 'PUT'),
      json: text === null ? null : Buffer.from(text),
    },
    replaces: given.replaces ?? version - 1,
    entries: given.entries ?? [],
    compartments: given.compartments ?? [],
    sort: given.sort ?? [],
    ...(given.contained === undefined ? {} : { contained: given.contained }),
  };
}

/** All versions of an instance, newest first. */
export async function versionsOf(store: ResourceStore, instance: string): Promise<readonly Version[]> {
  const [type = '', id = ''] = instance.split('/');
  const { versions, more } = await store.history({ scope: { type, id }, count: 100_000 });
  if (more) throw new Error(`${instance} has more versions than a test looks at`);
  return versions.map(({ version }) => version);
}

export function commitOf(...writes: readonly Write[]): Commit {
  return { writes, guards: [] };
}

/** A search of one type, or of several: all with the same predicate. */
export function where(types: string, predicate: Predicate = { kind: 'all', of: [] }): Where {
  return types.split(',').map((type) => ({ type, predicate }));
}

export function query(asked: Where, more: Partial<Query> = {}): Query {
  return { where: asked, sort: [], count: 1000, ...more };
}

export function instanceOf(version: Version): string {
  return `${version.type}/${version.id}`;
}

/** The instances a search answers, in its order. */
export async function found(store: ResourceStore, asked: Where, more: Partial<Query> = {}): Promise<readonly string[]> {
  const slice = await store.search(query(asked, more));
  return slice.matches.map((match) => instanceOf(match.version));
}

/** All instances of a walk by pages of `count`. */
export async function walked(store: ResourceStore, asked: Query, between?: (page: number) => Promise<void>): Promise<readonly string[]> {
  const seen: string[] = [];
  let after = asked.after;
  for (let page = 0; ; page++) {
    const slice = await store.search({ ...asked, after });
    seen.push(...slice.matches.map((match) => instanceOf(match.version)));
    if (!slice.more) return seen;
    after = slice.matches.at(-1)?.position;
    if (after === undefined) throw new Error('a slice without matches says that more follow');
    await between?.(page);
  }
}

/** All instances of a walk from the last page to the first, in the order of the sort. */
export async function walkedBack(store: ResourceStore, asked: Query): Promise<readonly string[]> {
  const seen: string[] = [];
  for (let after = asked.after; ; ) {
    const slice = await store.search({ ...asked, after, backward: true });
    seen.unshift(...slice.matches.map((match) => instanceOf(match.version)));
    if (!slice.more) return seen;
    after = slice.matches[0]?.position;
    if (after === undefined) throw new Error('a slice without matches says that more stand before it');
  }
}

export function token(param: string, code: string, system?: string): IndexEntry {
  return system === undefined ? { kind: 'token', param, code } : { kind: 'token', param, system, code };
}

export function reference(param: string, target: string): IndexEntry {
  return { kind: 'reference', param, target };
}

export function text(param: string, value: string, raw = value): IndexEntry {
  return { kind: 'string', param, value, raw };
}

/** A string that is often looked for by what stands inside it. */
export function inside(param: string, value: string, raw = value): IndexEntry {
  return { kind: 'string', param, value, raw, within: true };
}

export function keyed(param: string, key: string, low: number, high: number): IndexEntry {
  return { kind: 'range', param, key, low, high };
}

/** Degrees north and east as a point of the unit sphere. */
export function place(north: number, east: number): { readonly x: number; readonly y: number; readonly z: number } {
  const [lat, lon] = [north, east].map((degrees) => (degrees * Math.PI) / 180) as [number, number];
  return { x: Math.cos(lat) * Math.cos(lon), y: Math.cos(lat) * Math.sin(lon), z: Math.sin(lat) };
}

export function point(param: string, north: number, east: number): IndexEntry {
  return { kind: 'point', param, ...place(north, east) };
}

export function range(param: string, low: number, high: number): IndexEntry {
  return { kind: 'range', param, low, high };
}

export function uri(param: string, value: string): IndexEntry {
  return { kind: 'uri', param, value };
}

/** Asks for a token by code, by system and code, by `null` for no system. */
export function isToken(param: string, code?: string, system?: string | null): Predicate {
  const value = { ...(code === undefined ? {} : { code }), ...(system === undefined ? {} : { system }) };
  return { kind: 'match', param, match: { kind: 'token', values: [value] } };
}

export function refersTo(param: string, ...targets: readonly string[]): Predicate {
  return { kind: 'match', param, match: { kind: 'reference', targets } };
}

export function isText(param: string, how: 'prefix' | 'exact' | 'equal' | 'contains', ...values: readonly string[]): Predicate {
  return { kind: 'match', param, match: { kind: 'string', how, values } };
}

export function isUri(param: string, how: 'equal' | 'below', ...values: readonly string[]): Predicate {
  return { kind: 'match', param, match: { kind: 'uri', how, values } };
}
