/** How documents are read: as single commands outside a transaction, through cursors inside one. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientSession, Db, Document, Sort } from 'mongodb';
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
const readConcern = { level: 'majority' } as const;

export interface FindReply {
  readonly cursor: { readonly id: unknown; readonly firstBatch: readonly Document[] };
}

const tries = 3;

/** A command that only reads. The driver does not repeat commands when a connection breaks; between the tries it waits for a primary. */
export async function readCommand(db: Db, command: Document): Promise<Document> {
  for (let count = 1; ; count++) {
    try {
      return await db.command({ ...command, readConcern }, { promoteBuffers: true });
    } catch (error) {
      if (count === tries || !isBroken(error)) throw error;
      await pause(100 * count);
    }
  }
}

/** One command costs a third less than a cursor of the driver. `timeLimit` in milliseconds is that of each command. */
export function commandReader({ db, resources }: Collections, timeLimit?: () => number): Reader {
  return {
    async rows<T>(filter: DocumentFilter, { projection, sort, limit }: Reading) {
      const time = timeLimit === undefined ? {} : { maxTimeMS: Math.max(1, Math.ceil(timeLimit())) };
      // One more than the limit: with a batch as large as the limit the server would keep the cursor open.
      const command = { find: 'resources', filter, projection, limit, batchSize: limit + 1, ...(sort && { sort }), ...time };
      const reply = (await readCommand(db, { ...command, allowDiskUse: false })) as FindReply;
      const { id, firstBatch } = reply.cursor;
      if (String(id) === '0') return firstBatch as readonly T[];
      // A reply ends at 16 MB: what is so large comes through a cursor of the driver, from the beginning.
      await db.command({ killCursors: 'resources', cursors: [id] });
      return resources.find<Document>(filter, { projection, sort, limit, allowDiskUse: false, ...time }).toArray() as Promise<T[]>;
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
