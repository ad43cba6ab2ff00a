/** Definitions are kept as they are now: who asks for those of another day must not take these for them. Source: R4 terminology-service.html */
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { OperationParameters } from './parameters.js';

const A_DAY = 24 * 60 * 60 * 1000;
/** Days of `2026`, `2026-11` and `2026-11-27`. */
const lengths: ReadonlyMap<number, number> = new Map([
  [4, 366],
  [7, 31],
  [10, 1],
]);

/** `now`: milliseconds UTC. Throws FhirError 400 for the parameter `date` of another day. */
export function refuseOtherDate(asked: OperationParameters, now: number): void {
  const date = asked.text('date');
  if (date === undefined) return;
  const from = Date.parse(date);
  const to = from + (lengths.get(date.length) ?? 0) * A_DAY;
  if (from <= now + A_DAY && to >= now - A_DAY) return;
  throw fault(
    'not-supported',
    message(
      'date-not-supported',
      `Definitions are used as they are now, not as of ${date}; a version can be named`,
      `只能按当前的定义处理，不能按 ${date} 的定义；可以指定版本`,
    ),
    { expression: asked.at('date') },
  );
}
