/** Work that goes on in steps, so that the event loop stays free: SQLite's own calls are synchronous. */
import { storeError } from './binding.js';

/** Between two steps others may run and the time is looked at. */
export type Steps<T> = Generator<undefined, T>;

/** Milliseconds after which a piece of work lets others run. */
export const TURN = 12;

export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Does the steps; beyond the time limit the answer is what `late` says. */
export async function inTime<T>(steps: Steps<T>, timeLimit: number | undefined, late: () => T): Promise<T> {
  const until = timeLimit === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeLimit;
  try {
    for (let since = performance.now(); ; ) {
      const step = steps.next();
      if (step.done) return step.value;
      const now = performance.now();
      if (now > until) return late();
      if (now - since < TURN) continue;
      await turn();
      since = performance.now();
    }
  } catch (error) {
    throw storeError(error);
  }
}
