/**
 * In which order files of single resources are loaded: those of a type after those of the types it refers to, as the data itself shows,
 * whatever the files are called. Only the beginning of each is looked at; what that does not show is tried again later. (Bundles are not
 * looked at here: they may hold anything, and wait for just what they need; `run.ts`.)
 * Source: R4 references.html#literal
 */
import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { parseReference } from '../../model/reference.js';
import { readSource, type Source } from './sources.js';

/** A type, and types it refers to. */
export interface Referring {
  readonly type: string;
  readonly refers: ReadonlySet<string>;
}

/**
 * Types by rank, from 0 on: a type stands after all it refers to, itself or through others, but for those that refer back to it, which
 * have the same rank.
 */
export function ranksOf(samples: Iterable<Referring>): ReadonlyMap<string, number> {
  const direct = new Map<string, Set<string>>();
  for (const { type, refers } of samples) {
    const all = direct.get(type) ?? new Set();
    direct.set(type, all);
    for (const other of refers) all.add(other);
  }
  const reached = new Map([...direct.keys()].map((type) => [type, reachedFrom(type, direct)]));
  // One that strictly comes before another has all before it that the other has, and one fewer.
  const before = (type: string) => [...(reached.get(type) ?? [])].filter((other) => reached.get(other)?.has(type) === false).length;
  const counts = new Map([...direct.keys()].map((type) => [type, before(type)]));
  const steps = [...new Set(counts.values())].sort((a, b) => a - b);
  return new Map([...counts].map(([type, count]) => [type, steps.indexOf(count)]));
}

function reachedFrom(type: string, direct: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const reached = new Set<string>();
  const next = [type];
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    for (const other of direct.get(at) ?? []) {
      if (reached.has(other) || !direct.has(other)) continue;
      reached.add(other);
      next.push(other);
    }
  }
  return reached;
}

const reference = /"reference"\s*:\s*"([^"\\]+)"/g;
const ownType = /"resourceType"\s*:\s*"([A-Za-z]+)"/;

export function typesReferredTo(text: string): ReadonlySet<string> {
  const types = new Set<string>();
  for (const [, found = ''] of text.matchAll(reference)) {
    const parsed = parseReference(found);
    if ('type' in parsed) types.add(parsed.type);
  }
  return types;
}

/** Those whose resources may refer to those of an earlier group come in a later one; in the order given within each. */
export async function inOrder(sources: readonly Source[]): Promise<readonly (readonly Source[])[]> {
  if (sources.length < 2) return [sources];
  const seen: { source: Source; samples: readonly Referring[] }[] = [];
  for (const source of sources) seen.push({ source, samples: samplesIn(await beginningOf(source)) });
  const ranks = ranksOf(seen.flatMap(({ samples }) => samples));
  const groups = new Map<number, Source[]>();
  for (const { source, samples } of seen) {
    const rank = Math.max(0, ...samples.map(({ type }) => ranks.get(type) ?? 0));
    const group = groups.get(rank) ?? [];
    groups.set(rank, group);
    group.push(source);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** Bytes of a file that are looked at. */
const BEGINNING = 64 * 1024;

/** '' where it cannot be read, which is reported when its turn comes, and where it would have to be unpacked whole for little. */
async function beginningOf(source: Source): Promise<string> {
  if (source.name === '-') return '';
  try {
    const bytes = await firstBytes(source.name);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    if (bytes.subarray(0, 3).toString('latin1') !== 'BZh') return bytes.toString();
    return /\.ndjson\./i.test(source.name) ? (await readSource(source)).slice(0, BEGINNING) : '';
  } catch {
    return '';
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** A file that is one resource over several lines counts as one; where another type stands inside it, before its own, it is taken for that. */
function samplesIn(beginning: string): readonly Referring[] {
  const lines = /^\s*\{[^\n]*\}\s*\n\s*\{/.test(beginning) ? beginning.split('\n') : [beginning];
  return lines.flatMap((line) => {
    const [, type] = ownType.exec(line) ?? [];
    return type === undefined || type === 'Bundle' ? [] : [{ type, refers: typesReferredTo(line) }];
  });
}
