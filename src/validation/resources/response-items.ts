/** The items of a QuestionnaireResponse in the order they stand in, found by linkId from any place of it. Source: R4 questionnaireresponse.html */
import type { JsonObject } from '../../model/json.js';
import { objectsIn, textOf } from './ground.js';

/** An item of the response; `first` and `last` number it and what is nested in it, in document order. */
export interface Answered {
  readonly linkId: string;
  readonly json: JsonObject;
  readonly parent: Answered | undefined;
  readonly first: number;
  last: number;
}

export interface ResponseItems {
  readonly of: ReadonlyMap<JsonObject, Answered>;
  readonly byLinkId: ReadonlyMap<string, readonly Answered[]>;
  /** How much more may be looked at to tell what is enabled: conditions and answers multiply. */
  left: number;
}

const MOST_LOOKED_AT = 500_000;

export function responseItems(response: JsonObject): ResponseItems {
  const of = new Map<JsonObject, Answered>();
  const byLinkId = new Map<string, Answered[]>();
  let count = 0;
  const add = (json: JsonObject, parent: Answered | undefined): void => {
    const linkId = textOf(json.linkId) ?? '';
    const item: Answered = { linkId, json, parent, first: count++, last: 0 };
    of.set(json, item);
    const same = byLinkId.get(linkId);
    if (same === undefined) byLinkId.set(linkId, [item]);
    else same.push(item);
    for (const nested of objectsIn(json.item)) add(nested, item);
    for (const answer of objectsIn(json.answer)) for (const nested of objectsIn(answer.item)) add(nested, item);
    item.last = count - 1;
  };
  for (const json of objectsIn(response.item)) add(json, undefined);
  return { of, byLinkId, left: MOST_LOOKED_AT };
}

/**
 * The nearest item of a linkId: first among the ancestors, then before, then behind. `from`: the item in question, or, where the response
 * has none, the one it would stand in. Source: R4 questionnaire-definitions.html#Questionnaire.item.enableWhen.question (comment)
 */
export function nearest(items: ResponseItems, linkId: string, from: Answered | undefined, isAbsent: boolean): Answered | undefined {
  for (let one = isAbsent ? from : from?.parent; one !== undefined; one = one.parent) if (one.linkId === linkId) return one;
  const same = items.byLinkId.get(linkId) ?? [];
  const limit = from === undefined ? Number.POSITIVE_INFINITY : isAbsent ? from.last + 1 : from.first;
  let [low, high] = [0, same.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((same[middle]?.first ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return same[low - 1] ?? same[low];
}
