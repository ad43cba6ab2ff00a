/** How documents are read: as single commands outside a transaction, through cursors inside one. */
import { setTimeout as pause } from 'node:timers/promises';
import { type ClientSession, type Db, type Document, Long, type Sort, type Timestamp } from 'mongodb';
import { StoreCostly } from '../port.js';
import type { Collections } from './collections.js';
import type { DocumentFilter } from './compile.js';
import { containedTypes } from './contained-types.js';
import { isBroken } from './errors.js';

export type CollectionName = 'resources' | 'contained';

export interface Reading {
  /** `resources` when absent. */
  readonly from?: CollectionName;
  readonly projection: Document;
  readonly sort?: Sort;
  readonly limit: number;
  /** For people, in an explanation. */
  readonly purpose?: string;
}

/** Sorted by what is first made of each document. */
export interface SortedReading extends Reading {
  readonly computed: Document;
  /** On what was made. */
  readonly beyond: Document;
}

export interface Reader {
  rows<T>(filter: DocumentFilter, reading: Reading): Promise<readonly T[]>;
  /** Throws StoreCostly where too many match. */
  sorted<T>(filter: DocumentFilter, reading: SortedReading): Promise<readonly T[]>;
  /** Whether anything of the type `#Patient` may be there. */
  holdsContained(type: string): Promise<boolean>;
}

/** The most that are put in an order that is not kept. */
const mostSorted = 100_000;

/** What others may still roll back is not seen; what was acknowledged is. */
const level = 'majority';

export interface FindReply {
  readonly operationTime: Timestamp;
  readonly cursor: { readonly id: unknown; readonly firstBatch: readonly Document[] };
}

const tries = 3;

/** A command that only reads. The driver does not repeat commands when a connection breaks; between the tries it waits for a primary. */
export async function readCommand(db: Db, command: Document, notBefore?: Timestamp): Promise<Document> {
  const readConcern = notBefore === undefined ? { level } : { level, afterClusterTime: notBefore };
  for (let count = 1; ; count++) {
    try {
      return await db.command({ ...command, readConcern }, { promoteBuffers: true });
    } catch (error) {
      if (count === tries || !isBroken(error)) throw error;
      await pause(100 * count);
    }
  }
}

interface Asking extends Omit<Reading, 'from'> {
  readonly from: CollectionName | 'versions';
  readonly filter: Document;
  /** Milliseconds that the command may take. */
  readonly timeLimit?: (() => number) | undefined;
  /** Sees at least what had been committed then. */
  readonly notBefore?: Timestamp | undefined;
}

/** `asOf` is the moment of the cluster that was seen. */
export interface Rows<T> {
  readonly rows: readonly T[];
  readonly asOf: Timestamp;
}

export function findCommand({ from, filter, projection, sort, limit }: Asking): Document {
  // One more than the limit: with a batch as large as the limit the server would keep the cursor open.
  return { find: from, filter, projection, limit, batchSize: limit + 1, ...(sort && { sort }), allowDiskUse: false };
}

/** As a command takes it: the driver makes a number of a small one, and sends that as a double, which is refused. */
export function cursorId(id: unknown): Long {
  return Long.fromValue(id as number | Long);
}

/** One command costs a third less than a cursor of the driver. */
export async function readRows<T>({ db }: Collections, asking: Asking): Promise<Rows<T>> {
  const { from, filter, projection, sort, limit, notBefore } = asking;
  const time = timeOf(asking);
  const reply = (await readCommand(db, { ...findCommand(asking), ...time }, notBefore)) as FindReply;
  const { id, firstBatch } = reply.cursor;
  if (String(id) === '0') return { rows: firstBatch as readonly T[], asOf: reply.operationTime };
  // A reply ends at 16 MB: what is so large comes through a cursor of the driver, from the beginning.
  await db.command({ killCursors: from, cursors: [cursorId(id)] });
  const cursor = db.collection(from).find(filter, { projection, limit, ...(sort && { sort }), ...time, allowDiskUse: false });
  return { rows: (await cursor.toArray()) as T[], asOf: reply.operationTime };
}

function timeOf({ timeLimit }: Pick<Asking, 'timeLimit'>): { readonly maxTimeMS?: number } {
  return timeLimit === undefined ? {} : { maxTimeMS: Math.max(1, Math.ceil(timeLimit())) };
}

function pipelineOf(filter: Document, { computed, beyond, sort, limit, projection }: SortedReading): Document[] {
  return [{ $match: filter }, { $set: computed }, { $match: beyond }, { $sort: sort }, { $limit: limit }, { $project: projection }];
}

export function sortCommand(filter: Document, reading: SortedReading): Document {
  return { aggregate: reading.from ?? 'resources', pipeline: pipelineOf(filter, reading), cursor: {}, allowDiskUse: false };
}

async function sortedRows<T>(collections: Collections, filter: Document, reading: SortedReading, timeLimit?: () => number) {
  const { db } = collections;
  const { from = 'resources' } = reading;
  const count = { count: from, query: filter, limit: mostSorted + 1, ...timeOf({ timeLimit }) };
  if (Number((await readCommand(db, count)).n) > mostSorted) {
    throw new StoreCostly(`More than ${mostSorted} resources would have to be sorted; a further parameter that selects fewer would help`);
  }
  const time = timeOf({ timeLimit });
  const cursor = db.collection(from).aggregate(pipelineOf(filter, reading), { ...time, allowDiskUse: false, batchSize: reading.limit + 1 });
  return (await cursor.toArray()) as T[];
}

async function isThere(collections: Collections, type: string): Promise<boolean> {
  const { rows } = await readRows(collections, { from: 'contained', filter: { t: type }, projection: { _id: 1 }, limit: 1 });
  return rows.length > 0;
}

/** `timeLimit` in milliseconds is that of each command. */
export function commandReader(collections: Collections, timeLimit?: () => number): Reader {
  return {
    async rows<T>(filter: DocumentFilter, reading: Reading) {
      return (await readRows<T>(collections, { from: 'resources', filter, ...reading, timeLimit })).rows;
    },
    sorted: <T>(filter: DocumentFilter, reading: SortedReading) => sortedRows<T>(collections, filter, reading, timeLimit),
    holdsContained: (type) => containedTypes(collections).holds(type, () => isThere(collections, type)),
  };
}

export function sessionReader({ db }: Collections, session: ClientSession): Reader {
  const rows = <T>(filter: DocumentFilter, { from = 'resources', projection, sort, limit }: Reading) =>
    db
      .collection(from)
      .find<Document>(filter as Document, { projection, sort, limit, batchSize: limit, session })
      .toArray() as Promise<T[]>;
  return {
    rows,
    sorted: (filter, reading) =>
      db
        .collection(reading.from ?? 'resources')
        .aggregate(pipelineOf(filter, reading), { session })
        .toArray() as Promise<never[]>,
    // What a transaction relies on is looked at in its own snapshot.
    holdsContained: async () => true,
  };
}
