/** Servers for as long as something is done with them. */
import type { StoreName } from './options.js';
import { baseline, lianyi, type MongoServer, mongodb, onMongo, onSqlite, type Place, type Running } from './servers.js';
import { out } from './table.js';

export interface Staged {
  readonly server: Running;
  readonly place: Place;
}

export interface Staging {
  readonly stores: readonly StoreName[];
  /** How many servers on each store. */
  readonly each?: number;
  readonly mongodCacheGB?: number;
  readonly profiles?: string | undefined;
  /** More of the environment of each server. */
  readonly environment?: (place: Place) => Readonly<Record<string, string>>;
  /** What is done to the nth place before a server is started on it. */
  readonly before?: (place: Place, nth: number) => Promise<void>;
}

/** Says so and goes on without where there is no MongoDB to be had. */
export async function withServers(staging: Staging, action: (staged: readonly Staged[]) => Promise<void>): Promise<void> {
  const { stores, each = 1 } = staging;
  const mongo = stores.includes('mongo') ? await mongoOrWord(staging.mongodCacheGB) : undefined;
  const staged: Staged[] = [];
  try {
    for (let nth = 0; nth < each; nth++) {
      for (const store of stores) {
        const place = store === 'sqlite' ? await onSqlite() : mongo && onMongo(mongo);
        if (place !== undefined) staged.push(await started(place, nth, staging));
      }
    }
    await action(staged);
  } finally {
    for (const { server, place } of staged) {
      await server.end();
      await place.remove();
    }
    await mongo?.stop();
  }
}

async function started(place: Place, nth: number, { profiles, before, environment }: Staging): Promise<Staged> {
  try {
    await before?.(place, nth);
    return { place, server: await lianyi(place, profiles, environment?.(place)) };
  } catch (error) {
    await place.remove();
    throw error;
  }
}

async function mongoOrWord(cacheSizeGB: number | undefined): Promise<MongoServer | undefined> {
  const found = await mongodb(cacheSizeGB);
  if (!('unavailable' in found)) return found;
  out(`MongoDB: not measured. ${found.unavailable}`);
  return undefined;
}

/** MongoDB answers many at once at less cost: what waits goes together. */
export const connectionsOf = ({ name }: Running): number => (name === 'MongoDB' ? 64 : 16);

export async function withBaselines(action: (bare: Running, express: Running) => Promise<void>): Promise<void> {
  const bare = await baseline('http');
  const express = await baseline('express');
  try {
    await action(bare, express);
  } finally {
    await bare.end();
    await express.end();
  }
}
