/** The journal: records under their chain and number, found by key and time. Source: store/audit-log.ts */
import type { Collection, Filter } from 'mongodb';
import type { AuditLog, AuditQuery, AuditSeal } from '../audit-log.js';
import { StoreConflict } from '../port.js';
import { toPlace, toRecord } from './audit-documents.js';
import { type AuditDocument, BEHIND, type Collections, type PlaceDocument, type SealDocument } from './collections.js';
import { isDuplicate, translate } from './errors.js';
import type { WriteTransaction } from './write-transaction.js';

/** `append`: records go as a commit of nothing else. */
export function createAuditLog(collections: Collections, append: WriteTransaction): AuditLog {
  const { audit, seals } = collections;
  return {
    async append(records) {
      if (records.length > 0) await append({ writes: [], guards: [], audit: records });
    },
    search: (query) =>
      inWords(async () => {
        const way = query.descending ? -1 : 1;
        const found = await audit
          .find(filterOf(query), { projection: { w: 0 } })
          .sort({ t: way, _id: way })
          .limit(query.count + 1)
          .toArray();
        return { records: found.slice(0, query.count).map(toRecord), more: found.length > query.count };
      }),
    read: (places) =>
      inWords(async () => {
        const found = await audit.find({ _id: { $in: places.map(toPlace) } }).toArray();
        const byPlace = new Map(found.map((one) => [nameOf(one._id), toRecord(one)]));
        return places.map((place) => byPlace.get(nameOf(toPlace(place))));
      }),
    walk: (chain, after, count) =>
      inWords(async () => (await audit.find(ofChain(chain, after)).sort({ _id: 1 }).limit(count).toArray()).map(toRecord)),
    chains: () => inWords(() => chainsOf(collections)),
    seal: (seal) => inWords(() => putSeal(seals, seal)),
    seals: (chain, after, count) =>
      inWords(async () => (await seals.find(ofChain(chain, after)).sort({ _id: 1 }).limit(count).toArray()).map(toSeal)),
    heads: () => inWords(() => headsOf(seals)),
    purge: (before) => inWords(async () => (await audit.deleteMany({ t: { $lt: before } })).deletedCount),
  };
}

async function inWords<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw translate(error);
  }
}

function nameOf({ c, n }: PlaceDocument): string {
  return `${n} ${c}`;
}

function ofChain(chain: string, after: number) {
  return { _id: { $gt: { c: chain, n: after }, $lt: { c: chain, n: BEHIND } } };
}

function filterOf({ keys, from, before, after, descending }: AuditQuery): Filter<AuditDocument> {
  const parts: object[] = [];
  if (keys.length > 0) parts.push({ k: keys.length === 1 ? keys[0] : { $all: keys } });
  if (from !== undefined) parts.push({ t: { $gte: from } });
  if (before !== undefined) parts.push({ t: { $lt: before } });
  if (after !== undefined) {
    const [beyond, from] = descending ? ['$lt', '$lte'] : ['$gt', '$gte'];
    // The first bounds the walk through the index, the second is asked of what has the same time.
    parts.push({ t: { [from]: after.time } });
    parts.push({ $or: [{ t: { [beyond]: after.time } }, { _id: { [beyond]: toPlace(after) } }] });
  }
  return parts.length === 0 ? {} : ({ $and: parts } as Filter<AuditDocument>);
}

async function chainsOf({ db }: Collections): Promise<readonly string[]> {
  const chains = [...(await chainsIn(db.collection('audit'))), ...(await chainsIn(db.collection('seals')))];
  return [...new Set(chains)].sort();
}

/** From the first of each chain to the first of the next. */
async function chainsIn(collection: Collection<{ readonly _id: PlaceDocument }>): Promise<readonly string[]> {
  const chains: string[] = [];
  for (;;) {
    const last = chains.at(-1);
    const behind = last === undefined ? {} : { _id: { $gt: { c: last, n: BEHIND } } };
    const found = await collection.findOne(behind, { projection: { _id: 1 }, sort: { _id: 1 } });
    if (found === null) return chains;
    chains.push(found._id.c);
  }
}

async function headsOf(seals: Collections['seals']): Promise<readonly AuditSeal[]> {
  const heads: AuditSeal[] = [];
  for (;;) {
    const before = heads.at(-1);
    const others = before === undefined ? {} : { _id: { $lt: { c: before.chain, n: 0 } } };
    const found = await seals.findOne(others, { sort: { _id: -1 } });
    if (found === null) return heads.reverse();
    heads.push(toSeal(found));
  }
}

async function putSeal(seals: Collections['seals'], seal: AuditSeal): Promise<void> {
  const { time, missing, digest, before, others } = seal;
  const document: SealDocument = { _id: toPlace(seal), t: time, m: missing, d: digest, b: before, ...(others && { o: others }) };
  try {
    await seals.insertOne(document);
  } catch (error) {
    if (isDuplicate(error)) throw new StoreConflict(`The chain ${seal.chain} has a seal ${seal.number} already`, { cause: error });
    throw error;
  }
}

function toSeal({ _id, t, m, d, b, o }: SealDocument): AuditSeal {
  return { chain: _id.c, number: _id.n, time: t, missing: m, digest: d, before: b, ...(o && { others: o }) };
}
