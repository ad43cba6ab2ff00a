/** Everything a server holds, version by version, as an unrestricted reader sees it: what the oracle judges. */
import type { Plain } from '../search/random/values.js';

export interface Stored {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** Absent: a deletion. */
  readonly resource?: Plain;
}

export interface World {
  /** The newest first. */
  readonly versions: readonly Stored[];
  /** Undeleted. */
  readonly current: ReadonlyMap<string, Plain>;
  readonly base: string;
}

export function createWorld(base: string, versions: readonly Stored[]): World {
  const newest = new Map<string, Stored>();
  for (const one of versions) {
    const key = `${one.type}/${one.id}`;
    if ((newest.get(key)?.version ?? 0) < one.version) newest.set(key, one);
  }
  const current = new Map<string, Plain>();
  for (const [key, { resource }] of newest) if (resource !== undefined) current.set(key, resource);
  return { base, versions, current };
}

/** Of an entry of a history. */
export function storedOf(entry: Plain): Stored {
  const [type, id] = entry.fullUrl.split('/').slice(-2);
  const version = Number(/\d+/.exec(entry.response.etag)?.[0]);
  return { type, id, version, ...(entry.resource === undefined ? {} : { resource: entry.resource }) };
}

/** By which it is judged: a deletion by the version before it. */
export function judgedBy({ versions }: World, one: Stored): Plain | undefined {
  if (one.resource !== undefined) return one.resource;
  return versions.find(({ type, id, version }) => type === one.type && id === one.id && version === one.version - 1)?.resource;
}

export function markOf(resource: Plain): string | undefined {
  return /urn:mark:\d+:/.exec(resource?.meta?.source ?? '')?.[0];
}
