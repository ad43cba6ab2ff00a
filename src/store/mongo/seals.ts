/** Seals of the journal. Source: store/audit-log.ts AuditSeal */
import type { AuditPlace, AuditSeal } from '../audit-log.js';
import { StoreConflict } from '../port.js';
import { BEHIND, type Collections, type PlaceDocument, type SealDocument } from './collections.js';
import { isDuplicate } from './errors.js';

type Seals = Collections['seals'];

/** The order of its fields is that of places. */
function toPlace({ chain, number }: AuditPlace): PlaceDocument {
  return { c: chain, n: number };
}

export async function putSeal(seals: Seals, seal: AuditSeal): Promise<void> {
  const { time, missing, digest, before, others } = seal;
  const document: SealDocument = { _id: toPlace(seal), t: time, m: missing, d: digest, b: before, ...(others && { o: others }) };
  try {
    await seals.insertOne(document);
  } catch (error) {
    if (isDuplicate(error)) throw new StoreConflict(`The chain ${seal.chain} has a seal ${seal.number} already`, { cause: error });
    throw error;
  }
}

export async function sealsOf(seals: Seals, chain: string, after: number, count: number): Promise<readonly AuditSeal[]> {
  const range = { _id: { $gt: { c: chain, n: after }, $lt: { c: chain, n: BEHIND } } };
  return (await seals.find(range).sort({ _id: 1 }).limit(count).toArray()).map(toSeal);
}

function toSeal({ _id, t, m, d, b, o }: SealDocument): AuditSeal {
  return { chain: _id.c, number: _id.n, time: t, missing: m, digest: d, before: b, ...(o && { others: o }) };
}

/** From the last of each chain to the last of the one before. */
export async function headsOf(seals: Seals): Promise<readonly AuditSeal[]> {
  const heads: AuditSeal[] = [];
  for (;;) {
    const before = heads.at(-1);
    const others = before === undefined ? {} : { _id: { $lt: { c: before.chain, n: 0 } } };
    const found = await seals.findOne(others, { sort: { _id: -1 } });
    if (found === null) return heads.reverse();
    heads.push(toSeal(found));
  }
}

export async function chainsOfSeals(seals: Seals): Promise<readonly string[]> {
  return (await headsOf(seals)).map(({ chain }) => chain);
}
