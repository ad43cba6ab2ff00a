/** How long a patch may take: other requests have their turn between two of its operations, and at some time it is too much. */
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import { createBreath } from '../breath.js';

/** Milliseconds for all operations of one patch. */
const PATIENCE = 5000;

/** To be awaited after each operation. Throws FhirError 422 when the patch has had its time. */
export function createPace(): () => Promise<void> | undefined {
  const breath = createBreath();
  const deadline = performance.now() + PATIENCE;
  return () => {
    if (performance.now() > deadline) throw tooCostly();
    return breath();
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
