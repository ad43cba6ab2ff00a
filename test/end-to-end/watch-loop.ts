/**
 * Loaded into a server before it starts: how long its event loop was held at once, in milliseconds of the main thread's own CPU time, which
 * do not grow because other processes have the processor. Asked by HTTP at the port it writes into the file LOOP_PORT_FILE.
 */
import { openSync, readSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMainThread } from 'node:worker_threads';

export interface Held {
  /** The longest, since it was last asked for. */
  readonly longest: number;
  /** CPU time of the main thread, and of all threads. */
  readonly main: number;
  readonly all: number;
}

function allThreads(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Linux tells the CPU time of each thread in nanoseconds; elsewhere that of the process stands for it. */
function mainThread(): () => number {
  if (process.platform !== 'linux') return allThreads;
  const file = openSync('/proc/self/schedstat', 'r');
  const bytes = Buffer.alloc(64);
  return () => Number.parseInt(bytes.toString('latin1', 0, readSync(file, bytes, 0, bytes.length, 0)), 10) / 1e6;
}

function watch(portFile: string): void {
  const now = mainThread();
  let last = now();
  let longest = 0;
  setInterval(() => {
    longest = Math.max(longest, now() - last);
    last = now();
  }, 1).unref();
  const server = createServer((_request, response) => {
    response.end(JSON.stringify({ longest, main: now(), all: allThreads() } satisfies Held));
    longest = 0;
  });
  server.listen(0, '127.0.0.1', () => writeFileSync(portFile, String((server.address() as AddressInfo).port)));
  server.unref();
}

if (isMainThread && process.env.LOOP_PORT_FILE !== undefined) watch(process.env.LOOP_PORT_FILE);
