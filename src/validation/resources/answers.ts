/** The answers to one question: how many, of which type, and from which list. Source: R4 questionnaire-definitions.html#Questionnaire.item.type, .repeats, .answerOption, .answerValueSet */
import type { ValueSet } from 'fhir/r4.js';
import type { Item } from '../../fhirpath/expression.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { Membership } from '../../terminology/terminology.js';
import { inChinese, shorten } from '../rules/primitive.js';
import { passes } from '../walk.js';
import { checkLimits } from './answer-limits.js';
import { choiceItem } from './enable-when.js';
import { choiceIn, eachPart, extensionValue, type Ground, objectsIn, tell, textOf, within } from './ground.js';
import type { Question } from './questions.js';

interface Asked extends Ground {
  readonly questionnaire: JsonObject;
}

const ITEM = 'QuestionnaireResponse.item';
const ANSWER = 'QuestionnaireResponse.item.answer';

/** Source: R4 valueset-item-type.html */
export const answerTypes: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    boolean: ['boolean'],
    decimal: ['decimal'],
    integer: ['integer'],
    date: ['date'],
    dateTime: ['dateTime'],
    time: ['time'],
    string: ['string'],
    text: ['string'],
    url: ['uri'],
    choice: ['Coding'],
    'open-choice': ['Coding', 'string'],
    attachment: ['Attachment'],
    reference: ['Reference'],
    quantity: ['Quantity'],
  }),
);

export function checkAnswers(asked: Asked, question: Question, item: JsonObject): void {
  const options = optionsOf(question, asked);
  const wanted = wantedTypes(question, options);
  howMany(asked, question, item, options);
  eachPart(asked, ITEM, item, 'answer', (answer) => {
    const value = choiceItem(answer, 'value', ANSWER, asked.compiler);
    const [name] = choiceIn(answer, 'value') ?? [];
    if (value === undefined || name === undefined) return;
    within(asked, ANSWER, name, () => {
      if (wanted !== undefined && !wanted.includes(value.type)) return wrongType(asked, question, value.type, wanted);
      fromList(asked, question, value, options);
      checkLimits(asked, question, value);
    });
  });
}

interface Options {
  /** FHIR types of the options; empty: there are none. */
  readonly types: readonly string[];
  readonly keys: ReadonlySet<string>;
  /** Those that exclude all others. */
  readonly exclusive: ReadonlySet<string>;
}

/** A question may be answered again in every repetition of its group. */
const known = new WeakMap<JsonObject, Options>();

function optionsOf({ json }: Question, { compiler }: Ground): Options {
  const before = known.get(json);
  if (before !== undefined) return before;
  const types = new Set<string>();
  const keys = new Set<string>();
  const exclusive = new Set<string>();
  for (const option of objectsIn(json.answerOption)) {
    const item = choiceItem(option, 'value', 'Questionnaire.item.answerOption', compiler);
    if (item === undefined) continue;
    types.add(item.type);
    keys.add(keyOf(item));
    if (extensionValue(option, 'http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive') === true)
      exclusive.add(keyOf(item));
  }
  const made = { types: [...types], keys, exclusive };
  known.set(json, made);
  return made;
}

/** Codings are the same by system and code, references by what they lead to. */
function keyOf({ type, value }: Item): string {
  if (!isObject(value)) return `${type} ${String(value)}`;
  const { system, code, reference } = value;
  return JSON.stringify([type, textOf(system), textOf(code), textOf(reference)]);
}

/** The options of a choice need be no Codings. undefined: any. */
function wantedTypes({ type }: Question, options: Options): readonly string[] | undefined {
  const wanted = answerTypes.get(type);
  if (wanted === undefined || options.types.length === 0) return wanted;
  if (type === 'choice') return options.types;
  return type === 'open-choice' ? [...new Set(['string', ...options.types])] : wanted;
}

