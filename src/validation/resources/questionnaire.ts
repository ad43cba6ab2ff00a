/**
 * A Questionnaire within itself: conditions name other questions of it, and options and initial values are of the type of their question.
 * Source: R4 questionnaire-definitions.html#Questionnaire.item.enableWhen.question, .answerOption.value[x], .initial.value[x]
 */
import type { JsonObject } from '../../model/json.js';
import { inChinese, quoted, shorten } from '../rules/primitive.js';
import { answerTypes } from './answers.js';
import { choiceItem } from './enable-when.js';
import { choiceIn, eachPart, type Ground, objectsIn, type ResourceRule, tell, textOf, within } from './ground.js';

interface Inside extends Ground {
  /** The type of each item and its number in document order, by linkId. */
  readonly items: ReadonlyMap<string, { readonly type: string; readonly number: number }>;
}

export const questionnaire: ResourceRule = (resource, ground) => {
  const items = new Map<string, { readonly type: string; readonly number: number }>();
  collect(resource, items);
  checkItems({ ...ground, items }, resource, 'Questionnaire');
};

function collect(holder: JsonObject, items: Map<string, { readonly type: string; readonly number: number }>): void {
  for (const item of objectsIn(holder.item)) {
    const linkId = textOf(item.linkId);
    if (linkId !== undefined && !items.has(linkId)) items.set(linkId, { type: textOf(item.type) ?? '', number: items.size });
    collect(item, items);
  }
}

function checkItems(inside: Inside, holder: JsonObject, owner: string): void {
  eachPart(inside, owner, holder, 'item', (item, type) => {
    eachPart(inside, type, item, 'enableWhen', (condition, conditionType) => checkCondition(inside, item, condition, conditionType));
    for (const name of ['answerOption', 'initial']) {
      eachPart(inside, type, item, name, (value, valueType) => typeFits(inside, item, value, valueType));
    }
    checkItems(inside, item, type);
  });
}

function checkCondition(inside: Inside, { linkId }: JsonObject, condition: JsonObject, owner: string): void {
  const question = textOf(condition.question);
  if (question === undefined) return;
  const target = inside.items.get(question);
  const shown = shorten(question);
  if (target === undefined || question === linkId) {
    const text =
      target === undefined
        ? (['enable-when-unknown', `The Questionnaire has no item ${shown}`, `问卷中没有条目 ${inChinese(shown)}`] as const)
        : ([
            'enable-when-itself',
            `Whether the item ${shown} is enabled depends on itself`,
            `条目 ${inChinese(shown)} 是否启用取决于其自身`,
          ] as const);
    within(inside, owner, 'question', () => tell(inside, 'error', 'business-rule', text));
    return;
  }
  const own = inside.items.get(textOf(linkId) ?? '');
  if (own !== undefined && target.number > own.number) {
    within(inside, owner, 'question', () =>
      tell(inside, 'warning', 'business-rule', [
        'enable-when-later',
        `The question ${shown} that decides comes after the item it enables`,
        `起决定作用的问题 ${inChinese(shown)} 位于其所启用的条目之后`,
      ]),
    );
  }
  answerFits(inside, condition, owner, { question, type: target.type });
}

/** A condition on an answer of another type never comes true. */
function answerFits(
  inside: Inside,
  condition: JsonObject,
  owner: string,
  { question, type }: { readonly question: string; readonly type: string },
): void {
  const [name] = choiceIn(condition, 'answer') ?? [];
  const wanted = choiceItem(condition, 'answer', owner, inside.compiler)?.type;
  if (condition.operator === 'exists' || name === undefined || wanted === undefined) return;
  const answers = conditionTypes.get(type) ?? answerTypes.get(type) ?? [];
  if (answers.includes(wanted)) return;
  const shown = shorten(question);
  within(inside, owner, name, () =>
    tell(inside, 'warning', 'business-rule', [
      'enable-when-type',
      `The item ${shown} is of the type ${type}, so that no answer of it can be a ${wanted}`,
      `条目 ${inChinese(shown)} 的类型为 ${type}，其答案不可能为 ${wanted}`,
    ]),
  );
}

/** An url is compared as a string, and the options of a choice need be no Codings. */
const ofAnyChoice = ['Coding', 'string', 'integer', 'date', 'time', 'Reference'];
const conditionTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ['url', ['string']],
  ['choice', ofAnyChoice],
  ['open-choice', ofAnyChoice],
]);

/** "The data type of the value must agree with the item.type." */
function typeFits(inside: Inside, { type, linkId }: JsonObject, holder: JsonObject, owner: string): void {
  const [name] = choiceIn(holder, 'value') ?? [];
  const found = choiceItem(holder, 'value', owner, inside.compiler)?.type;
  const wanted = typeof type === 'string' && !type.endsWith('choice') ? answerTypes.get(type) : undefined;
  if (name === undefined || found === undefined || wanted === undefined || wanted.includes(found)) return;
  const shown = shorten(linkId);
  within(inside, owner, name, () =>
    tell(inside, 'error', 'business-rule', [
      'questionnaire-value-type',
      `The item ${shown} is of the type ${shorten(type)}, so its values are of the type ${wanted.join(', ')}; this is a ${found}`,
      `条目 ${inChinese(shown)} 的类型为 ${quoted(type)}，其值应为 ${wanted.join('、')}，实为 ${found}`,
    ]),
  );
}
