/** What $expand is asked, beside the value set. Source: R4 valueset-operation-expand.html */
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { ListedCode } from '../../terminology/content.js';
import { type ExpandAsked, nothingLeftOut } from '../../terminology/expand.js';
import { wordsOf } from '../../terminology/words.js';
import type { OperationParameters } from './parameters.js';

/** Codes in one answer: more than anybody reads, and what a server can hold for many at a time. */
export const MOST_CODES = 10_000;

/** `isOfBranches`: the value set has a hierarchy that can be shown. Throws FhirError 400. */
export function expandAsked(asked: OperationParameters, isOfBranches: boolean): ExpandAsked {
  const words = wordsOf(asked.text('filter') ?? '');
  const [offset, count] = [fromZero(asked, 'offset'), fromZero(asked, 'count')];
  return {
    words,
    offset: offset ?? 0,
    count,
    activeOnly: asked.flag('activeOnly') ?? false,
    withoutAbstract: asked.flag('excludeNotForUI') ?? false,
    nested: isOfBranches && words === undefined && offset === undefined && count === undefined && asked.flag('excludeNested') !== true,
    isLeftOut: leftOut(asked.texts('exclude-system')),
    most: MOST_CODES,
  };
}

function fromZero(asked: OperationParameters, name: string): number | undefined {
  const number = asked.number(name);
  if (number === undefined || (Number.isInteger(number) && number >= 0)) return number;
  throw fault(
    'value',
    message(
      'bad-number-parameter',
      `${name} was "${number}"; one whole number from 0 was expected`,
      `${name} 为“${number}”；应为一个不小于 0 的整数`,
    ),
    { expression: asked.at(name) },
  );
}

/** By canonical, `system` or `system|version`. */
function leftOut(systems: readonly string[]): (one: ListedCode) => boolean {
  if (systems.length === 0) return nothingLeftOut;
  const names = new Set(systems);
  return ({ system, version }) => names.has(system) || (version !== undefined && names.has(`${system}|${version}`));
}

const A_DAY = 24 * 60 * 60 * 1000;

/** Definitions are kept as they are now; who asks for those of another day must not take these for them. `now`: milliseconds UTC. */
export function refuseOtherDate(asked: OperationParameters, now: number): void {
  const date = asked.text('date');
  if (date === undefined) return;
  const [from, to] = [Date.parse(date), Date.parse(date) + (date.length > 10 ? 0 : A_DAY)];
  if (from <= now + A_DAY && to >= now - A_DAY) return;
  throw fault(
    'not-supported',
    message(
      'date-not-supported',
      `Value sets can be expanded as they are now, not as of ${date}`,
      `只能按当前定义展开值集，不能按 ${date} 的定义`,
    ),
    { expression: asked.at('date') },
  );
}

/** The value set of a binding is known to whoever has the profile. */
export function refuseContext(asked: OperationParameters): void {
  const name = ['context', 'contextDirection'].find(asked.has);
  if (name === undefined) return;
  throw fault(
    'not-supported',
    message(
      'context-not-supported',
      `The parameter "${name}" is not supported here; the value set of the binding was expected as "url", "valueSet" or the id in the URL`,
      `此处不支持参数“${name}”；请以“url”、“valueSet”或 URL 中的 id 给出绑定的值集`,
    ),
    { expression: asked.at(name) },
  );
}
