/** Where searches of the journal read. Source: store/journal/shelf.ts */
import { SPAN, TIME_SPAN } from '../journal/block.js';
import type { BlockTimes, Shelf } from '../journal/shelf.js';
import { toBlock } from './audit-blocks.js';
import type { Collections } from './collections.js';

export function createShelf({ audit, segments, postings }: Collections): Shelf<string> {
  const times = { projection: { _id: 1, s: 1, u: 1 } } as const;
  return {
    async within(chain, after, upTo) {
      const found = await audit.find({ c: chain, l: { $gt: after, $lt: upTo + SPAN }, f: { $lte: upTo } }).toArray();
      return found.map(toBlock);
    },
    async nextLast(chain, after) {
      const found = await audit.findOne({ c: chain, l: { $gt: after } }, { projection: { l: 1 }, sort: { l: 1 } });
      return found?.l;
    },
    async tail() {
      const found = await audit.find({ tail: 1 }, { projection: { b: 0 } }).toArray();
      return found.map(toBlock);
    },
    async segments({ from, before }) {
      const found = await segments.find({ u: { $gte: from }, s: { $lt: before } }, times).toArray();
      return found.map(toTimes);
    },
    async blocksOf(segment) {
      const { i = [], b } = (await segments.findOne({ _id: segment })) ?? {};
      const numbers = new Float64Array(Uint8Array.from(b ?? []).buffer);
      return i.map((id, at) => ({ id, start: numbers[3 * at] ?? 0, since: numbers[3 * at + 1] ?? 0, until: numbers[3 * at + 2] ?? 0 }));
    },
    async postings(bucket, of) {
      const found = await postings.find({ _id: { $in: of.map((segment) => ({ b: bucket, s: segment })) } }).toArray();
      return new Map(found.map(({ _id, p }) => [_id.s, p]));
    },
    async block(id) {
      const found = await audit.findOne({ _id: id });
      return found === null ? undefined : toBlock(found);
    },
    async byTime({ from, before }, descending, after, count) {
      const [edge, way, step] = descending ? (['u', -1, '$lt'] as const) : (['s', 1, '$gt'] as const);
      // How far from its other end a block can reach bounds the walk on both sides.
      const reach = descending ? { $gte: from, $lt: before + TIME_SPAN } : { $gte: from - TIME_SPAN, $lt: before };
      const within = descending ? { s: { $lt: before } } : { u: { $gte: from } };
      const at = after === undefined ? 0 : descending ? after.until : after.since;
      const behind = after === undefined ? {} : { $or: [{ [edge]: { [step]: at } }, { [edge]: at, _id: { [step]: after.id } }] };
      const bounded = after === undefined ? [] : [{ [edge]: { [`${step}e`]: at } }];
      const filter = { $and: [{ [edge]: reach }, within, ...bounded, behind] };
      const found = await audit
        .find(filter, times)
        .sort({ [edge]: way, _id: way })
        .limit(count)
        .toArray();
      return found.map(toTimes);
    },
  };
}

function toTimes({ _id, s, u }: { readonly _id: string; readonly s: number; readonly u: number }): BlockTimes<string> {
  return { id: _id, since: s, until: u };
}
