/** Counts, bounded in time: what could not be counted whole is a lower bound and says so. */
import type { Document } from 'mongodb';
import { type Count, type HistoryFilter, StoreCostly, type Where } from '../port.js';
import type { Collections } from './collections.js';
import { and, compileType } from './compile.js';
import { collectionOf, documentId, versionId } from './documents.js';
import { translate } from './errors.js';
import { commandReader, readCommand, readRows } from './reader.js';
import { resolveWhere } from './resolve.js';
import { shelvesOf } from './shelves.js';
import { remaining } from './time.js';

/** Documents of a collection, counted for themselves. */
interface Counted {
  readonly from: 'resources' | 'contained' | 'versions';
  readonly filter: Document;
}

export async function count(collections: Collections, where: Where, timeLimit: number | undefined): Promise<Count> {
  const local = await resolveWhere(commandReader(collections, remaining(timeLimit)), where);
  const parts = local.map(({ type, predicate }) => ({ from: collectionOf(type), filter: compileType(type, predicate, 'none') }));
  return countParts(collections, parts, timeLimit);
}

/**
 * The copy that a crash leaves of a current version counts beside it until the resource is written again; of one instance it is known and
 * left out.
 */
export async function countHistory(collections: Collections, filter: HistoryFilter, timeLimit: number | undefined): Promise<Count> {
  const shelves = await shelvesOf(collections, filter);
  const { scope } = filter;
  if (!('id' in scope)) return countParts(collections, shelves, timeLimit);
  const id = documentId(scope);
  const asked = { from: 'resources', filter: { _id: id }, projection: { v: 1 }, limit: 1 } as const;
  const [current] = (await readRows<{ v: number }>(collections, asked)).rows;
  const known = { _id: { $lt: versionId(id, current?.v ?? 0) } };
  const parts = shelves.map(({ from, filter: one }) => ({ from, filter: from === 'versions' ? and([one, known]) : one }));
  return countParts(collections, parts, timeLimit);
}

/** Beyond this nothing is counted when there was not enough time for all. */
const countedAtLeast = 1_000;

/** Exact where the time suffices; else what could be counted in as much time again, which is a lower bound. */
async function countParts(collections: Collections, parts: readonly Counted[], timeLimit: number | undefined): Promise<Count> {
  const counted = async (time: (() => number) | undefined, most?: number) => {
    let total = 0;
    for (const part of parts) {
      const number = await unlessLate(() => countDocuments(collections, part, time, most));
      if (number === undefined) return { total, exact: false };
      total += number;
    }
    return { total, exact: most === undefined };
  };
  const whole = await counted(remaining(timeLimit));
  if (whole.exact) return whole;
  const part = await counted(remaining(timeLimit), countedAtLeast);
  return { total: Math.max(whole.total, part.total), exact: false };
}

/** Undefined when the time did not suffice. */
async function unlessLate<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (translate(error) instanceof StoreCostly) return undefined;
    throw error;
  }
}

async function countDocuments({ db }: Collections, { from, filter }: Counted, timeLeft?: () => number, limit?: number): Promise<number> {
  const time = timeLeft === undefined ? {} : { maxTimeMS: Math.max(1, Math.ceil(timeLeft())) };
  const reply = await readCommand(db, { count: from, query: filter, ...time, ...(limit !== undefined && { limit }) });
  return reply.n as number;
}
