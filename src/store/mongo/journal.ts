/** The journal: blocks of records, found through segments or, while they are in none, one by one. Source: store/audit-log.ts */
import type { AuditLog } from '../audit-log.js';
import { withoutOlder } from '../journal/block.js';
import { readPlaces, walkChain } from '../journal/chain.js';
import { searchJournal } from '../journal/search.js';
import { BUCKETS } from '../journal/segment.js';
import { unfindable } from '../journal/unfindable.js';
import { changeable, toBlock } from './audit-blocks.js';
import type { Collections } from './collections.js';
import { translate } from './errors.js';
import { createShelf } from './journal-shelf.js';
import { chainsOfSeals, headsOf, putSeal, sealsOf } from './seals.js';
import type { WriteTransaction } from './write-transaction.js';

/** `append`: they go as a commit of nothing else. */
export function createAuditLog(collections: Collections, append: WriteTransaction): AuditLog {
  const { seals } = collections;
  const shelf = createShelf(collections);
  return {
    async append(sheets) {
      if (sheets.length > 0) await append({ writes: [], guards: [], audit: sheets });
    },
    search: (query) => inWords(() => searchJournal(shelf, query)),
    read: (places) => inWords(() => readPlaces(shelf, places)),
    unfindable: (most) => inWords(() => unfindable(shelf, most)),
    walk: (chain, after, count) => inWords(() => walkChain(shelf, chain, after, count)),
    chains: () => inWords(async () => [...new Set([...(await chainsOfBlocks(collections)), ...(await chainsOfSeals(seals))])].sort()),
    seal: (seal) => inWords(() => putSeal(seals, seal)),
    seals: (chain, after, count) => inWords(() => sealsOf(seals, chain, after, count)),
    heads: () => inWords(() => headsOf(seals)),
    purge: (before) => inWords(() => purge(collections, before)),
  };
}

async function inWords<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw translate(error);
  }
}

/** From the first of each chain to the first of the next. */
async function chainsOfBlocks({ audit }: Collections): Promise<readonly string[]> {
  const chains: string[] = [];
  for (;;) {
    const last = chains.at(-1);
    const behind = last === undefined ? {} : { c: { $gt: last } };
    const found = await audit.findOne(behind, { projection: { c: 1 }, sort: { c: 1, l: 1 } });
    if (found === null) return chains;
    chains.push(found.c);
  }
}

/** Blocks looked at in one step. */
const STEP = 100;

async function purge(collections: Collections, before: number): Promise<number> {
  const { audit, segments, postings } = collections;
  let removed = 0;
  for (;;) {
    const old = await audit
      .find({ s: { $lt: before } })
      .limit(STEP)
      .toArray();
    for (const block of old.map(toBlock)) {
      const left = block.until < before ? undefined : withoutOlder(block, before);
      if (left === undefined) await audit.deleteOne({ _id: block.id });
      else await audit.updateOne({ _id: block.id }, { $set: changeable(left) });
      removed += block.records - (left?.records ?? 0);
    }
    if (old.length < STEP) break;
  }
  for (const { _id } of await segments.find({ u: { $lt: before } }, { projection: { _id: 1 } }).toArray()) {
    await postings.deleteMany({ _id: { $in: Array.from({ length: BUCKETS }, (_, bucket) => ({ b: bucket, s: _id })) } });
    await segments.deleteOne({ _id });
  }
  return removed;
}
