/**
 * A QuestionnaireResponse against its Questionnaire: known items, nested and ordered as there, answered where they must be and only where
 * they are enabled. Source: R4 questionnaireresponse-definitions.html#QuestionnaireResponse.questionnaire (comment: "the structure must be
 * consistent with the Questionnaire"), questionnaire-definitions.html
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { parseTarget } from '../reference-target.js';
import { inChinese, quoted, shorten } from '../rules/primitive.js';
import { isEnough } from '../walk.js';
import { checkAnswers } from './answers.js';
import { isEnabled, type Standing } from './enable-when.js';
import { eachPart, type Ground, listed, objectsIn, type ResourceRule, tell, textOf, textsIn, within } from './ground.js';
import { definitionMissing, definitionNamed } from './named.js';
import { type Level, type Question, type Questions, questionsOf } from './questions.js';
import { type Answered, type ResponseItems, responseItems } from './response-items.js';

interface Response extends Ground {
  readonly questionnaire: JsonObject;
  readonly questions: Questions;
  readonly items: ResponseItems;
  /** Whether what must be answered must be so by now. */
  readonly isFinal: boolean;
}

const OWNER = 'QuestionnaireResponse';

export const questionnaireResponse: ResourceRule = (resource, ground) => {
  const canonical = textOf(resource.questionnaire);
  if (canonical === undefined) return;
  const questionnaire = definitionNamed(canonical, 'Questionnaire', ground);
  if (questionnaire === undefined) within(ground, OWNER, 'questionnaire', () => definitionMissing(ground, 'Questionnaire', canonical));
  else checkResponse(resource, questionnaire, ground);
};

function checkResponse(resource: JsonObject, questionnaire: JsonObject, ground: Ground): void {
  subjectFits(resource, questionnaire, ground);
  const response: Response = {
    ...ground,
    questionnaire,
    questions: questionsOf(questionnaire),
    items: responseItems(resource),
    isFinal: resource.status === 'completed' || resource.status === 'amended',
  };
  checkLevel(response, response.questions.top, { holder: resource, owner: OWNER, around: undefined });
}

/** Source: R4 questionnaireresponse-definitions.html#QuestionnaireResponse.subject (comment) */
function subjectFits({ subject }: JsonObject, { subjectType }: JsonObject, ground: Ground): void {
  const types = textsIn(subjectType);
  if (types.length === 0 || !isObject(subject)) return;
  const reference = textOf(subject.reference);
  const type = textOf(subject.type) ?? (reference === undefined ? undefined : parseTarget(reference, ground.compiler.definitions));
  if (type === undefined || type === 'malformed' || reference?.startsWith('#') || types.includes(type)) return;
  within(ground, OWNER, 'subject', () =>
    tell(ground, 'error', 'business-rule', [
      'questionnaire-subject-type',
      `The Questionnaire is about ${listed(types)}, and the subject is a ${shorten(type)}`,
      `该问卷针对 ${listed(types, '、')}，而对象为 ${quoted(type)}`,
    ]),
  );
}

/** What holds items: the response, a group, or an answer. */
interface Holder {
  readonly holder: JsonObject;
  readonly owner: string;
  /** The item it is or stands in. */
  readonly around: Answered | undefined;
}

function checkLevel(response: Response, level: Level, { holder, owner, around }: Holder): void {
  const met = new Set<string>();
  let last = -1;
  eachPart(response, owner, holder, 'item', (item) => {
    const linkId = textOf(item.linkId);
    if (linkId === undefined) return;
    const [question, number] = level.byLinkId.get(linkId) ?? [];
    if (question === undefined || number === undefined) return unknownItem(response, linkId);
    if (number < last) outOfOrder(response, linkId);
    else last = number;
    if (met.has(linkId) && !question.repeats) repeated(response, linkId);
    met.add(linkId);
    checkItem(response, question, item);
  });
  if (!response.isFinal) return;
  const absent: Standing = { items: response.items, from: around, isAbsent: true };
  for (const question of level.required) {
    if (isEnough(response.walk)) return;
    if (met.has(question.linkId) || isEnabled(question, absent, response.compiler) !== true) continue;
    notAnswered(response, question);
  }
}

function checkItem(response: Response, question: Question, item: JsonObject): void {
  const { items, compiler } = response;
  const around = items.of.get(item);
  if (isEnabled(question, { items, from: around, isAbsent: false }, compiler) === false) {
    if (item.answer !== undefined || item.item !== undefined) notEnabled(response, question);
    return;
  }
  textFits(response, question, item);
  if (question.type === 'display') displayOnly(response, question, item);
  else if (question.type === 'group') checkGroup(response, question, item, around);
  else checkQuestion(response, question, item, around);
}

const ITEM = 'QuestionnaireResponse.item';

function checkGroup(response: Response, question: Question, item: JsonObject, around: Answered | undefined): void {
  if (item.answer !== undefined) groupAnswered(response, question);
  checkLevel(response, question.items, { holder: item, owner: ITEM, around });
}

