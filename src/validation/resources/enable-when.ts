/**
 * Whether an item of a Questionnaire is enabled by the answers of a response.
 * Source: R4 questionnaire-definitions.html#Questionnaire.item.enableWhen, valueset-questionnaire-enable-operator.html
 *
 * 2026-11-26: the definitions of `>`, `<`, `>=` and `<=` say "at least no answer", which is the text of `!=` copied; they are read as "at
 * least one answer", as every implementation does.
 */

import { equalItems } from '../../fhirpath/equality.js';
import { FhirPathError, type Item } from '../../fhirpath/expression.js';
import { compareItems } from '../../fhirpath/operators/comparison.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { Compiler } from '../compiler.js';
import { choiceIn, objectsIn, textOf } from './ground.js';
import type { Question } from './questions.js';
import { type Answered, nearest, type ResponseItems } from './response-items.js';

/** Where the item in question stands, or would stand. */
export interface Standing {
  readonly items: ResponseItems;
  /** The item, or the one around it where there is none. */
  readonly from: Answered | undefined;
  readonly isAbsent: boolean;
}

/** undefined: it cannot be told, or only by looking at more than there is time for. */
export function isEnabled({ json }: Question, standing: Standing, compiler: Pick<Compiler, 'definitions'>): boolean | undefined {
  if (json.enableWhen === undefined) return true;
  const results = objectsIn(json.enableWhen).map((condition) => holds(condition, standing, compiler));
  const decisive = json.enableBehavior !== 'all';
  if (results.includes(decisive)) return decisive;
  return results.includes(undefined) ? undefined : !decisive;
}

function holds(condition: JsonObject, { items, from, isAbsent }: Standing, compiler: Pick<Compiler, 'definitions'>): boolean | undefined {
  const question = textOf(condition.question);
  const wanted = choiceItem(condition, 'answer', 'Questionnaire.item.enableWhen', compiler);
  if (question === undefined || wanted === undefined) return undefined;
  const found = nearest(items, question, from, isAbsent);
  const given = objectsIn(found?.json.answer);
  items.left -= given.length + 1;
  if (items.left < 0) return undefined;
  const answers = given
    .map((answer) => choiceItem(answer, 'value', 'QuestionnaireResponse.item.answer', compiler))
    .filter((item) => item !== undefined);
  switch (condition.operator) {
    case 'exists':
      return answers.length > 0 === (wanted.value === true);
    case '=':
      return some(answers, (answer) => isSame(answer, wanted));
    case '!=':
      return not(some(answers, (answer) => isSame(answer, wanted)));
    case '>':
      return some(answers, (answer) => ordered(answer, wanted, (order) => order > 0));
    case '<':
      return some(answers, (answer) => ordered(answer, wanted, (order) => order < 0));
    case '>=':
      return some(answers, (answer) => ordered(answer, wanted, (order) => order >= 0));
    case '<=':
      return some(answers, (answer) => ordered(answer, wanted, (order) => order <= 0));
    default:
      return undefined;
  }
}

/** The value of a choice with its FHIR type. */
export function choiceItem(
  holder: JsonObject,
  element: string,
  owner: string,
  { definitions }: Pick<Compiler, 'definitions'>,
): Item | undefined {
  const [name, value] = choiceIn(holder, element) ?? [];
  const type = name === undefined ? undefined : definitions.properties(owner).get(name)?.type;
  return type === undefined ? undefined : { type, value };
}

function some(answers: readonly Item[], test: (answer: Item) => boolean | undefined): boolean | undefined {
  const results = answers.map(test);
  if (results.includes(true)) return true;
  return results.includes(undefined) ? undefined : false;
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

/** Codings are the same by system and code, references by what they lead to; all else as FHIRPath's `=` has it. */
function isSame(a: Item, b: Item): boolean | undefined {
  if (a.type === 'Coding' && b.type === 'Coding') return sameParts(a.value, b.value, ['system', 'code']);
  if (a.type === 'Reference' && b.type === 'Reference') return sameParts(a.value, b.value, ['reference']);
  if (isObject(a.value) !== isObject(b.value)) return false;
  return equalItems(a, b);
}

function sameParts(a: Json | undefined, b: Json | undefined, names: readonly string[]): boolean {
  return isObject(a) && isObject(b) && names.every((name) => a[name] === b[name]);
}

/** undefined where the two have no order. */
export function ordered(a: Item, b: Item, test: (order: number) => boolean): boolean | undefined {
  try {
    const order = compareItems(a, b);
    return order === undefined ? undefined : test(order);
  } catch (error) {
    if (error instanceof FhirPathError) return undefined;
    throw error;
  }
}
