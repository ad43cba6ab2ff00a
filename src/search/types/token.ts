/**
 * Search type token: codes, identifiers, contact points, booleans. Every value becomes system and code; what modifiers look at has entries
 * of its own: the words of it (`code:text`), the type of an identifier with its value (`identifier:of-type`).
 * Source: R4 search.html#token
 */
import { isNumeric, isObject, type JsonObject } from '../../model/json.js';
import type { IndexEntry, Predicate } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import { askedIdentityForm } from '../identity-numbers.js';
import { withMany } from '../many-codes.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { splitEscaped, unescapeValue } from '../values.js';
import { codingsOf, eachToken, identifierForms, text, tokenAdder } from './token-index.js';
import { indexMimeType, matchIn, matchRelated } from './token-terminology.js';
import { indexTexts, matchText } from './token-text.js';
import { codeIn, tokenValues } from './token-values.js';
import type { Asked, SearchType } from './type.js';

export const tokenType: SearchType = {
  entry: 'token',
  modifiers: ['not', 'text', 'in', 'not-in', 'above', 'below', 'of-type'],
  modifiersFor({ elements }) {
    const has = (types: readonly string[]) => elements === undefined || elements.some(({ type }) => types.includes(type));
    return [
      'not',
      ...(has(['CodeableConcept', 'Coding', 'Identifier']) ? ['text'] : []),
      ...(has(['CodeableConcept', 'Coding', 'code']) ? ['in', 'not-in', 'above', 'below'] : []),
      ...(has(['Identifier']) ? ['of-type'] : []),
    ];
  },
  index(item, parameter, context, add) {
    const token = tokenAdder(parameter.code, context, add);
    const { value } = item;
    if (isObject(value)) {
      eachToken(item.type, value, token);
      indexTexts(item.type, value, parameter, context.definitions, add);
      if (item.type === 'Identifier') indexOfType(value, parameter, context, add);
      return;
    }
    // R4: where the data type is string, the search is not case sensitive.
    if (typeof value === 'string') {
      token(undefined, item.type === 'string' ? value.toLowerCase() : value);
      if (item.type === 'code') indexMimeType(value, parameter, context, add);
    }
    if (typeof value === 'boolean' || isNumeric(value)) token(undefined, String(value));
  },
  sortKey(item) {
    const codes: string[] = [];
    if (isObject(item.value)) eachToken(item.type, item.value, (_system, code) => codes.push(code));
    else if (item.value !== undefined) codes.push(String(item.value));
    return codes.sort()[0];
  },
  match(asked, context) {
    switch (asked.modifier) {
      case 'text':
        return matchText(asked, context.definitions);
      case 'in':
        return matchIn(asked, context);
      case 'not-in':
        return { kind: 'not', of: matchIn(asked, context) };
      case 'above':
      case 'below':
        return matchRelated(asked, asked.modifier, context);
      case 'of-type':
        return matchOfType(asked, context);
      case 'not':
        return { kind: 'not', of: matchValues(asked, context) };
      default:
        return matchValues(asked, context);
    }
  },
};

function matchValues(asked: Asked, context: SearchContext): Predicate {
  const values = asked.values.flatMap((value) => tokenValues(asked, value, context));
  return withMany(asked.parameter, values, context.definitions, context.codeSystems.live);
}

/** The name of the entries of `:of-type`: system and code of the type, the value behind its code. */
const typedOf = (code: string) => `${code}:of-type`;

function indexOfType(identifier: JsonObject, { code: param }: Parameter, context: SearchContext, add: (entry: IndexEntry) => void): void {
  if (text(identifier.value) === undefined || !isObject(identifier.type)) return;
  for (const coding of codingsOf(identifier.type)) {
    const [system, code] = [text(coding.system), text(coding.code)];
    if (system === undefined || code === undefined) continue;
    const folded = context.codeSystems.isCaseInsensitive(system) ? code.toLowerCase() : code;
    for (const one of new Set([code, folded])) {
      for (const value of identifierForms(identifier)) add({ kind: 'token', param: typedOf(param), system, code: `${one}|${value}` });
    }
  }
}

function matchOfType(asked: Asked, context: SearchContext): Predicate {
  const values = asked.values.flatMap((value) => {
    const [system = '', code = '', wanted = '', ...more] = splitEscaped(value, '|').map((part) => unescapeValue(asked.name, part));
    if (system === '' || code === '' || wanted === '' || more.length > 0) {
      throw malformed(asked.name, value, 'system|code|value, all three', 'system|code|value，三部分缺一不可');
    }
    const form = askedIdentityForm(undefined, wanted);
    return codeIn(system, code, context).flatMap((one) =>
      [wanted, ...(form === undefined ? [] : [form])].map((number) => ({ system, code: `${one.code ?? ''}|${number}` })),
    );
  });
  return { kind: 'match', param: typedOf(asked.parameter.code), match: { kind: 'token', values } };
}
