/**
 * One number for everything a store holds: equal where two stores hold the same versions with the same texts, whatever the order in
 * which they came. Each version is hashed with SHA-256, and the hashes are added up modulo 2²⁵⁶.
 */
import { createHash } from 'node:crypto';
import type { ResourceStore, Version } from './port.js';
import { walkVersions } from './walk.js';

export interface Digest {
  readonly versions: number;
  /** 64 hexadecimal digits. */
  readonly sum: string;
}

export interface DigestOptions {
  /** Only so many versions from the beginning of the feed. */
  readonly first?: number;
  readonly progress?: (versions: number) => void;
}

export async function digestOf(store: ResourceStore, { first = Number.POSITIVE_INFINITY, progress }: DigestOptions = {}): Promise<Digest> {
  const total = createSum();
  for await (const steps of walkVersions(store)) {
    for (const { version } of steps.slice(0, first - total.versions())) total.add(version);
    progress?.(total.versions());
    if (total.versions() >= first) break;
  }
  return { versions: total.versions(), sum: total.sum() };
}

/** Adds up versions that pass by. */
export function createSum() {
  let [versions, sum] = [0, 0n];
  return {
    add(version: Version): void {
      sum = BigInt.asUintN(256, sum + hashOf(version));
      versions += 1;
    },
    versions: () => versions,
    sum: () => sum.toString(16).padStart(64, '0'),
  };
}

function hashOf({ type, id, version, lastUpdated, method, json }: Version): bigint {
  const hash = createHash('sha256').update(`${type}/${id}/${version}/${lastUpdated}/${method}/`);
  return BigInt(`0x${(json === null ? hash : hash.update(json)).digest('hex')}`);
}
