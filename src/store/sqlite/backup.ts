/**
 * A copy of the file while it is in use: the pages of one moment, held by a read transaction, so that writers go on beside it and the
 * copy never has to begin anew. Source: SQLite "Online Backup API"
 */
import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreUnavailable } from '../port.js';
import { reasonOf, storeError } from './binding.js';
import { prepared } from './schema.js';

/** Pages of 4 KiB between two reports. */
const STEP = 2048;

export interface Copying {
  /** Between 0 and 1. */
  readonly progress?: (part: number) => void;
}

/** Throws StoreUnavailable. `target` must not be there yet. */
export async function backUpFile(location: string, target: string, { progress = () => undefined }: Copying = {}): Promise<void> {
  await refuseExisting(target);
  const partial = `${target}.partial`;
  await rm(partial, { force: true });
  const source = prepared(location, { readOnly: true, cache: 2048, mapped: 0 });
  try {
    source.exec('BEGIN');
    source.statement('SELECT count(*) FROM sqlite_schema').get([]);
    await source.copyTo(partial, STEP, progress);
    source.exec('COMMIT');
    leaveLog(partial);
    await settle(partial, target);
  } catch (error) {
    throw new StoreUnavailable(`${location} could not be copied to ${target}: ${reasonOf(storeError(error))}`, { cause: error });
  } finally {
    source.close();
    await rm(partial, { force: true });
  }
}

/**
 * Puts a backup in the place of a database. What is there already is replaced when `replace` says so and nobody has it open. Throws
 * StoreUnavailable, and then the place is as it was.
 */
export async function restoreFile(backup: string, location: string, { replace }: { readonly replace: boolean }): Promise<void> {
  if (!replace) await refuseExisting(location);
  const partial = `${location}.partial`;
  try {
    await copyFile(backup, partial);
    if (await exists(location)) closeOff(location);
    await settle(partial, location);
    for (const rest of ['-wal', '-shm']) await rm(location + rest, { force: true });
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    throw new StoreUnavailable(`${location} could not be restored: ${reasonOf(storeError(error))}`, { cause: error });
  } finally {
    await rm(partial, { force: true });
  }
}

function closeOff(location: string): void {
  try {
    leaveLog(location);
  } catch (error) {
    throw new StoreUnavailable(`${location} is in use; stop the server that has it open`, { cause: error });
  }
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

async function refuseExisting(path: string): Promise<void> {
  if (await exists(path)) throw new StoreUnavailable(`${path} is there already; it is not overwritten`);
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
