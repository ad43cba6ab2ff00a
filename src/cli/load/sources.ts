/**
 * Where the loader finds its input: files, folders (walked in the order of their names) and `-` for standard input;
 * plain, gzip or bzip2, told by the first bytes and not by the name.
 */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { gunzip } from 'node:zlib';

export interface Source {
  /** The path as it is shown to people; `-` for standard input. */
  readonly name: string;
  /** Bytes as they lie on disk, for the progress bar; 0 where unknown. */
  readonly size: number;
  /** It was found in a folder, and nobody said that it holds a resource. */
  readonly isFound?: boolean;
}

const loadable = /\.(json|ndjson)(\.(gz|bz2))?$/i;

/** The sources that the arguments name, in folders those whose names `wanted` matches; throws with the path of what is not there. */
export async function findSources(paths: readonly string[], wanted = loadable): Promise<readonly Source[]> {
  const found: Source[] = [];
  for (const path of paths) {
    if (path === '-') found.push({ name: '-', size: 0 });
    else found.push(...(await walk(path, wanted, true)));
  }
  return found;
}

/** What a FHIR package says of itself, and what is hidden. Source: FHIR NPM package specification */
function isAbout(name: string): boolean {
  return name === 'package.json' || name.startsWith('.');
}

async function walk(path: string, wanted: RegExp, named: boolean): Promise<readonly Source[]> {
  const about = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(error.code === 'ENOENT' ? `There is no ${path}` : `${path} cannot be read: ${error.code}`);
  });
  if (about.isFile()) return named || wanted.test(path) ? [{ name: path, size: about.size, isFound: !named }] : [];
  if (!about.isDirectory()) return [];
  const names = (await readdir(path)).filter((name) => !isAbout(name)).sort();
  const inside = await Promise.all(names.map((name) => walk(join(path, name), wanted, false)));
  return inside.flat();
}

/** The text of a source, decompressed. Throws when it cannot be read or is not UTF-8. */
export async function readSource(source: Source): Promise<string> {
  const bytes = await decompress(await (source.name === '-' ? standardInput() : bytesOf(createReadStream(source.name))));
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

let input: Promise<Buffer> | undefined;

/** It comes only once, and a part of it may be asked for again. */
function standardInput(): Promise<Buffer> {
  input ??= bytesOf(process.stdin);
  return input;
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function decompress(bytes: Buffer): Promise<Uint8Array> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return promisify(gunzip)(bytes);
  if (bytes.subarray(0, 3).toString('latin1') === 'BZh') return bunzip2(bytes);
  return bytes;
}

/** In a thread of its own: the library works in one piece, at about 26 MB/s, and would hold everything else up. */
export function bunzip2(bytes: Buffer): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./bunzip2-worker.js', import.meta.url), { workerData: bytes });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
