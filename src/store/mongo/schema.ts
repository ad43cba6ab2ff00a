/**
 * The version of the documents and their meaning, and the way from each to the next. The state document `schema` holds a ledger of what
 * was done; a migration goes by batches, each of which can be done twice, and whoever finds it unfinished carries it on.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ObjectId } from 'mongodb';
import { StoreUnavailable } from '../port.js';
import type { Collections, SchemaDocument } from './collections.js';
import { migrateRanges } from './migrate-ranges.js';
import { type MigrationStep, migrateVersions } from './migrate-versions.js';

export const schemaVersion = 3;

export interface SchemaOptions {
  /** Name and version of this program, for the ledger. */
  readonly software: string;
  /** Told in sentences how a migration goes on. */
  readonly onProgress: (text: string) => void;
}

/** What leads to each version from the one before it. */
const migrations: Readonly<Record<number, { readonly title: string; readonly step: MigrationStep }>> = {
  2: { title: 'superseded versions get their type, their number and when they ended', step: migrateVersions },
  3: { title: 'units of quantities become keys of their ranges', step: migrateRanges },
};

/** How long a process that migrates may be silent before another carries on. */
const lease = 15_000;

/** Resolves when the database is at this program's version. Throws StoreUnavailable where it is newer. */
export async function prepareSchema(collections: Collections, options: SchemaOptions): Promise<void> {
  const { state } = collections;
  const me = new ObjectId();
  const created = { version: schemaVersion, at: new Date(), software: options.software };
  await schemaOf(collections).updateOne(
    { _id: 'schema' },
    { $setOnInsert: { version: schemaVersion, ledger: [created] } },
    { upsert: true },
  );
  for (let told = ''; ; ) {
    const found = await schemaOf(collections).findOne({ _id: 'schema' });
    refuseNewer(found?.version, state.dbName);
    const from = found?.migration === undefined ? Number(found?.version) : found.migration.to - 1;
    if (from === schemaVersion) return;
    if (await takeUp(collections, from, me)) {
      await migrate(collections, from + 1, me, options);
      continue;
    }
    const text = `Another process migrates the database to version ${from + 1}; ${found?.migration?.done ?? 0} documents so far`;
    if (text !== told) options.onProgress(text);
    told = text;
    await pause(500);
  }
}

function schemaOf({ db }: Collections) {
  return db.collection<SchemaDocument>('state');
}

function refuseNewer(version: unknown, database: string): void {
  if (typeof version === 'number' && version <= schemaVersion) return;
  throw new StoreUnavailable(
    `The database "${database}" has the schema version ${String(version)}; this program knows versions up to ${schemaVersion}. Use a newer one`,
  );
}

/**
 * Whether it is now ours to migrate. The version is raised at once, so that no program that knows only the old one opens the database;
 * those that have it open must have been stopped.
 */
async function takeUp(collections: Collections, from: number, me: ObjectId): Promise<boolean> {
  const to = from + 1;
  const free = {
    $or: [
      { version: from, migration: { $exists: false } },
      { 'migration.to': to, $expr: { $lt: ['$migration.until', '$$NOW'] } },
    ],
  };
  const taken = {
    version: to,
    migration: {
      to,
      holder: me,
      until: { $add: ['$$NOW', lease] },
      began: { $ifNull: ['$migration.began', '$$NOW'] },
      done: { $ifNull: ['$migration.done', 0] },
      after: { $ifNull: ['$migration.after', '$$REMOVE'] },
    },
  };
  const { matchedCount } = await schemaOf(collections).updateOne({ _id: 'schema', ...free }, [{ $set: taken }]);
  return matchedCount === 1;
}

/** Ends early when the lease was lost. */
async function migrate(collections: Collections, to: number, me: ObjectId, { software, onProgress }: SchemaOptions): Promise<void> {
  const migration = migrations[to];
  if (migration === undefined) throw new StoreUnavailable(`There is no way to the schema version ${to}`);
  const ours = { _id: 'schema', 'migration.holder': me } as const;
  const found = await schemaOf(collections).findOne(ours);
  let [after, done] = [found?.migration?.after, found?.migration?.done ?? 0];
  for (let told = 0; ; ) {
    const step = await migration.step(collections, after);
    done += step.changed;
    after = step.after;
    if (after === undefined) break;
    const change = { 'migration.after': { $literal: after }, 'migration.done': done, 'migration.until': { $add: ['$$NOW', lease] } };
    const { matchedCount } = await schemaOf(collections).updateOne(ours, [{ $set: change }]);
    if (matchedCount === 0) return;
    if (Date.now() - told > 2_000) onProgress(`Migrating the database to version ${to} (${migration.title}): ${done} documents`);
    if (Date.now() - told > 2_000) told = Date.now();
  }
  const entry = { version: to, at: new Date(), software, documents: done, began: found?.migration?.began };
  await schemaOf(collections).updateOne(ours, { $unset: { migration: '' }, $push: { ledger: entry } });
  onProgress(`The database is at version ${to}: ${done} documents were changed`);
}
