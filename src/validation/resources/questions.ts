/** A Questionnaire as the rules of its responses need it: its items as a tree, found by linkId. Source: R4 questionnaire.html */
import type { JsonObject } from '../../model/json.js';
import { objectsIn, textOf } from './ground.js';

export interface Question {
  readonly linkId: string;
  /** `group`, `display`, or the type of the answers. */
  readonly type: string;
  readonly required: boolean;
  readonly repeats: boolean;
  readonly items: Level;
  readonly json: JsonObject;
}

/** The items of one level, in the order of the Questionnaire. */
export interface Level {
  readonly required: readonly Question[];
  /** With the number of each. */
  readonly byLinkId: ReadonlyMap<string, readonly [Question, number]>;
}

export interface Questions {
  readonly top: Level;
  /** The linkIds of all levels. */
  readonly linkIds: ReadonlySet<string>;
}

/** The same Questionnaire is asked for by many responses. */
const read = new WeakMap<JsonObject, Questions>();

export function questionsOf(questionnaire: JsonObject): Questions {
  const before = read.get(questionnaire);
  if (before !== undefined) return before;
  const linkIds = new Set<string>();
  const made = { top: levelOf(questionnaire, linkIds), linkIds };
  read.set(questionnaire, made);
  return made;
}

function levelOf(holder: JsonObject, linkIds: Set<string>): Level {
  const questions = objectsIn(holder.item).map((json) => questionOf(json, linkIds));
  const required = questions.filter((question) => question.required);
  return { required, byLinkId: new Map(questions.map((question, number) => [question.linkId, [question, number]])) };
}

function questionOf(json: JsonObject, linkIds: Set<string>): Question {
  const linkId = textOf(json.linkId) ?? '';
  linkIds.add(linkId);
  return {
    linkId,
    type: textOf(json.type) ?? '',
    required: json.required === true,
    repeats: json.repeats === true,
    items: levelOf(json, linkIds),
    json,
  };
}
