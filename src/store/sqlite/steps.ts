/** Work that goes on in steps, so that the event loop stays free: SQLite's own calls are synchronous. */
import { StoreCostly } from '../port.js';
import { isInterrupted, storeError } from './binding.js';

/** Said before work that may take long, or has shown that it does: it had better go on in another thread, where there is one. */
export const LONG = 'long';

/** Between two steps others may run and the time is looked at. */
export type Steps<T> = Generator<typeof LONG | undefined, T>;

/** Milliseconds after which a piece of work lets others run. */
const TURN = 12;

export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Does the steps without a pause. */
export function wholly<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Milliseconds after which a statement that can be broken off had better go on in another thread. */
const STATEMENT = 40;

/** Does a work; from the moment on that is told, by `performance.now()`, its statements may be broken off. */
export type During = <R>(work: () => R, until: number) => R;

export interface Doing<T> {
  /** Milliseconds it may take. */
  readonly timeLimit?: number;
  /** What the answer is when they are over. */
  readonly late?: () => T;
  /** What each turn is done within. */
  readonly during?: During;
  /** Does all of it in another thread, in so many milliseconds; asked where it would be long. */
  readonly elsewhere?: (timeLimit: number | undefined) => Promise<T>;
}

/** Does the steps, and lets others run between them. */
export async function inTurns<T>(steps: Steps<T>, doing: Doing<T> = {}): Promise<T> {
  const { timeLimit, late, during = freely, elsewhere } = doing;
  const until = timeLimit === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeLimit;
  const goOn = elsewhere && (() => elsewhere(timeLimit === undefined ? undefined : Math.max(1, until - performance.now())));
  try {
    for (;;) {
      const breakOff = goOn === undefined ? until : Math.min(until, performance.now() + STATEMENT);
      const step = during(() => oneTurn(steps, until, goOn !== undefined), breakOff);
      if (step.done) return step.value;
      if (late !== undefined && performance.now() > until) return late();
      if (step.value === LONG && goOn !== undefined) return await goOn();
      await turn();
    }
  } catch (error) {
    if (!isInterrupted(error)) throw storeError(error);
    if (goOn !== undefined && performance.now() < until) return await goOn();
    if (late === undefined) throw new StoreCostly('The search took too long; a more selective condition would help', { cause: error });
    return late();
  }
}

type Step<T> = IteratorResult<typeof LONG | undefined, T>;

function oneTurn<T>(steps: Steps<T>, until: number, leaves: boolean): Step<T> {
  const end = Math.min(until, performance.now() + TURN);
  for (;;) {
    const step = steps.next();
    if (step.done || (leaves && step.value === LONG) || performance.now() > end) return step;
  }
}

function freely<T>(work: () => T): T {
  return work();
}
