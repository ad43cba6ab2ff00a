/** Work that goes on in steps, so that the event loop stays free: SQLite's own calls are synchronous. */
import { storeError } from './binding.js';

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

export interface Doing<T> {
  /** Milliseconds it may take. */
  readonly timeLimit?: number;
  /** What the answer is when they are over. */
  readonly late?: () => T;
  /** What each turn is done within. */
  readonly during?: <R>(work: () => R) => R;
  /** Does all of it in another thread, in so many milliseconds; asked where it would be long. */
  readonly elsewhere?: (timeLimit: number | undefined) => Promise<T>;
}

/** Does the steps, and lets others run between them. */
export async function inTurns<T>(steps: Steps<T>, doing: Doing<T> = {}): Promise<T> {
  const { timeLimit, late, during = freely, elsewhere } = doing;
  const until = timeLimit === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeLimit;
  try {
    for (;;) {
      const step = during(() => oneTurn(steps, until, elsewhere !== undefined));
      if (step.done) return step.value;
      if (late !== undefined && performance.now() > until) return late();
      if (step.value === LONG && elsewhere !== undefined) {
        return await elsewhere(timeLimit === undefined ? undefined : Math.max(1, until - performance.now()));
      }
      await turn();
    }
  } catch (error) {
    throw storeError(error);
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
