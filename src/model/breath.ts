/** Long work on many things gives way to other requests now and then. */
import { setImmediate } from 'node:timers/promises';

/** How long the event loop may be held, in milliseconds. */
const HELD = 8;

/** To be awaited between two things: returns at once while little time has gone, else after others had their turn. */
export function createBreath(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < HELD) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
