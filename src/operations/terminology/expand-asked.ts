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
