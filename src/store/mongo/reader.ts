/** How documents are read: as single commands outside a transaction, through cursors inside one. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientSession, Db, Document, Sort, Timestamp } from 'mongodb';
import type { Collections } from './collections.js';
import type { DocumentFilter } from './compile.js';
import { isBroken } from './errors.js';

export interface Reading {
  readonly projection: Document;
  readonly sort?: Sort;
  readonly limit: number;
}

export interface Reader {
  /** Documents of `resources`. */
  rows<T>(filter: DocumentFilter, reading: Reading): Promise<readonly T[]>;
}

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

interface Asking extends Reading {
  readonly from: 'resources' | 'versions';
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

/** One command costs a third less than a cursor of the driver. */
export async function readRows<T>({ db }: Collections, asking: Asking): Promise<Rows<T>> {
  const { from, filter, projection, sort, limit, notBefore } = asking;
  const time = timeOf(asking);
  // One more than the limit: with a batch as large as the limit the server would keep the cursor open.
  const command = { find: from, filter, projection, limit, batchSize: limit + 1, ...(sort && { sort }), ...time, allowDiskUse: false };
  const reply = (await readCommand(db, command, notBefore)) as FindReply;
  const { id, firstBatch } = reply.cursor;
  if (String(id) === '0') return { rows: firstBatch as readonly T[], asOf: reply.operationTime };
  // A reply ends at 16 MB: what is so large comes through a cursor of the driver, from the beginning.
  await db.command({ killCursors: from, cursors: [id] });
  const cursor = db.collection(from).find(filter, { projection, limit, ...(sort && { sort }), ...time, allowDiskUse: false });
  return { rows: (await cursor.toArray()) as T[], asOf: reply.operationTime };
}

function timeOf({ timeLimit }: Asking): { readonly maxTimeMS?: number } {
  return timeLimit === undefined ? {} : { maxTimeMS: Math.max(1, Math.ceil(timeLimit())) };
}

/** `timeLimit` in milliseconds is that of each command. */
export function commandReader(collections: Collections, timeLimit?: () => number): Reader {
  return {
    async rows<T>(filter: DocumentFilter, reading: Reading) {
      return (await readRows<T>(collections, { from: 'resources', filter, ...reading, timeLimit })).rows;
    },
  };
}

export function sessionReader({ resources }: Collections, session: ClientSession): Reader {
  return {
    rows<T>(filter: DocumentFilter, { projection, sort, limit }: Reading) {
      return resources.find<Document>(filter, { projection, sort, limit, batchSize: limit, session }).toArray() as Promise<T[]>;
    },
  };
}
