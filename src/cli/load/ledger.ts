/**
 * What was loaded, kept in a local file of JSON lines, so that a load that is run again goes on where it ended. A line is written and
 * on disk after the server's acknowledgement, several together; between the two the Idempotency-Key of the unit tells the server that
 * it has had it. Stores are told apart by their own id, units by the hash of what is sent, so that a file may move or change its name.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { isObject, type Json } from '../../model/json.js';

export interface Entry {
  /** Of the Bundle that was sent. */
  readonly hash: string;
  readonly file: string;
  /** Which part of the file, where it is many. */
  readonly part: string;
  /** How many resources it carried that are stored now. */
  readonly resources: number;
  /** It was refused whole; from then on each of its resources goes alone, and has a line of its own. */
  readonly split?: true;
  /** Entries of a batch that failed, by index; the others are stored. */
  readonly failed?: readonly number[];
}

/** How far a unit has come: loaded, to be sent resource by resource, or loaded but for these entries. */
export type Standing = 'loaded' | 'split' | readonly number[];

export interface Ledger {
  /** The file, where there is one. */
  readonly file?: string;
  standingOf(hash: string): Standing | undefined;
  /** Resolves when it is on disk. Throws a sentence where it cannot be written; then the next one begins a line of its own. */
  record(entry: Entry): Promise<void>;
  /** Resolves when all is on disk. */
  close(): Promise<void>;
}

/** For one run only. */
export function ledgerInMemory(): Ledger {
  const standings = new Map<string, Standing>();
  return {
    standingOf: (hash) => standings.get(hash),
    record: async (entry) => void standings.set(entry.hash, standingFrom(entry)),
    close: async () => undefined,
  };
}

/** Throws a sentence where the file cannot be read or written. `again`: what it says is passed over, and added to. */
export async function openLedger(file: string, store: string, again: boolean): Promise<Ledger> {
  const standings = new Map<string, Standing>();
  const handle = await openForAppending(file);
  try {
    if (!again) await readInto(standings, file, store);
    const { append, settled } = appender(handle, file, await endsInALine(handle));
    return {
      file,
      standingOf: (hash) => standings.get(hash),
      record(entry) {
        standings.set(entry.hash, standingFrom(entry));
        return append(`${JSON.stringify({ store, ...entry, when: new Date().toISOString() })}\n`);
      },
      async close() {
        await settled();
        await handle.close();
      },
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function standingFrom({ split, failed }: Pick<Entry, 'split' | 'failed'>): Standing {
  return split === true ? 'split' : (failed ?? 'loaded');
}

async function openForAppending(file: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(file), { recursive: true });
    return await open(file, 'a+');
  } catch (error) {
    throw new Error(`The ledger ${file} cannot be written: ${reasonOf(error)}`);
  }
}

/** What a crash or a full disk tore off is passed over, as is what belongs to other stores. */
async function readInto(standings: Map<string, Standing>, file: string, store: string): Promise<void> {
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      const read = line.includes(store) ? parsed(line) : undefined;
      if (!isObject(read) || read.store !== store || typeof read.hash !== 'string') continue;
      const failed = Array.isArray(read.failed) ? (read.failed as readonly Json[]).filter((index) => typeof index === 'number') : undefined;
      standings.set(
        read.hash,
        standingFrom({ ...(read.split === true ? { split: true } : {}), ...(failed === undefined ? {} : { failed }) }),
      );
    }
  } catch (error) {
    throw new Error(`The ledger ${file} cannot be read: ${reasonOf(error)}`);
  }
}

function parsed(line: string): Json | undefined {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}

async function endsInALine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return true;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
}

interface Appender {
  /** Resolves when the line is on disk. */
  append(line: string): Promise<void>;
  /** Resolves when nothing is being written any more. */
  settled(): Promise<unknown>;
}

interface Group {
  readonly lines: string[];
  readonly done: Promise<void>;
}

/**
 * Lines that come while others are written wait and are written together. One write for each group: the file is open for appending, so
 * that those of two loads stand one after the other.
 */
function appender(handle: FileHandle, file: string, startsClean: boolean): Appender {
  let clean = startsClean;
  let waiting: Group | undefined;
  let before: Promise<unknown> = Promise.resolve();
  const writeGroup = async (lines: readonly string[]): Promise<void> => {
    const bytes = Buffer.from((clean ? '' : '\n') + lines.join(''));
    clean = false;
    try {
      const { bytesWritten } = await handle.write(bytes);
      if (bytesWritten < bytes.length) throw new Error('only a part could be written; the disk may be full');
      await handle.datasync();
      clean = true;
    } catch (error) {
      throw new Error(`The ledger ${file} cannot be written: ${reasonOf(error)}`);
    }
  };
  const append = (line: string): Promise<void> => {
    if (waiting !== undefined) {
      waiting.lines.push(line);
      return waiting.done;
    }
    const lines = [line];
    const done = before.then(() => {
      waiting = undefined;
      return writeGroup(lines);
    });
    waiting = { lines, done };
    before = done.catch(() => undefined);
    return done;
  };
  return { append, settled: () => before };
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'what should be its folder is a file',
  EEXIST: 'what should be its folder is a file',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}
