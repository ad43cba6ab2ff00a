/** How long something may take, over several commands. */
import { StoreCostly } from '../port.js';

/** Milliseconds that are left of a limit, for each command anew. Throws StoreCostly when none are. */
export function remaining(timeLimit: number | undefined): (() => number) | undefined {
  if (timeLimit === undefined) return undefined;
  const end = performance.now() + timeLimit;
  return () => {
    const left = end - performance.now();
    if (left <= 0) throw new StoreCostly(`The search took longer than ${timeLimit} milliseconds; a more selective parameter would help`);
    return left;
  };
}
