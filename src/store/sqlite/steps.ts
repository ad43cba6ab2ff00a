/** Work that goes on in steps, so that the event loop stays free: SQLite's own calls are synchronous. */
import { storeError } from './binding.js';

/** Between two steps others may run and the time is looked at. */
export type Steps<T> = Generator<undefined, T>;

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

/** Does the steps; beyond the time limit the answer is what `late` says. */
export async function inTime<T>(steps: Steps<T>, timeLimit: number | undefined, late: () => T, during = freely): Promise<T> {
  const until = timeLimit === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeLimit;
  try {
    for (;;) {
      const step = during(() => oneTurn(steps, until));
      if (step.done) return step.value;
      if (performance.now() > until) return late();
      await turn();
    }
  } catch (error) {
    throw storeError(error);
  }
}

function oneTurn<T>(steps: Steps<T>, until: number): IteratorResult<undefined, T> {
  const end = Math.min(until, performance.now() + TURN);
  for (;;) {
    const step = steps.next();
    if (step.done || performance.now() > end) return step;
  }
}

function freely<T>(work: () => T): T {
  return work();
}
