/**
 * Keeps what is stored indexed by the search parameters that are in effect: what a store was not indexed by, or by other keys, is made
 * anew while the server serves; until then the parameter cannot be searched by. Source: R4 searchparameter.html
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Keys } from '../search/key-versions.js';
import type { IndexState } from '../search/registry.js';
import type { ResourceStore } from '../store/port.js';
import type { BatchSetting } from './batch.js';
import { createDistrust } from './distrust.js';
import { firstComplete } from './first-complete.js';
import { type Lease, type Progress, takeLease } from './lease.js';
import { type Complete, changeComplete, readComplete, sameKeys } from './record.js';
import { runWalks } from './run.js';
import { createLeftOut, type LeftOutSetting } from './too-many.js';

export interface IndexingSetting extends Pick<BatchSetting, 'search'> {
  readonly store: ResourceStore;
  readonly types: readonly string[];
  /** What the entries of a type are made by now. */
  readonly keysOf: (type: string) => Keys;
  /** Counts changes of the search parameters. */
  readonly generation: () => number;
  readonly onProgress: (progress: Progress) => void;
  readonly onComplete: (types: readonly string[]) => void;
  /** Is told of a parameter that nothing can be searched by, because a resource has more values of it than can be indexed. */
  readonly isPackaged: LeftOutSetting['isPackaged'];
  readonly onTooMany: LeftOutSetting['onTooMany'];
  /** Is told when the store cannot be read or written for now; it is tried again. */
  readonly onTrouble: (error: unknown) => void;
}

/** A type that is being indexed, for people. */
export interface Standing {
  readonly type: string;
  readonly parameters: readonly string[];
  /** From 0 to 1. */
  readonly indexed: number;
}

export interface Indexing extends IndexState {
  /** To be called when search parameters may have changed. */
  look(): void;
  /** Resolves when everything is complete, or when its time is up, milliseconds. */
  settled(patience: number): Promise<void>;
  standing(): readonly Standing[];
  close(): Promise<void>;
}

/** Milliseconds: until every process that shares the store has heard of an upload; until another try after trouble. */
const PAUSES = { heard: 2000, again: 5000 };
/** As long again as the work took. */
const REST = 1;

/** Rejects where the store cannot be read. */
export async function startIndexing(setting: IndexingSetting): Promise<Indexing> {
  const { store, types, keysOf, generation } = setting;
  const ending = new AbortController();
  const { signal } = ending;
  const distrust = createDistrust();
  const leftOut = createLeftOut(setting);
  let complete = await firstComplete(setting);
  await leftOut.read();
  let progress: Progress | undefined;
  let heard = { generation: generation(), since: generation() === 0 ? Number.NEGATIVE_INFINITY : performance.now() };
  let changes = 0;
  const learn = (now: Complete): void => {
    if (JSON.stringify(now) !== JSON.stringify(complete)) changes++;
    complete = now;
  };
  const isComplete = (type: string, code: string, key: string | undefined): boolean =>
    key === undefined || (complete[type]?.[code] === key && !distrust.has(type, code));
  const unfinished = () => types.filter((type) => !sameKeys(keysOf(type), complete[type]));
  const partOf = (type: string) => (progress?.type === type ? progress.done / Math.max(1, progress.total) : 0);
  const waiting = createBell();

  async function work(lease: Lease): Promise<void> {
    const walking = {
      ...setting,
      lease,
      leftOut,
      signal,
      rest: REST,
      settled: () => pause(Math.max(0, heard.since + PAUSES.heard - performance.now()), undefined, { signal }),
      onProgress(now: Progress) {
        progress = now;
        setting.onProgress(now);
      },
    };
    const record = async (done: Complete): Promise<void> => {
      learn(await changeComplete(store, (before) => ({ ...before, ...done })));
      setting.onComplete(Object.keys(done));
    };
    await runWalks(walking, { types: unfinished(), complete, record });
  }

  async function once(): Promise<void> {
    await distrust.forget(async (without) => {
      learn(await changeComplete(store, without));
      await leftOut.forget(without);
    });
    const found = (await readComplete(store)) ?? {};
    await leftOut.read();
    learn(found);
    if (unfinished().length === 0) {
      progress = undefined;
      return waiting.rest();
    }
    const lease = await takeLease(store, {
      signal,
      onOther(other) {
        progress = other;
      },
    });
    if (lease !== undefined) await work(lease).finally(() => lease.release());
  }

  async function keepUp(): Promise<void> {
    while (!signal.aborted) {
      try {
        await once();
      } catch (error) {
        if (signal.aborted) return;
        setting.onTrouble(error);
        await pause(PAUSES.again, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  const running = keepUp();
  return {
    indexedPart: (type, code) => (isComplete(type, code, keysOf(type)[code]) ? undefined : partOf(type)),
    hasTooMany: leftOut.has,
    changes: () => changes + leftOut.changes(),
    look() {
      if (heard.generation === generation()) return;
      heard = { generation: generation(), since: performance.now() };
      distrust.look(complete, keysOf);
      waiting.ring();
    },
    async settled(patience) {
      const until = performance.now() + patience;
      while (unfinished().length > 0 && performance.now() < until && !signal.aborted) await pause(20);
    },
    standing: () =>
      unfinished().map((type) => {
        const parameters = Object.entries(keysOf(type)).filter(([code, key]) => !isComplete(type, code, key));
        return { type, parameters: parameters.map(([code]) => code), indexed: partOf(type) };
      }),
    async close() {
      ending.abort();
      waiting.ring();
      await running;
    },
  };
}

/** Somebody who rests until it rings; a ring that nobody heard is not lost. */
function createBell() {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring(): void {
      rung = true;
      wake?.();
    },
    async rest(): Promise<void> {
      if (!rung) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      rung = false;
      wake = undefined;
    },
  };
}
