/** Where the versions of a history stand, and what is asked of each place: the current ones in one collection, superseded ones in another. */
import type { Document } from 'mongodb';
import type { HistoryFilter } from '../port.js';
import type { Collections } from './collections.js';
import { and } from './compile.js';
import { documentId, versionId } from './documents.js';
import { readCommand } from './reader.js';

export type Condition = Readonly<Record<string, unknown>>;

/** One of the two collections, as far as a history concerns it. */
export interface Shelf {
  readonly from: 'resources' | 'versions';
  readonly filter: Condition;
  /** The versions of one instance are in order by their ids. */
  readonly ofInstance: boolean;
}

/** As many types as MongoDB merges by their index; beyond 200 it would sort in memory. */
const typesTogether = 64;

/** Where the versions of a history stand: the shelves of the current ones, then those of the superseded ones. */
export async function shelvesOf(collections: Collections, filter: HistoryFilter): Promise<readonly Shelf[]> {
  const { scope, since, at } = filter;
  const began: Condition[] = [];
  if (since !== undefined) began.push({ u: { $gte: since } });
  if (at !== undefined) began.push({ u: { $lt: at.before } });
  const ended: Condition[] = at === undefined ? [] : [{ e: { $gt: at.from } }];
  if ('id' in scope) {
    const id = documentId(scope);
    return [
      { from: 'resources', filter: and([{ _id: id }, ...began]), ofInstance: true },
      { from: 'versions', filter: and([{ _id: { $gte: versionId(id, 0), $lt: `${id}0` } }, ...began, ...ended]), ofInstance: true },
    ];
  }
  const groups = inGroups(scope.types ?? (await typesIn(collections)));
  return [
    ...groups.map((types) => shelf('resources', [...types, ...types.map((type) => `-${type}`)], began)),
    ...groups.map((types) => shelf('versions', types, [...began, ...ended])),
  ];
}

function shelf(from: Shelf['from'], types: readonly string[], conditions: readonly Condition[]): Shelf {
  return { from, filter: and([{ t: { $in: types } }, ...conditions]), ofInstance: false };
}

function inGroups(types: readonly string[]): readonly (readonly string[])[] {
  const different = [...new Set(types)];
  return Array.from({ length: Math.ceil(different.length / typesTogether) }, (_, i) =>
    different.slice(i * typesTogether, (i + 1) * typesTogether),
  );
}

/** Of which there is, or was, a resource: one step of an index for each. */
async function typesIn({ db }: Collections): Promise<readonly string[]> {
  const { values } = (await readCommand(db, { distinct: 'resources', key: 't' })) as Document & { readonly values: readonly string[] };
  return values.map((type) => type.replace(/^-/, ''));
}
