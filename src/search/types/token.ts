/**
 * Search type token: codes, identifiers, contact points, booleans. Every value becomes system and code; text alone becomes an
 * entry with an empty code, so that `:missing` sees it. Source: R4 search.html#token
 */
import { isNumeric, isObject, type Json, type JsonObject } from '../../model/json.js';
import type { Match, Predicate } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { splitEscaped, unescapeValue } from '../values.js';
import type { Asked, SearchType } from './type.js';

type TokenValue = Extract<Match, { kind: 'token' }>['values'][number];
type AddToken = (system: string | undefined, code: string) => void;

export const tokenType: SearchType = {
  entry: 'token',
  modifiers: ['not'],
  index(item, parameter, context, add) {
    const token: AddToken = (system, code) => {
      if (system === undefined) return add({ kind: 'token', param: parameter.code, code });
      add({ kind: 'token', param: parameter.code, system, code });
      const folded = code.toLowerCase();
      if (folded !== code && context.codeSystems.isCaseInsensitive(system)) {
        add({ kind: 'token', param: parameter.code, system, code: folded });
      }
    };
    const { value } = item;
    if (isObject(value)) return indexObject(item.type, value, token);
    // R4: where the data type is string, the search is not case sensitive.
    if (typeof value === 'string') return token(undefined, item.type === 'string' ? value.toLowerCase() : value);
    if (typeof value === 'boolean' || isNumeric(value)) token(undefined, String(value));
  },
  sortKey(item) {
    const codes: string[] = [];
    if (isObject(item.value)) indexObject(item.type, item.value, (_system, code) => codes.push(code));
    else if (item.value !== undefined) codes.push(String(item.value));
    return codes.sort()[0];
  },
  match(asked, context) {
    const values = asked.values.flatMap((value) => tokenValues(asked, value, context));
    const match: Predicate = { kind: 'match', param: asked.parameter.code, match: { kind: 'token', values } };
    return asked.modifier === 'not' ? { kind: 'not', of: match } : match;
  },
};

function indexObject(type: string, value: JsonObject, token: AddToken): void {
  if (type === 'CodeableConcept') {
    const codings = (Array.isArray(value.coding) ? (value.coding as readonly Json[]) : []).filter(isObject);
    if (codings.length === 0) token(undefined, '');
    for (const coding of codings) token(text(coding.system), text(coding.code) ?? '');
  } else if (type === 'Coding') token(text(value.system), text(value.code) ?? '');
  else if (type === 'Identifier') token(text(value.system), text(value.value) ?? '');
  else if (type === 'ContactPoint') token(undefined, text(value.value) ?? '');
  else token(undefined, '');
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** `code`, `system|code`, `|code`, `system|`. */
function tokenValues(asked: Asked, value: string, context: SearchContext): readonly TokenValue[] {
  const parts = splitEscaped(value, '|').map((part) => unescapeValue(asked.name, part));
  const [first = '', second] = parts;
  if (parts.length > 2 || (first === '' && second === '')) {
    throw malformed(asked.name, value, 'code, system|code, |code or system|', 'code、system|code、|code 或 system|');
  }
  const { parameter } = asked;
  if (second === undefined) return bareCodes(asked, first);
  if (first === '') return [{ system: null, code: second }];
  const implied = parameter.elements?.some((element) => element.type === 'code') ? impliedValues(parameter, first, second, context) : [];
  if (second === '') return [{ system: first }, ...implied];
  return [{ system: first, code: context.codeSystems.isCaseInsensitive(first) ? second.toLowerCase() : second }, ...implied];
}

function bareCodes({ parameter, name }: Asked, code: string): readonly TokenValue[] {
  const types = new Set(parameter.elements?.map((element) => element.type));
  if (types.size === 1 && types.has('boolean') && code !== 'true' && code !== 'false') {
    throw malformed(name, code, 'true or false', 'true 或 false');
  }
  const folded = code.toLowerCase();
  return types.has('string') && folded !== code ? [{ code }, { code: folded }] : [{ code }];
}

/** An element of type code carries no system; the one its required value set draws on is meant. */
function impliedValues(parameter: Parameter, system: string, code: string, context: SearchContext): readonly TokenValue[] {
  const bound = (parameter.elements ?? []).some((element) => context.codeSystems.boundSystem(element) === system);
  if (!bound || code === '') return [];
  return [{ system: null, code }];
}
