/** Work that comes in steps, with room for other requests between them. */
import { createBreath } from './breath.js';

export async function inSteps<T>(steps: Generator<undefined, T>): Promise<T> {
  const breath = createBreath();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    const pause = breath();
    if (pause !== undefined) await pause;
  }
}

/** The same without a pause. */
export function wholly<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
