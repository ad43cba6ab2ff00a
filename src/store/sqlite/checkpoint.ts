/**
 * When the write-ahead log is copied into the database: by its size, on a worker thread. The long part runs beside the writers; the
 * short rest, in which the log starts anew, holds the next group up, but no read.
 */
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

export interface Checkpoints {
  /** After each group of commits. */
  written(): void;
  /** A promise while the next group has to wait. */
  ready(): Promise<void> | undefined;
  close(): Promise<void>;
}

const MEGABYTE = 1024 * 1024;

export function createCheckpoints(location: string, megabytes = 64): Checkpoints {
  let worker: Worker | undefined;
  let running: Promise<void> | undefined;
  let holding: Promise<void> | undefined;

  function start(): Worker {
    const started = new Worker(new URL('./checkpoint-worker.js', import.meta.url), { workerData: { location } });
    started.unref();
    started.on('error', () => {});
    started.on('exit', () => {
      if (worker === started) worker = undefined;
    });
    worker = started;
    return started;
  }

  /** Resolves when the thread has answered or is gone: then the log keeps what it has, and the next turn tries again. */
  const ask = (mode: 'PASSIVE' | 'TRUNCATE') =>
    new Promise<void>((resolve) => {
      const asked = worker ?? start();
      const done = () => {
        asked.off('message', done);
        asked.off('exit', done);
        resolve();
      };
      asked.on('message', done);
      asked.on('exit', done);
      asked.postMessage(mode);
    });

  async function checkpoint(): Promise<void> {
    await ask('PASSIVE');
    holding = ask('TRUNCATE');
    await holding;
    holding = undefined;
    running = undefined;
  }

  return {
    written() {
      if (running === undefined && logSize(location) >= megabytes * MEGABYTE) running = checkpoint();
    },
    ready: () => holding,
    async close() {
      await running;
      await worker?.terminate();
    },
  };
}

/** Bytes of the write-ahead log. */
export function logSize(location: string): number {
  return statSync(`${location}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}