function checkQuestion(response: Response, question: Question, item: JsonObject, around: Answered | undefined): void {
  if (item.item !== undefined) besideAnswer(response, question);
  if (question.required && response.isFinal && objectsIn(item.answer).length === 0) notAnswered(response, question);
  checkAnswers(response, question, item);
  eachPart(response, ITEM, item, 'answer', (answer, owner) => checkLevel(response, question.items, { holder: answer, owner, around }));
}

/** Texts may be in another language, or have the answer's context filled in. */
function textFits(response: Response, { linkId, json }: Question, { text }: JsonObject): void {
  if (typeof text !== 'string' || typeof json.text !== 'string' || text === json.text) return;
  const [found, wanted] = [shorten(text), shorten(json.text)];
  within(response, ITEM, 'text', () =>
    tell(response, 'information', 'informational', [
      'questionnaire-text-differs',
      `The text ${found} is not that of the item ${shorten(linkId)} in the Questionnaire: ${wanted}`,
      `文本 ${inChinese(found)} 与问卷中条目 ${quoted(linkId)} 的文本 ${inChinese(wanted)} 不同`,
    ]),
  );
}

function unknownItem(response: Response, linkId: string): void {
  const shown = shorten(linkId);
  const isElsewhere = response.questions.linkIds.has(linkId);
  const text = isElsewhere
    ? ([
        'questionnaire-item-misplaced',
        `The Questionnaire has the item ${shown}, but not at this place; items must be nested as they are there`,
        `问卷中有条目 ${inChinese(shown)}，但不在此处；条目的嵌套须与问卷一致`,
      ] as const)
    : (['questionnaire-item-unknown', `The Questionnaire has no item ${shown}`, `问卷中没有条目 ${inChinese(shown)}`] as const);
  within(response, ITEM, 'linkId', () => tell(response, 'error', 'structure', text));
}

function outOfOrder(response: Response, linkId: string): void {
  const shown = shorten(linkId);
  tell(response, 'error', 'structure', [
    'questionnaire-item-order',
    `The item ${shown} stands behind one that follows it in the Questionnaire`,
    `条目 ${inChinese(shown)} 位于问卷中在其后的条目之后`,
  ]);
}

function repeated(response: Response, linkId: string): void {
  const shown = shorten(linkId);
  tell(response, 'error', 'structure', [
    'questionnaire-item-repeated',
    `The item ${shown} stands here twice, and the Questionnaire does not let it repeat`,
    `条目 ${inChinese(shown)} 出现两次，而问卷不允许其重复`,
  ]);
}

function notAnswered(response: Response, { linkId, type }: Question): void {
  const shown = shorten(linkId);
  const text =
    type === 'group'
      ? ([
          'questionnaire-item-required',
          `The group ${shown} is required, and the response does not have it`,
          `问卷要求组 ${inChinese(shown)}，而答卷中没有`,
        ] as const)
      : ([
          'questionnaire-answer-required',
          `The question ${shown} must be answered; there is no answer`,
          `问题 ${inChinese(shown)} 必须回答，而没有答案`,
        ] as const);
  tell(response, 'error', 'required', text, linkId);
}

function notEnabled(response: Response, { linkId }: Question): void {
  const shown = shorten(linkId);
  tell(response, 'error', 'business-rule', [
    'questionnaire-item-not-enabled',
    `The item ${shown} has content, and its enableWhen says that it is not enabled`,
    `条目 ${inChinese(shown)} 有内容，而按其 enableWhen 该条目未启用`,
  ]);
}

function displayOnly(response: Response, { linkId }: Question, item: JsonObject): void {
  const parts: readonly (readonly [string, Json | undefined])[] = [
    ['answer', item.answer],
    ['item', item.item],
  ];
  const shown = shorten(linkId);
  for (const [name, value] of parts) {
    if (value === undefined) continue;
    within(response, ITEM, name, () =>
      tell(response, 'error', 'structure', [
        'questionnaire-display-answered',
        `The item ${shown} only displays a text; it can have no ${name}`,
        `条目 ${inChinese(shown)} 仅用于显示文本，不得有 ${name}`,
      ]),
    );
  }
}

function groupAnswered(response: Response, { linkId }: Question): void {
  const shown = shorten(linkId);
  within(response, ITEM, 'answer', () =>
    tell(response, 'error', 'structure', [
      'questionnaire-group-answered',
      `The item ${shown} is a group, which has items and no answer`,
      `条目 ${inChinese(shown)} 是组，只有下级条目而没有答案`,
    ]),
  );
}

/** Source: R4 questionnaireresponse-definitions.html#QuestionnaireResponse.item (comment) */
function besideAnswer(response: Response, { linkId }: Question): void {
  const shown = shorten(linkId);
  within(response, ITEM, 'item', () =>
    tell(response, 'error', 'structure', [
      'questionnaire-item-beside-answer',
      `What is nested in the question ${shown} must stand in its answer`,
      `问题 ${inChinese(shown)} 的下级条目须位于其答案（answer）之内`,
    ]),
  );
}
