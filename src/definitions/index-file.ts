/** Reads the file the build wrote: its index at once, the rest piece by piece. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { type DefinitionsIndex, headerLength, indexFile } from './index-format.js';

/** Reads and parses one JSON text behind the index; offsets count from the index's end. */
export type ReadData = (offset: number, length: number) => unknown;

export interface IndexFile {
  readonly index: DefinitionsIndex;
  readonly data: ReadData;
  close(): void;
}

/**
 * Undefined where no index stands in the folder. It stays open, for a server as long as it lives: a rebuild beside a running
 * server replaces the file and leaves the server the one it began with.
 */
export function openIndex(folder: string): IndexFile | undefined {
  const file = join(folder, indexFile);
  if (!existsSync(file)) return undefined;
  const descriptor = openSync(file, 'r');
  const read = (offset: number, length: number): string => {
    const bytes = Buffer.allocUnsafe(length);
    if (readSync(descriptor, bytes, 0, length, offset) === length) return bytes.toString('utf8');
    throw new Error(`${file} is not whole; run \`npm run build\` to make it again`);
  };
  const length = Number(read(0, headerLength));
  const index = JSON.parse(read(headerLength, length)) as DefinitionsIndex;
  const start = headerLength + length;
  return { index, data: (offset, size) => JSON.parse(read(start + offset, size)), close: () => closeSync(descriptor) };
}

/** The index alone, for those who only look at it. */
export function readIndex(folder: string): DefinitionsIndex | undefined {
  const opened = openIndex(folder);
  opened?.close();
  return opened?.index;
}
