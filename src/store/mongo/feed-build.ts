/**
 * The feed made from the versions that are there, where it begins late or has lost its place in the oplog: each version once, those of
 * an instance in their order, none that stands in the feed already. What is committed meanwhile comes by the change stream afterwards,
 * which begins where the work began. It goes by batches, each of which can be done twice, so that another process can carry it on.
 */
import type { ObjectId, Timestamp } from 'mongodb';
import type { BuildReason, Collections, FeedBuild, FeedRow, FeedState } from './collections.js';
import { versionId } from './documents.js';
import { append, note, resourcesId, tokenAt } from './feed-state.js';
import { momentNow } from './moment.js';
import { readRows } from './reader.js';

type Current = Omit<FeedRow, 'k'> & { readonly _id: string };

const instancesTogether = 500;
const rowsTogether = 1_000;

export async function beginBuild(collections: Collections, me: ObjectId, reason: BuildReason): Promise<FeedBuild> {
  const of = await resourcesId(collections);
  const build = { reason, began: new Date(), from: await momentNow(collections), rows: 0 };
  await note(collections, me, { of, build, place: undefined, overlap: undefined });
  return build;
}

export interface Builder {
  readonly collections: Collections;
  readonly me: ObjectId;
  readonly state: FeedState;
  /** Asked between the batches; then the rest is left to others. */
  readonly isEnding: () => boolean;
  readonly onProgress: (last: number) => void;
}

/** Gives how many rows it has made, or undefined when it was left unfinished. */
export async function build(builder: Builder, begun: FeedBuild, lastBefore: number): Promise<number | undefined> {
  const { collections, me, isEnding, onProgress } = builder;
  // By it what stands in the feed is known; the feed needs it at no other time.
  await collections.feed.createIndex({ 'r.k': 1 }, { name: 'instances' });
  let [done, last] = [begun, lastBefore];
  while (!isEnding()) {
    const { rows, after } = await nextRows(collections, done);
    for (let at = 0; at < rows.length; at += rowsTogether) last = await append(collections, last, rows.slice(at, at + rowsTogether));
    onProgress(last);
    done = { ...done, rows: done.rows + rows.length, ...(after !== undefined && { after }) };
    if (after === undefined) {
      await endBuild(builder, done, last);
      return done.rows;
    }
    await note(collections, me, { build: done });
  }
  return undefined;
}

async function endBuild({ collections, me, state }: Builder, { reason, began, from, rows }: FeedBuild, last: number): Promise<void> {
  // What the stream tells up to now may have been read here.
  const overlap = await tokenAt(collections, await momentNow(collections));
  const builds = [...state.builds, { reason, began, ended: new Date(), rows }];
  await note(collections, me, { build: undefined, builds, place: { last, from }, overlap });
}

interface Next {
  readonly rows: readonly FeedRow[];
  /** Undefined at the end. */
  readonly after: string | undefined;
}

async function nextRows(collections: Collections, { after, from }: FeedBuild): Promise<Next> {
  const filter = after === undefined ? {} : { _id: { $gt: after } };
  const asking = { from: 'resources', filter, projection: { v: 1, u: 1, m: 1 }, sort: { _id: 1 }, limit: instancesTogether } as const;
  // What the stream will not tell is seen, also by a server that became the primary just now.
  const { rows: instances, asOf } = await readRows<Current>(collections, { ...asking, notBefore: from });
  const rows = await missing(collections, await versionsUpTo(collections, instances, asOf));
  return { rows, after: instances.length < instancesTogether ? undefined : instances.at(-1)?._id };
}

/** Of each instance the versions up to the current one, as it was read first: there is no gap, so their ids are known. */
async function versionsUpTo(collections: Collections, instances: readonly Current[], notBefore: Timestamp): Promise<readonly FeedRow[]> {
  const ids = instances.flatMap(({ _id, v }) => Array.from({ length: v - 1 }, (_, index) => versionId(_id, index + 1)));
  const superseded = new Map<string, Current>();
  for (let at = 0; at < ids.length; at += rowsTogether) {
    const filter = { _id: { $in: ids.slice(at, at + rowsTogether) } };
    const asking = { from: 'versions', filter, projection: { v: 1, u: 1, m: 1 }, limit: rowsTogether, notBefore } as const;
    for (const row of (await readRows<Current>(collections, asking)).rows) superseded.set(row._id, row);
  }
  return instances.flatMap((current) => {
    const before = Array.from({ length: current.v - 1 }, (_, index) => superseded.get(versionId(current._id, index + 1)) ?? []).flat();
    return [...before, current].map(({ v, u, m }) => ({ k: current._id, v, u, m }));
  });
}

/** Those that do not stand in the feed. */
export async function missing({ feed }: Collections, rows: readonly FeedRow[]): Promise<readonly FeedRow[]> {
  if (rows.length === 0) return rows;
  const named = { 'r.k': { $in: [...new Set(rows.map(({ k }) => k))] } };
  const pipeline = [{ $match: named }, { $unwind: '$r' }, { $match: named }, { $project: { _id: 0, k: '$r.k', v: '$r.v' } }];
  const there = new Set<string>();
  for await (const { k, v } of feed.aggregate<FeedRow>(pipeline)) there.add(versionId(k, v));
  return rows.filter(({ k, v }) => !there.has(versionId(k, v)));
}

/** The stream is past what was built. */
export async function endOverlap({ feed }: Collections): Promise<void> {
  await feed.dropIndex('instances').catch(() => undefined);
}
