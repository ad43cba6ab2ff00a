/**
 * Makes the feed while this process holds the lease, and waits for the lease while another does. A follower cannot do without: a clock,
 * a counter taken before the write, even the server's own time lose versions whose commit took longer than that of later ones. Only the
 * change stream has the order of the commits, and it is forgotten after a while; so it is copied.
 */
import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { ObjectId, type Timestamp } from 'mongodb';
import type { Collections, FeedBuild, FeedState, ResumeToken } from './collections.js';
import { withoutSecrets } from './errors.js';
import { beginBuild, build, endOverlap, missing } from './feed-build.js';
import { append, LeaseLost, note, release, resourcesId, type Standing, standing, takeUp } from './feed-state.js';
import { batches, isHistoryLost } from './feed-stream.js';

/** How far the feed goes: the last number, and the place in the change stream up to which it tells everything. */
export interface Head {
  readonly last: number;
  readonly token: string | undefined;
}

/** Milliseconds: how long the stream is waited for when something happens, and when nothing does. */
const waits = { busy: 40, idle: 300 };
const stayBusy = 2_000;
/** How often the place is recorded, and with it the lease renewed, when nothing comes. */
const renewal = 1_200;
/** Between two looks whether the lease is free, and how far another process has come. */
const lookAgain = 700;
const poll = 150;

export class Feeder {
  private readonly me = new ObjectId();
  private readonly news = new EventEmitter().setMaxListeners(0);
  private readonly ending = new AbortController();
  private running: Promise<void> | undefined;
  private own: Head | undefined;
  private hurriedAt = 0;

  constructor(
    private readonly collections: Collections,
    private readonly onProgress: (text: string) => void,
  ) {}

  /** Once; it goes on until close(). */
  start(): void {
    this.running ??= this.run();
  }

  get closed(): boolean {
    return this.ending.signal.aborted;
  }

  /** How far the feed goes, from whoever makes it. */
  async head(): Promise<Head> {
    if (this.own !== undefined) return this.own;
    const found = await standing(this.collections);
    return { last: found?.last ?? 0, token: found?.token?._data };
  }

  /** Resolves when it may have gone on, when the signal comes or the store is closed. `hurry`: someone waits for it to be complete. */
  async change(hurry: boolean, signal: AbortSignal | undefined): Promise<void> {
    if (hurry) this.hurriedAt = Date.now();
    const done = new AbortController();
    const finish = () => done.abort();
    const signals = [this.ending.signal, ...(signal === undefined ? [] : [signal])];
    if (signals.some(({ aborted }) => aborted)) return;
    for (const one of signals) one.addEventListener('abort', finish, { once: true });
    this.news.once('news', finish);
    await pause(this.own === undefined ? poll : lookAgain, undefined, { signal: done.signal, ref: false }).catch(() => undefined);
    for (const one of signals) one.removeEventListener('abort', finish);
    this.news.off('news', finish);
  }

  /** Gives the lease back, so that another process need not wait for its end. */
  async close(): Promise<void> {
    this.ending.abort();
    await this.running;
    if (this.running !== undefined) await release(this.collections, this.me).catch(() => undefined);
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.closed; ) {
      try {
        if (await takeUp(this.collections, this.me)) await this.make();
        else await this.rest(lookAgain);
        failures = 0;
      } catch (error) {
        if (error instanceof LeaseLost) continue;
        // An election passes; what does not pass is told once.
        if (++failures === 6) this.onProgress(`The feed of changes stands still and is tried again: ${withoutSecrets(String(error))}`);
        await this.rest(Math.min(2_000, 50 * 2 ** failures));
      } finally {
        this.own = undefined;
      }
    }
  }

  private async rest(milliseconds: number): Promise<void> {
    await pause(milliseconds, undefined, { signal: this.ending.signal, ref: false }).catch(() => undefined);
  }

  private async make(): Promise<void> {
    const { collections, me } = this;
    const found = (await standing(collections)) ?? absent();
    if (!(await isOfThese(collections, me, found.state))) {
      this.onProgress('The resources were restored; the feed of changes is completed from their versions');
      await beginBuild(collections, me, 'restored');
      return;
    }
    const begin = beginning(found);
    if (begin === undefined) return this.build(found, found.state.build ?? (await beginBuild(collections, me, 'first')));
    try {
      await this.copy(found, begin);
    } catch (error) {
      if (!isHistoryLost(error)) throw error;
      this.onProgress('MongoDB no longer has what followed the last row of the feed of changes; it is made from the versions');
      await beginBuild(collections, me, 'oplog');
    }
  }

  private async build({ state, last }: Standing, begun: FeedBuild): Promise<void> {
    const { collections, me } = this;
    const onProgress = (now: number) => this.tell({ last: now, token: undefined });
    const rows = await build({ collections, me, state, isEnding: () => this.closed, onProgress }, begun, last);
    if (rows !== undefined && rows > 0) this.onProgress(`The feed of changes was made from ${rows} versions that were there`);
  }

  /** Until the store is closed. Throws LeaseLost when another process has taken over. */
  private async copy(found: Standing, begin: Beginning): Promise<void> {
    const { collections, me } = this;
    let { last } = found;
    let { overlap } = found.state;
    let busyAt = Date.now();
    let notedAt = Date.now();
    this.tell({ last, token: found.token?._data });
    const wait = () => (Date.now() - Math.max(busyAt, this.hurriedAt) < stayBusy ? waits.busy : waits.idle);
    for await (const { rows, token } of batches(collections, begin, wait)) {
      if (this.closed) return;
      last = await append(collections, last, overlap === undefined ? rows : await missing(collections, rows), token);
      this.tell({ last, token: token._data });
      if (rows.length > 0) busyAt = Date.now();
      const isPast = overlap !== undefined && token._data > overlap;
      if (!isPast && Date.now() - notedAt < renewal) continue;
      await note(collections, me, { place: { last, token }, ...(isPast && { overlap: undefined }) });
      notedAt = Date.now();
      if (isPast) await endOverlap(collections);
      if (isPast) overlap = undefined;
    }
  }

  private tell(head: Head): void {
    this.own = head;
    this.news.emit('news');
  }
}

type Beginning = { readonly resumeAfter: ResumeToken } | { readonly startAtOperationTime: Timestamp };

/** Where the stream goes on; undefined where the feed is first to be made from what is there. */
function beginning({ state, last, token }: Standing): Beginning | undefined {
  if (state.build !== undefined) return undefined;
  if (token !== undefined) return { resumeAfter: token };
  const { place } = state;
  return place?.from === undefined || place.last !== last ? undefined : { startAtOperationTime: place.from };
}

/** Whether its places are of the collection that is there. What an older program made is taken to be. */
async function isOfThese(collections: Collections, me: ObjectId, { of }: FeedState): Promise<boolean> {
  const id = await resourcesId(collections);
  if (of === undefined) await note(collections, me, { of: id });
  return of === undefined || of === id;
}

function absent(): never {
  throw new Error('The state of the feed was removed while the feed was made');
}
