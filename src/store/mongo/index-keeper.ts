/**
 * Makes the indexes that are to be there, while the store serves: one process at a time, told by a lease in the state document `indexes`,
 * which also says which indexes are ours to drop. MongoDB itself goes on with a build after a stop. Source: MongoDB "Index Builds on
 * Populated Collections"
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Document, ObjectId } from 'mongodb';
import type { Collections } from './collections.js';
import { isDuplicate, withoutSecrets } from './errors.js';
import { type IndexPlan, indexName, indexVersion, planIndexes, presentIndexes, type WantedIndex } from './indexes.js';

interface IndexState {
  readonly _id: 'indexes';
  readonly version: number;
  readonly made: readonly string[];
  readonly until: Date;
  readonly holder?: ObjectId;
}

/** Milliseconds that a holder may be silent. */
const lease = 15_000;
const renewal = 4_000;
const lookAgain = 300;
const tryAgain = 10_000;
/** How long whoever arranges waits before the rest goes on behind. */
const patience = 3_000;

export class IndexKeeper {
  private readonly me = new ObjectId();
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private missing: readonly WantedIndex[] | undefined;

  constructor(
    private readonly collections: Collections,
    private readonly wanted: readonly WantedIndex[],
    private readonly onProgress: (text: string) => void,
  ) {}

  /** Resolves when all are there, or when it takes long and goes on behind. To be called once. Throws where it is refused at once. */
  async start(): Promise<void> {
    const first = this.untilDone();
    let isBehind = false;
    this.running = first.catch((error) => (isBehind ? this.again(error) : undefined));
    await Promise.race([first, pause(patience, undefined, { signal: this.ending.signal, ref: false })]);
    isBehind = true;
  }

  /** What is not there yet. */
  async lacking(): Promise<readonly WantedIndex[]> {
    if (this.missing?.length !== 0) this.missing = (await this.plan(new Set())).missing;
    return this.missing;
  }

  async close(): Promise<void> {
    this.ending.abort();
    // What MongoDB has begun it ends, or whoever comes next.
    await Promise.race([this.running, pause(1_000, undefined, { ref: false })]);
  }

  private get closed(): boolean {
    return this.ending.signal.aborted;
  }

  private async again(error: unknown): Promise<void> {
    for (let reason = error; !this.closed; ) {
      this.onProgress(`The indexes of MongoDB could not be made and are tried again: ${withoutSecrets(String(reason))}`);
      await this.rest(tryAgain);
      try {
        return await this.untilDone();
      } catch (another) {
        reason = another;
      }
    }
  }

  private async rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.ending.signal, ref: false }).catch(() => undefined);
  }

  private async plan(made: ReadonlySet<string>): Promise<IndexPlan> {
    return planIndexes(this.wanted, await presentIndexes(this.collections), made);
  }

  private get state() {
    return this.collections.db.collection<IndexState>('state');
  }

  private async untilDone(): Promise<void> {
    for (let looks = 1; ; looks++) {
      if (looks > 1) await this.rest(lookAgain);
      const known = await this.state.findOne({ _id: 'indexes' });
      const plan = await this.plan(new Set(known?.made));
      const isCurrent = known !== null && known.version >= indexVersion;
      const drops = isCurrent && known.version > indexVersion ? [] : plan.drop;
      if (this.closed || (isCurrent && plan.missing.length === 0 && drops.length === 0)) return;
      if (await this.takeUp()) await this.make({ ...plan, drop: drops });
    }
  }

  /** Whether it is now ours to do, by the clock of the server. */
  private async takeUp(): Promise<boolean> {
    const begin = { version: 0, made: [], until: new Date(0) };
    await this.state.updateOne({ _id: 'indexes' }, { $setOnInsert: begin }, { upsert: true }).catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
    });
    const free = { _id: 'indexes', $expr: { $lt: ['$until', '$$NOW'] } } as const;
    const taken = { holder: this.me, until: { $add: ['$$NOW', lease] } };
    return (await this.state.updateOne(free, [{ $set: taken }])).matchedCount === 1;
  }

  private async make({ missing, drop }: IndexPlan): Promise<void> {
    const renewing = setInterval(() => void this.renew().catch(() => undefined), renewal).unref();
    const telling = setInterval(() => void this.tell(missing).catch(() => undefined), renewal).unref();
    const { db } = this.collections;
    try {
      for (const { collection, name } of drop) await db.collection(collection).dropIndex(name);
      for (const collection of new Set(missing.map((one) => one.collection))) {
        // Together: the collection is read once for all of them.
        const together = missing.filter((one) => one.collection === collection).map(({ index }) => index);
        await db.collection(collection).createIndexes(together);
      }
      const made = this.wanted.map(indexName);
      const done: Document = { version: { $max: ['$version', indexVersion] }, made: { $literal: made }, until: new Date(0) };
      await this.state.updateOne({ _id: 'indexes', holder: this.me }, [{ $set: done }]);
    } finally {
      clearInterval(renewing);
      clearInterval(telling);
      await this.state.updateOne({ _id: 'indexes', holder: this.me }, { $set: { until: new Date(0) } }).catch(() => undefined);
    }
  }

  private async renew(): Promise<void> {
    await this.state.updateOne({ _id: 'indexes', holder: this.me }, [{ $set: { until: { $add: ['$$NOW', lease] } } }]);
  }

  /** How far MongoDB is, where it may be asked. */
  private async tell(missing: readonly WantedIndex[]): Promise<void> {
    const building = { 'command.createIndexes': { $exists: true }, progress: { $exists: true } };
    const pipeline = [{ $currentOp: { allUsers: true } }, { $match: building }, { $project: { progress: 1 } }];
    const found = await this.collections.client
      .db('admin')
      .aggregate(pipeline)
      .toArray()
      .catch(() => []);
    const part = found.map(({ progress }) => `, ${progress.done} of ${progress.total} documents`).join('');
    this.onProgress(`Indexes of MongoDB are being made while the server serves: ${missing.map(indexName).join(', ')}${part}`);
  }
}
