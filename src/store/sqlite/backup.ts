/**
 * A copy of the file while it is in use: the pages of one moment, held by a read transaction, so that writers go on beside it and the
 * copy never has to begin anew. Source: SQLite "Online Backup API"
 */
import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StoreUnavailable } from '../port.js';
import { type Connection, isBusy, isDamage, reasonOf, storeError } from './binding.js';
import { patiently } from './patience.js';
import { makePrivate, placeOf } from './place.js';
import { prepared } from './schema.js';

/** Pages of 4 KiB between two reports. */
const STEP = 2048;

export interface Copying {
  /** Between 0 and 1. */
  readonly progress?: (part: number) => void;
  /** Looks at the finished copy before it gets its name; it gets none when this throws. */
  readonly verify?: (copy: string) => Promise<void>;
}

/** `target` must not be there yet, and is there only when it is whole. Throws StoreUnavailable, and what `verify` throws. */
export async function backUpFile(location: string, target: string, { progress = () => undefined, verify }: Copying = {}): Promise<void> {
  if (!(await exists(location))) throw new StoreUnavailable(`${location} is not there: STORE names no store that could be copied`);
  await refuseExisting(target, 'it is not overwritten');
  const partial = `${target}.partial`;
  const failed = (error: unknown) => {
    throw new StoreUnavailable(`${location} could not be copied to ${target}: ${reasonOf(storeError(error))}`, { cause: error });
  };
  await removeAll(partial);
  try {
    await makePrivate(partial);
    await copyPages(location, partial, progress).catch(failed);
    await verify?.(partial);
    await settle(partial, target).catch(failed);
  } finally {
    await removeAll(partial);
  }
}

async function copyPages(location: string, partial: string, progress: (part: number) => void): Promise<void> {
  const file = await placeOf(location);
  const source = await patiently(() => ofNow(file));
  try {
    await source.copyTo(resolve(partial), STEP, progress);
    source.exec('COMMIT');
  } finally {
    source.close();
  }
  leaveLog(resolve(partial));
}

/** A connection inside a read transaction. */
function ofNow(file: string): Connection {
  const connection = prepared(file, { readOnly: true, cache: 2048, mapped: 0 });
  try {
    connection.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Puts a backup in the place of a database. What is there already is replaced when `replace` says so and nobody has it open. Throws
 * StoreUnavailable, and then the place is as it was.
 */
export async function restoreFile(backup: string, location: string, { replace }: { readonly replace: boolean }): Promise<void> {
  const file = await placeOf(location);
  if (!replace) await refuseExisting(file, 'it is not overwritten unless --replace is given');
  const partial = `${file}.partial`;
  try {
    await copyFile(backup, partial);
    if (await exists(file)) closeOff(file);
    // Before the backup has its name: it would be read with the log of what was there before.
    for (const rest of logs) await rm(file + rest, { force: true });
    await settle(partial, file);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    throw new StoreUnavailable(`${location} could not be restored: ${reasonOf(storeError(error))}`, { cause: error });
  } finally {
    await removeAll(partial);
  }
}

/** A file that is damaged has nothing to close off; that is what backups are for. */
function closeOff(file: string): void {
  try {
    leaveLog(file);
  } catch (error) {
    if (isBusy(error)) throw new StoreUnavailable(`${file} is in use; stop the server that has it open`, { cause: error });
    if (!isDamage(error)) throw error;
  }
}

/** What SQLite keeps beside a file. */
const logs = ['-wal', '-shm', '-journal'];

/** Also what was left where an earlier copy was killed. */
async function removeAll(file: string): Promise<void> {
  for (const rest of ['', ...logs]) await rm(file + rest, { force: true });
}

/** One file without a write-ahead log beside it, also while it is read. Only who is alone can bring that about. */
function leaveLog(location: string): void {
  const connection = prepared(location, { readOnly: false, cache: 2048, mapped: 0 });
  try {
    connection.exec('PRAGMA journal_mode = DELETE');
  } finally {
    connection.close();
  }
}

async function refuseExisting(path: string, consequence: string): Promise<void> {
  if (await exists(path)) throw new StoreUnavailable(`${path} is there already; ${consequence}`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** On the disk under its own name, or not at all. */
async function settle(partial: string, target: string): Promise<void> {
  await onDisk(partial);
  await rename(partial, target);
  await onDisk(dirname(target));
}

async function onDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
