/** Keeps a number of connections busy for a bounded time and says how that went. */
import { type Channel, openChannel, type Target } from './client.js';

export interface Load {
  readonly connections: number;
  readonly milliseconds: number;
  /** The nth message; undefined: there are no more. */
  next(n: number): Buffer | undefined;
  /** Whether an answer with this status is what was asked for. */
  good(status: number): boolean;
}

export interface Timing {
  readonly perSecond: number;
  /** Milliseconds; p99 is undefined under 1,000 requests. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number | undefined;
  readonly requests: number;
  readonly errors: number;
}

const ENOUGH_FOR_P99 = 1000;

/** Rejects when a connection breaks. */
export async function drive(target: Target, load: Load): Promise<Timing> {
  const times: number[] = [];
  let sent = 0;
  let errors = 0;
  const began = performance.now();
  const deadline = began + load.milliseconds;
  const keepBusy = () =>
    new Promise<void>((resolve, reject) => {
      let channel: Channel | undefined;
      let start = 0;
      const proceed = () => {
        const message = performance.now() < deadline ? load.next(sent) : undefined;
        if (message === undefined) {
          channel?.close();
          resolve();
          return;
        }
        sent += 1;
        start = performance.now();
        channel?.send(message);
      };
      const heard = (status: number) => {
        times.push(performance.now() - start);
        if (!load.good(status)) errors += 1;
        proceed();
      };
      openChannel(target, heard, reject).then((opened) => {
        channel = opened;
        proceed();
      }, reject);
    });
  await Promise.all(Array.from({ length: load.connections }, keepBusy));
  return summary(times, performance.now() - began, errors);
}

/** `times` in milliseconds, of what took `elapsed` all together. */
export function summary(times: number[], elapsed: number, errors: number): Timing {
  const sorted = Float64Array.from(times).sort();
  const at = (part: number) => sorted[Math.floor(sorted.length * part)] ?? 0;
  const p99 = sorted.length < ENOUGH_FOR_P99 ? undefined : at(0.99);
  return {
    perSecond: (sorted.length / elapsed) * 1000,
    p50: at(0.5),
    p95: at(0.95),
    p99,
    requests: sorted.length,
    errors,
  };
}
