/**
 * Which resources criteria find, and the guard that makes it still true when the writes that rely on it are committed.
 * Source: R4 http.html#ccreate, http.html#cond-update, http.html#cdelete
 */
import type { Access } from '../access/access.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import type { Key } from '../model/resource.js';
import type { Parameters } from '../search/search.js';
import type { Guard } from '../store/port.js';
import type { Rooms, View } from './intent.js';
import { parseQuery } from './query.js';

export interface Found {
  /** Two are enough to know that there are many. */
  readonly keys: readonly Key[];
  readonly guard: Guard;
}

/** Throws FhirError 400 for criteria that are empty or cannot be understood. */
export async function findByCriteria(
  rooms: Pick<Rooms, 'search'>,
  view: View,
  asked: { readonly type: string; readonly parameters: Parameters; readonly access: Access },
): Promise<Found> {
  const { where, names } = rooms.search.criteria(asked.type, asked.parameters, asked.access);
  const [keys = []] = await view.find([where], 2);
  return { keys, guard: { where, keys, names } };
}

/** The criteria of If-None-Exist: `identifier=…`, perhaps after `?` or the type. */
export function ifNoneExistParameters(text: string): Parameters {
  const mark = text.indexOf('?');
  const start = mark !== -1 && !text.slice(0, mark).includes('=') ? mark + 1 : 0;
  return parseQuery(text.slice(start).trim());
}

/** The one match, or undefined; many are FhirError 412. */
export function atMostOne(keys: readonly Key[], type: string): Key | undefined {
  if (keys.length > 1) {
    throw fault('multiple-matches', message('multiple-matches', `The criteria match more than one ${type}`, `条件匹配到多个 ${type}`));
  }
  return keys[0];
}
