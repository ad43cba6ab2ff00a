/**
 * Moves everything from one store into another, with its history, in the order of the feed, and what stands beside it. Each piece is one commit, so what the target
 * holds is always a beginning of the feed; a copy that was broken off goes on behind it. A store that holds anything else gets nothing.
 */

import { keyText } from '../model/resource.js';
import { type CopiedBeside, copyBeside, refuseOwn } from './copy-beside.js';
import { createSum, type Digest } from './digest.js';
import type { ResourceStore, Version, Write } from './port.js';
import { type Step, walkVersions } from './walk.js';

export interface CopyOptions {
  readonly from: ResourceStore;
  readonly to: ResourceStore;
  /** What a version is found by. */
  readonly index: (version: Version) => Pick<Write, 'entries' | 'compartments' | 'sort' | 'contained'>;
  /** `present`: how many of the versions were in the target already. */
  readonly progress?: (copied: number, present: number) => void;
}

export interface Copied extends CopiedBeside {
  readonly copied: number;
  readonly present: number;
  /** Of all that the source holds. */
  readonly digest: Digest;
}

const nothing = { entries: [], compartments: [], sort: [] };

/** Throws an Error, before it writes anything, where the target holds a version that the source has not, or has otherwise. */
export async function copyStore({ from, to, index, progress }: CopyOptions): Promise<Copied> {
  const total = createSum();
  let [copied, present] = [0, 0];
  await refuseOthers(from, to, (checked) => progress?.(0, checked));
  await refuseOwn({ from, to });
  for await (const steps of walkVersions(from)) {
    for (const { version } of steps) total.add(version);
    const missing = await missingIn(to, steps);
    present += steps.length - missing.length;
    for (const piece of pieces(missing)) {
      const current = await from.read(piece.map(({ type, id }) => ({ type, id })));
      await to.commit({ writes: piece.map((version, at) => writeOf(version, current[at], index)), guards: [] });
      copied += piece.length;
    }
    progress?.(copied, present);
  }
  return { copied, present, digest: { versions: total.versions(), sum: total.sum() }, ...(await copyBeside({ from, to })) };
}

async function refuseOthers(from: ResourceStore, to: ResourceStore, progress: (checked: number) => void): Promise<void> {
  let checked = 0;
  for await (const steps of walkVersions(to)) {
    const there = await from.read(steps.map(({ change }) => change));
    for (const [at, { version }] of steps.entries()) {
      const found = there[at];
      if (found !== undefined && isSame(found, version)) continue;
      const what = `${keyText(version)} version ${version.version}`;
      const why = found === undefined ? 'which the source has not' : 'and the source another';
      throw new Error(`The target holds ${what}, ${why}: it was filled by something else. Nothing was copied; choose an empty target`);
    }
    checked += steps.length;
    progress(checked);
  }
}

function isSame(one: Version, other: Version): boolean {
  return one.lastUpdated === other.lastUpdated && one.method === other.method && sameText(one.json, other.json);
}

async function missingIn(to: ResourceStore, steps: readonly Step[]): Promise<readonly Version[]> {
  const there = await to.read(steps.map(({ change }) => change));
  return steps.flatMap(({ version }, at) => (there[at] === undefined ? [version] : []));
}

function sameText(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

/** No instance stands twice in a commit. */
function pieces(versions: readonly Version[]): readonly (readonly Version[])[] {
  const all: Version[][] = [];
  let [piece, names]: [Version[], Set<string>] = [[], new Set()];
  for (const version of versions) {
    if (names.has(keyText(version))) {
      all.push(piece);
      [piece, names] = [[], new Set()];
    }
    piece.push(version);
    names.add(keyText(version));
  }
  return piece.length === 0 ? all : [...all, piece];
}

/** A version that has been superseded is found by nothing: its entries would be taken out again at once. */
function writeOf(version: Version, current: Version | undefined, index: CopyOptions['index']): Write {
  const isCurrent = current === undefined || current.version === version.version;
  const found = version.json === null || !isCurrent ? nothing : index(version);
  return { version, replaces: version.version - 1, ...found };
}