function howMany(asked: Asked, question: Question, item: JsonObject, options: Options): void {
  const answers = objectsIn(item.answer);
  if (answers.length < 2) return;
  const shown = shorten(question.linkId);
  if (!question.repeats) {
    within(asked, ITEM, 'answer', () =>
      tell(asked, 'error', 'structure', [
        'questionnaire-answers-repeated',
        `The question ${shown} takes one answer; there are ${answers.length}`,
        `问题 ${inChinese(shown)} 只能有一个答案，实有 ${answers.length} 个`,
      ]),
    );
  }
  if (options.exclusive.size === 0) return;
  const values = answers.map((answer) => choiceItem(answer, 'value', ANSWER, asked.compiler));
  const chosen = values.find((value) => value !== undefined && options.exclusive.has(keyOf(value)));
  if (chosen === undefined) return;
  const excluding = shownValue(chosen);
  within(asked, ITEM, 'answer', () =>
    tell(asked, 'error', 'business-rule', [
      'questionnaire-option-exclusive',
      `The option ${excluding} of the question ${shown} excludes all others; there are ${answers.length} answers`,
      `问题 ${inChinese(shown)} 的选项 ${excluding} 与其他选项互斥，实有 ${answers.length} 个答案`,
    ]),
  );
}

function wrongType(asked: Asked, { linkId, type }: Question, found: string, wanted: readonly string[]): void {
  const shown = shorten(linkId);
  tell(asked, 'error', 'value', [
    'questionnaire-answer-type',
    `The question ${shown} (${type}) takes an answer of the type ${wanted.join(' or ')}; this is a ${found}`,
    `问题 ${inChinese(shown)}（${type}）的答案类型应为 ${wanted.join('、')}，实为 ${found}`,
  ]);
}

function fromList(asked: Asked, question: Question, value: Item, options: Options): void {
  if (question.type === 'open-choice' && value.type === 'string') return;
  const { answerValueSet } = question.json;
  if (options.types.length > 0) {
    if (!options.keys.has(keyOf(value))) notAnOption(asked, question, value);
  } else if (value.type === 'Coding' && typeof answerValueSet === 'string') {
    const membership = membershipOf(asked, answerValueSet, value.value);
    if (membership !== 'in') outsideOf(asked, question, value, [answerValueSet, membership]);
  }
}

function notAnOption(asked: Asked, { linkId }: Question, value: Item): void {
  const [shown, found] = [shorten(linkId), shownValue(value)];
  tell(asked, 'error', 'code-invalid', [
    'questionnaire-answer-option',
    `${found} is none of the options of the question ${shown}`,
    `${found} 不在问题 ${inChinese(shown)} 的选项之中`,
  ]);
}

function membershipOf(asked: Asked, valueSet: string, value: Json | undefined): Membership {
  const { compiler } = asked;
  const { system, code } = isObject(value) ? value : {};
  if (typeof code !== 'string') return 'undecided';
  const coding = typeof system === 'string' ? { system, code } : { code };
  if (!valueSet.startsWith('#')) return compiler.terminology.membership(valueSet, coding);
  const contained = containedSet(valueSet.slice(1), asked);
  return contained === undefined ? 'undecided' : compiler.terminology.membershipIn(contained, coding);
}

/** In the Questionnaire, or beside it where it is itself contained. What is not of a ValueSet's shape decides nothing. */
function containedSet(id: string, { walk, compiler, questionnaire }: Asked): ValueSet | undefined {
  const all = [...objectsIn(questionnaire.contained), ...objectsIn(walk.container.contained)];
  const found = all.find((one) => one.id === id && one.resourceType === 'ValueSet');
  if (found === undefined || !passes(walk, () => compiler.type('ValueSet').check(found, undefined, walk))) return undefined;
  return found as unknown as ValueSet;
}

function outsideOf(asked: Asked, { linkId }: Question, value: Item, [valueSet, membership]: readonly [string, Membership]): void {
  const [shown, found, set] = [shorten(linkId), shownValue(value), shorten(valueSet)];
  if (membership === 'out') {
    tell(asked, 'error', 'code-invalid', [
      'questionnaire-answer-value-set',
      `${found} is not in the value set ${set} of the question ${shown}`,
      `${found} 不属于问题 ${inChinese(shown)} 的值集 ${inChinese(set)}`,
    ]);
    return;
  }
  tell(asked, 'warning', 'code-invalid', [
    'questionnaire-answer-undecided',
    `Whether ${found} is in the value set ${set} of the question ${shown} cannot be decided here`,
    `此处无法判定 ${found} 是否属于问题 ${inChinese(shown)} 的值集 ${inChinese(set)}`,
  ]);
}

function shownValue({ value }: Item): string {
  if (!isObject(value)) return shorten(value);
  const { system, code, reference } = value;
  const text = textOf(reference) ?? (typeof system === 'string' ? `${system}|${textOf(code) ?? ''}` : textOf(code));
  return shorten(text ?? '?');
}
