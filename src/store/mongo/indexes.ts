/** Which indexes there are to be, and what is to be done where others stand. */
import { setTimeout as pause } from 'node:timers/promises';
import { type IndexDescription, MongoServerError } from 'mongodb';
import type { Collections, SlotTable } from './collections.js';

/** Raised with every change of an index: a program that knows only an older state of them drops nothing. */
export const indexVersion = 3;

const indexed = ['resources', 'contained', 'versions', 'locks', 'notes', 'items', 'audit', 'segments'] as const;

export interface WantedIndex {
  readonly collection: (typeof indexed)[number];
  readonly index: IndexDescription & { readonly name: string };
  /** Without it most searches would read everything. */
  readonly required: boolean;
}

export function wantedIndexes(table: SlotTable): readonly WantedIndex[] {
  const searched = searchIndexes(table);
  return [
    ...searched.map((index) => ({ collection: 'resources', index, required: !index.name.startsWith('slot ') }) as const),
    ...searched.map((index) => ({ collection: 'contained', index, required: !index.name.startsWith('slot ') }) as const),
    // As `updated` on `resources`; the moment it ended stands in it too, so that a walk does not fetch what had ended before.
    { collection: 'versions', index: { name: 'superseded', key: { t: 1, u: 1, o: -1, e: 1 } }, required: true },
    { collection: 'locks', index: { name: 'expiry', key: { e: 1 }, expireAfterSeconds: 0 }, required: false },
    { collection: 'notes', index: { name: 'expiry', key: { e: 1 }, expireAfterSeconds: 0 }, required: false },
    { collection: 'items', index: { name: 'expiry', key: { e: 1 }, expireAfterSeconds: 0 }, required: false },
    { collection: 'items', index: { name: 'refs', key: { r: 1, _id: 1 }, ...having('r') }, required: true },
    { collection: 'audit', index: { name: 'place', key: { c: 1, l: 1, f: 1 }, unique: true }, required: true },
    { collection: 'audit', index: { name: 'since', key: { s: 1, _id: 1 } }, required: true },
    { collection: 'audit', index: { name: 'until', key: { u: 1, _id: 1 } }, required: true },
    { collection: 'audit', index: { name: 'tail', key: { tail: 1 }, ...having('tail') }, required: true },
    { collection: 'segments', index: { name: 'until', key: { u: 1 } }, required: true },
  ];
}

function having(field: string) {
  return { partialFilterExpression: { [field]: { $exists: true } } };
}

/** On what is searched. Most have no strings that are looked for, no ranges or no places: those indexes are of what has some. */
function searchIndexes(table: SlotTable): readonly WantedIndex['index'][] {
  const numbers = Object.values(table).flatMap((fields) => Object.values(fields));
  const slots = [...new Set(numbers)].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  return [
    { name: 'keys', key: { k: 1, o: 1 } },
    { name: 'strings', key: { n: 1, o: 1 }, ...having('n') },
    { name: 'ranges', key: { 'r.p': 1, 'r.l': 1, 'r.h': 1, o: 1 }, ...having('r') },
    { name: 'places', key: { 'g.p': 1, 'g.z': 1, 'g.x': 1, 'g.y': 1, o: 1 }, ...having('g') },
    { name: 'type', key: { t: 1, o: 1 } },
    { name: 'updated', key: { t: 1, u: 1, o: -1 } },
    ...slots.map((slot) => ({ name: `slot ${slot}`, key: { t: 1, [slot]: 1, o: -1 } })),
  ];
}

/** `resources.keys` */
export function indexName({ collection, index }: WantedIndex): string {
  return `${collection}.${index.name}`;
}

interface PresentIndex {
  readonly collection: string;
  readonly spec: IndexDescription & { readonly name: string };
  /** Present only while it is being built. */
  readonly building?: boolean;
}

export async function presentIndexes({ db }: Collections): Promise<readonly PresentIndex[]> {
  const found: PresentIndex[] = [];
  for (const collection of indexed) {
    const all = await untilTold(() =>
      db
        .collection(collection)
        .aggregate<Told>([{ $indexStats: {} }])
        .toArray(),
    );
    found.push(...all.map((one) => ({ ...one, collection })));
  }
  return found;
}

type Told = Omit<PresentIndex, 'collection'>;
const tries = 5;

/** MongoDB refuses to tell while another process makes or drops one. */
async function untilTold(ask: () => Promise<readonly Told[]>): Promise<readonly Told[]> {
  for (let count = 1; ; count++) {
    try {
      return await ask();
    } catch (error) {
      if (count === tries || !(error instanceof MongoServerError)) throw error;
      await pause(50 * count);
    }
  }
}

export interface IndexPlan {
  readonly missing: readonly WantedIndex[];
  /** Ours, and other than they are to be or no longer wanted. */
  readonly drop: readonly { readonly collection: string; readonly name: string }[];
}

/** `made`: what this program, or an earlier one, has made; all else is somebody else's. An index that serves under another name serves. */
export function planIndexes(wanted: readonly WantedIndex[], present: readonly PresentIndex[], made: ReadonlySet<string>): IndexPlan {
  const isThere = (one: WantedIndex) =>
    present.some((other) => other.collection === one.collection && shape(other.spec) === shape(one.index) && other.building !== true);
  const missing = wanted.filter((one) => !isThere(one));
  const names = new Map(wanted.map((one) => [indexName(one), shape(one.index)]));
  const drop = present
    .map(({ collection, spec }) => ({ collection, name: spec.name, spec }))
    .filter(({ collection, name, spec }) => {
      const known = names.get(`${collection}.${name}`);
      return known === undefined ? made.has(`${collection}.${name}`) : known !== shape(spec);
    });
  return { missing, drop: drop.map(({ collection, name }) => ({ collection, name })) };
}

/** What of an index decides which searches it serves. */
function shape({ key, partialFilterExpression, expireAfterSeconds, unique }: IndexDescription): string {
  return JSON.stringify([key, partialFilterExpression ?? null, expireAfterSeconds ?? null, unique ?? false]);
}
