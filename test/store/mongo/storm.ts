/** Writers that meet on few resources, half of them in transactions, and what is to be true of a store and its feed afterwards. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Change, type ResourceStore, StoreConflict, type Write } from '../../../src/store/port.js';
import { commitOf, write } from '../contract/fixture.js';

export const named = ({ type, id, version }: { readonly type: string; readonly id: string; readonly version: number }) =>
  `${type}/${id}/${version}`;

export async function told(store: ResourceStore, after?: string): Promise<readonly Change[]> {
  const seen: Change[] = [];
  for await (const change of store.changes(after, { live: false })) seen.push(change);
  return seen;
}

/** Versions of an instance come 1, 2, 3 … */
export function outOfOrder(seen: readonly Change[]): readonly string[] {
  const last = new Map<string, number>();
  const isNext = ({ type, id, version }: Change) => {
    const before = last.get(`${type}/${id}`) ?? 0;
    last.set(`${type}/${id}`, version);
    return version === before + 1;
  };
  return seen.filter((change) => !isNext(change)).map(named);
}

export interface Outcomes {
  /** `Type/id/version` */
  readonly acknowledged: readonly string[];
  /** The same and the text it was written with; null for a deletion. */
  readonly texts: ReadonlyMap<string, string | null>;
  /** What was answered by something else than a conflict, by the names of the errors. */
  readonly failed: readonly (readonly [error: string, versions: readonly string[]])[];
}

export interface Storm {
  /** How many commits have been acknowledged. */
  count(): number;
  stop(): Promise<Outcomes>;
}

export const contestedBy = (label: string): readonly string[] => Array.from({ length: 5 }, (_, n) => `${label}-${n}`);

/** Half of the writers write one resource at a time, half three in a transaction; the text of each write is its own. */
export function storm(store: ResourceStore, label: string, writers = 8): Storm {
  let stopped = false;
  let commits = 0;
  const acknowledged: string[] = [];
  const texts = new Map<string, string | null>();
  const failed: (readonly [string, readonly string[]])[] = [];
  const contested = contestedBy(label);

  async function turn(number: number, round: number): Promise<void> {
    const id = contested[(number + round) % contested.length] ?? label;
    const [current] = await store.read([{ type: 'Patient', id }]);
    const version = (current?.version ?? 0) + 1;
    const json = version % 7 === 0 ? null : `"${label} ${number} ${round}"`;
    const beside = ['a', 'b'].map((side) => write(`Organization/${label}-${number}-${round}-${side}`, { json }));
    const writes: readonly Write[] = [write(`Patient/${id}`, { version, json }), ...(number % 2 === 0 || json === null ? [] : beside)];
    const names = writes.map((one) => named(one.version));
    try {
      await store.commit(commitOf(...writes));
      commits++;
      acknowledged.push(...names);
      for (const name of names) texts.set(name, json);
    } catch (error) {
      if (!(error instanceof StoreConflict)) failed.push([(error as Error).name, names]);
    }
  }

  async function writer(number: number): Promise<void> {
    for (let round = 0; !stopped; round++) {
      await turn(number, round).catch((error: Error) => failed.push([error.name, []]));
      await pause(20);
    }
  }

  const done = Promise.all(Array.from({ length: writers }, (_, number) => writer(number)));
  return {
    count: () => commits,
    async stop() {
      stopped = true;
      await done;
      return { acknowledged, texts, failed };
    },
  };
}

/** Acknowledged versions that are not there with their text. */
export async function lost(store: ResourceStore, { texts }: Outcomes): Promise<readonly string[]> {
  const names = [...texts.keys()];
  const keys = names.map((name) => {
    const [type = '', id = '', version = ''] = name.split('/');
    return { type, id, version: Number(version) };
  });
  const versions = await store.read(keys);
  return names.filter((name, at) => (versions[at]?.json?.toString() ?? (versions[at] === undefined ? 'absent' : null)) !== texts.get(name));
}
