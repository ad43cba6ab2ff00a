/**
 * Which resources criteria find, and the guard that makes it still true when the writes that rely on it are committed.
 * Source: R4 http.html#ccreate, http.html#cond-update, http.html#cdelete
 */
import type { Access } from '../access/access.js';
import { message } from '../model/message.js';
import { FhirError, fault } from '../model/outcome.js';
import { type Key, keyText } from '../model/resource.js';
import type { Criteria, Parameters } from '../search/search.js';
import { type Guard, StoreConflict, type Version } from '../store/port.js';
import type { Rooms, View } from './intent.js';
import { parseQuery } from './query.js';

export interface Found {
  /** With the versions that were current when they were found. */
  readonly keys: readonly Key[];
  readonly guard: Guard;
}

/** `atMost`: two are enough to know that there are many. Throws FhirError 400 for criteria that are empty or cannot be understood. */
export async function findByCriteria(
  rooms: Pick<Rooms, 'search'>,
  view: View,
  asked: { readonly type: string; readonly parameters: Parameters; readonly access: Access },
  atMost = 2,
): Promise<Found> {
  return findBy(rooms.search.criteria(asked.type, asked.parameters, asked.access), view, atMost);
}

/** The same for criteria that are understood already. */
export async function findBy({ where, names }: Criteria, view: View, atMost = 2): Promise<Found> {
  const [keys = []] = await view.find([where], atMost);
  return { keys, guard: { where, keys, names } };
}

/**
 * The current versions of what criteria found. Throws StoreConflict where one has changed since: whether the criteria would still find
 * it is not known, and the request is prepared again.
 */
export async function readFound(view: Pick<View, 'read'>, keys: readonly Key[]): Promise<readonly Version[]> {
  const versions = await view.read(keys.map(({ type, id }) => ({ type, id })));
  return keys.map((key, index) => {
    const version = versions[index];
    if (version !== undefined && (key.version === undefined || key.version === version.version)) return version;
    throw new StoreConflict(`${keyText(key)} has changed since the criteria found it`);
  });
}

/** The criteria of If-None-Exist: `identifier=…`, perhaps after `?` or the type. Throws FhirError 400 where something else stands before them. */
export function ifNoneExistParameters(text: string, type: string): Parameters {
  const mark = text.indexOf('?');
  const before = mark === -1 ? '' : text.slice(0, mark).trim();
  if (before.includes('=')) return inIfNoneExist(() => parseQuery(text.trim()));
  if (before !== '' && before !== type) throw otherPlace(before, type);
  return inIfNoneExist(() => parseQuery(text.slice(mark + 1).trim()));
}

/** Runs `work`; whatever it finds wrong stands in If-None-Exist. */
export function inIfNoneExist<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    const { status, headers, cause } = error;
    const issues = error.issues.map((issue) => ({ ...issue, expression: IF_NONE_EXIST }));
    throw new FhirError(issues, { status, headers, cause });
  }
}

const IF_NONE_EXIST = 'http.If-None-Exist';

function otherPlace(found: string, type: string) {
  const text = message(
    'if-none-exist-place',
    `If-None-Exist looks in "${found}"; criteria alone, or after "${type}?", were expected`,
    `If-None-Exist 指向“${found}”；应仅为条件，或以“${type}?”开头`,
  );
  return fault('value', text, { expression: IF_NONE_EXIST });
}

/** The one match, or undefined; many are FhirError 412. */
export function atMostOne(keys: readonly Key[], type: string): Key | undefined {
  if (keys.length > 1) {
    throw fault('multiple-matches', message('multiple-matches', `The criteria match more than one ${type}`, `条件匹配到多个 ${type}`));
  }
  return keys[0];
}
