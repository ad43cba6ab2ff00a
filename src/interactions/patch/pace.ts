/** How long patches may take: other requests have their turn between two operations, and at some time it is too much. */

import { createBreath } from '../../model/breath.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';

/** Milliseconds for all that goes by one pace. */
const PATIENCE = 5000;

/** To be awaited after each operation. Throws FhirError 422 when its time is up. */
export type Pace = () => Promise<void> | undefined;

/** What a patch is applied under. */
export interface Circumstance {
  /** Of the resource as it is stored. */
  readonly bytes: number;
  readonly pace: Pace;
}

/** Only the time between two calls counts: while others have their turn nothing is spent. */
export function createPace(): Pace {
  const breath = createBreath();
  let left = PATIENCE;
  let since = performance.now();
  return () => {
    const now = performance.now();
    left -= now - since;
    since = now;
    if (left < 0) throw tooCostly();
    return breath()?.then(() => {
      since = performance.now();
    });
  };
}

function tooCostly() {
  return fault(
    'too-costly',
    message(
      'patch-too-costly',
      `The patch takes longer than ${PATIENCE / 1000} seconds; send fewer operations at once`,
      `补丁执行超过 ${PATIENCE / 1000} 秒；请减少每次提交的操作`,
    ),
  );
}
