/** One case on one server, once warm and then timed, with the processor that everybody used meanwhile. */
import type { Case } from './cases/case.js';
import { askAt, wire } from './client.js';
import { drive, type Load } from './drive.js';
import type { Running } from './servers.js';
import { usageOf } from './usage.js';

export interface Window {
  readonly connections: number;
  readonly milliseconds: number;
}

export interface Figures {
  readonly perSecond: number;
  /** Milliseconds; p99 is undefined where there were too few requests for it. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number | undefined;
  /** Microseconds of processor per request: of the server, its database, and what asked. */
  readonly cpu: number;
  readonly database: number | undefined;
  readonly generator: number;
  /** Cores that were busy for others. */
  readonly others: number;
}

export type Measured = Figures | { readonly invalid: string };

/** Part of a window that goes before it, to warm up; on a slow machine as long as it takes for so many requests, up to three windows. */
const WARM_UP = 1 / 4;
const WARM = 500;
const LONGEST_WARM_UP = 3;
/** Requests made before the clock runs, so that making them costs nothing while it does. */
const TURNS = 4096;

const marks = { window: 0 };

/** `answersAll`: whatever is asked has one answer, whose status is 200. */
export async function measure(server: Running, one: Case, window: Window, answersAll = false): Promise<Measured> {
  const pids = server.database === undefined ? [server.pid] : [server.pid, server.database];
  const status = answersAll ? 200 : one.status;
  const load = (milliseconds: number): Load => ({ ...window, milliseconds, next: messages(one), good: (found) => found === status });
  const warm = performance.now() + window.milliseconds * WARM_UP;
  const warming = load(window.milliseconds * LONGEST_WARM_UP);
  await drive(server, { ...warming, next: (n) => (n >= WARM && performance.now() > warm ? undefined : warming.next(n)) });
  const timed = load(window.milliseconds);
  const { result: timing, of, own, others } = await usageOf(pids, () => drive(server, timed));
  if (timing.errors > 0) return { invalid: `${timing.errors} of ${timing.requests} answers were not ${status}` };
  const [cpu = 0, database] = of;
  const micro = (seconds: number) => (seconds * 1e6) / timing.requests;
  return {
    ...timing,
    cpu: micro(cpu),
    database: database === undefined ? undefined : micro(database),
    generator: micro(own),
    others,
  };
}

/** Milliseconds after which a server is as warm as it gets. */
const LONG = 60_000;

interface Warming {
  readonly connections: number;
  readonly requests: number;
}

/** So many requests, whatever comes of them: a server that began a moment ago is slower than it will be, and those that are compared are to be alike. */
export async function warmUp(server: Running, one: Case, { connections, requests }: Warming): Promise<void> {
  const next = messages(one);
  await drive(server, { connections, milliseconds: LONG, next: (n) => (n < requests ? next(n) : undefined), good: () => true });
}

/** Requests that no window before had. */
function messages(one: Case): (n: number) => Buffer {
  const first = ++marks.window * TURNS;
  const made = Array.from({ length: TURNS }, (_, n) => wire(one.request(first + n)));
  return (n) => made[n % TURNS] ?? wire(one.request(first + n));
}

/** What is wrong with the answers of a server, also where it cannot be asked. */
export async function wrongWith(server: Running, one: Case): Promise<string | undefined> {
  try {
    return await one.wrong(askAt(server));
  } catch (error) {
    return (error as Error).message;
  }
}

/** The median of each figure; invalid when one round was. */
export function medianOf(rounds: readonly Measured[]): Measured {
  const valid: Figures[] = [];
  for (const one of rounds) {
    if ('invalid' in one) return one;
    valid.push(one);
  }
  const middle = (of: (figures: Figures) => number | undefined) => median(valid.map(of));
  return {
    perSecond: middle((one) => one.perSecond) ?? 0,
    p50: middle((one) => one.p50) ?? 0,
    p95: middle((one) => one.p95) ?? 0,
    p99: middle((one) => one.p99),
    cpu: middle((one) => one.cpu) ?? 0,
    database: middle((one) => one.database),
    generator: middle((one) => one.generator) ?? 0,
    others: middle((one) => one.others) ?? 0,
  };
}

export function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return known.length < values.length ? undefined : known[Math.floor(known.length / 2)];
}
