/** Counts, bounded in time: what could not be counted whole is a lower bound and says so. */
import type { Document } from 'mongodb';
import { type Count, type HistoryFilter, type Position, type Predicate, StoreCostly, type Where } from '../port.js';
import type { Collections } from './collections.js';
import { and, compileType } from './compile.js';
import { collectionOf, documentId, versionId } from './documents.js';
import { translate } from './errors.js';
import { rowsInOrder } from './ordered.js';
import { positionOf, type SortedRow } from './pages.js';
import { commandReader, readCommand, readRows } from './reader.js';
import { type ResolvedPart, type Resolver, resolver } from './resolve.js';
import { satisfying } from './semi-join.js';
import { shelvesOf } from './shelves.js';
import { remaining } from './time.js';

/** Targets or ids that a link may lead to. */
const mostListed = 10_000;
const lookedAtTogether = 1_000;

/** Documents of a collection, counted for themselves. */
interface Counted {
  readonly from: 'resources' | 'contained' | 'versions';
  readonly filter: Document;
}

export async function count(collections: Collections, where: Where, timeLimit: number | undefined): Promise<Count> {
  const listed = resolver(commandReader(collections, remaining(timeLimit)), mostListed);
  const all = await unlessLate(() => listed.resolve(where));
  if (all === undefined) return { total: 0, exact: false };
  const exact = all.filter(({ asked }) => asked === undefined);
  const parts = exact.map(({ type, predicate }) => ({ from: collectionOf(type), filter: compileType(type, predicate, 'none') }));
  const counts = [await countParts(collections, parts, timeLimit)];
  for (const part of all) if (part.asked !== undefined) counts.push(await countThrough(listed, part, part.asked));
  return { total: counts.reduce((sum, { total }) => sum + total, 0), exact: counts.every((one) => one.exact) };
}

/** A link in it leads to too many to be listed: all that may match are looked at. */
async function countThrough(listed: Resolver, part: ResolvedPart, asked: Predicate): Promise<Count> {
  const walk = { fields: [], backward: false };
  const from = collectionOf(part.type);
  const base = compileType(part.type, part.predicate, 'keys');
  const ordered = { reader: listed.reader, from, walk, base, projection: {}, limit: lookedAtTogether };
  let total = 0;
  for (let after: Position | undefined; ; ) {
    const next = await unlessLate(async () => {
      const rows = await rowsInOrder<SortedRow>({ ...ordered, after });
      const names = rows.map(({ _id }) => _id);
      return { rows, right: await satisfying(listed, part.type, asked, names) };
    });
    if (next === undefined) return { total, exact: false };
    total += next.right.size;
    const last = next.rows.at(-1);
    if (last === undefined || next.rows.length < lookedAtTogether) return { total, exact: true };
    after = positionOf(last, walk);
  }
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
