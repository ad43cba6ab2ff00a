/** Blocks of the journal as documents. Source: store/journal/block.ts */
import { ObjectId } from 'mongodb';
import type { AuditSheet } from '../audit-log.js';
import { type Block, toBlocks } from '../journal/block.js';
import type { BlockDocument, Collections } from './collections.js';

export function toBlockDocuments(sheets: readonly AuditSheet[], mark: ObjectId): readonly BlockDocument[] {
  return toBlocks(sheets).map((block) => ({
    _id: new ObjectId().toHexString(),
    c: block.chain,
    ...changeable(block),
    w: mark,
    tail: 1,
  }));
}

/** What a purge changes. */
export function changeable({ first, last, since, until, records, places, bodies }: Block) {
  return { f: first, l: last, s: since, u: until, n: records, p: places, b: bodies };
}

export function toBlock({ _id, c, f, l, s, u, n, p, b }: BlockDocument): Block & { readonly id: string } {
  return { id: _id, chain: c, first: f, last: l, since: s, until: u, records: n, places: p, bodies: b };
}

/** Whether the commit of this mark has put it down. */
export async function isRecorded({ audit }: Collections, { _id, w }: BlockDocument): Promise<boolean> {
  const found = await audit.findOne({ _id }, { projection: { w: 1 } });
  return found?.w.equals(w) === true;
}
