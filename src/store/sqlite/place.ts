/**
 * Where the file of a store really is. SQLite follows links and keeps its log beside the file itself, reads a name that begins with
 * `file:` as a URI, and makes a file of its own that is soon gone where the name is empty. Source: SQLite "Uniform Resource Identifiers"
 */
import { open, readlink, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StoreUnavailable } from '../port.js';

/** An absolute path without a link at its end; the file need not be there yet. */
export async function placeOf(location: string): Promise<string> {
  if (location === '')
    throw new StoreUnavailable('The name of the database file is empty; STORE is sqlite:<file>, sqlite:lianyi.db for example');
  try {
    return await realpath(resolve(location));
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  // A link to what is not there yet, as before the first start.
  const next = await readlink(resolve(location)).catch(() => undefined);
  return next === undefined ? resolve(location) : placeOf(resolve(dirname(resolve(location)), next));
}

/**
 * Records of people, and keys that sign: a new file is its owner's alone. SQLite gives what it puts beside it the same rights. What keeps it
 * from being made is told by SQLite, which opens it next.
 */
export async function makePrivate(file: string): Promise<void> {
  const made = await open(file, 'ax', 0o600).catch(() => undefined);
  await made?.close();
}

function isAbsent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
