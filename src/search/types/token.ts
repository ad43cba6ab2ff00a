/**
 * Search type token: codes, identifiers, contact points, booleans. Every value becomes system and code; what modifiers look at has entries
 * of its own: the words of it (`code:text`), the type of an identifier with its value (`identifier:of-type`).
 * Source: R4 search.html#token
 */
import { isNumeric, isObject } from '../../model/json.js';
import type { Predicate } from '../../store/port.js';
import { consentRulesIndexer } from '../consent-rules.js';
import type { SearchContext } from '../context.js';
import { addToken } from '../entry-list.js';
import { askedIdentityForm } from '../identity-numbers.js';
import { withMany } from '../many-codes.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { splitEscaped, unescapeValue } from '../values.js';
import { codingsOf, eachToken, identifierForms, text, tokenAdder } from './token-index.js';
import { matchIn, matchRelated, mimeTypeIndexer } from './token-terminology.js';
import { matchText, textIndexer } from './token-text.js';
import { codeIn, tokenValues } from './token-values.js';
import type { Asked, Indexer, SearchType } from './type.js';

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
  indexer(type, parameter, context) {
    if (parameter.rules) return consentRulesIndexer(context);
    const token = tokenAdder(parameter.code, context);
    const indexText = textIndexer(type, parameter, context);
    const indexType = type === 'Identifier' ? typeIndexer(parameter, context) : undefined;
    const indexMimeType = type === 'code' ? mimeTypeIndexer(parameter, context) : undefined;
    return (value, list) => {
      // R4: where the data type is string, the search is not case sensitive.
      if (typeof value === 'string') token(list, undefined, type === 'string' ? value.toLowerCase() : value);
      else if (typeof value === 'boolean' || isNumeric(value)) token(list, undefined, String(value));
      else if (isObject(value)) {
        eachToken(type, value, token, list);
        indexText?.(value, list);
        indexType?.(value, list);
      }
      indexMimeType?.(value, list);
    };
  },
  sortKey(type, value) {
    if (!isObject(value)) return value === undefined ? undefined : String(value);
    const least: { code?: string } = {};
    eachToken(type, value, keepLeast, least);
    return least.code;
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

function typeIndexer(parameter: Parameter, { codeSystems }: SearchContext): Indexer {
  const param = typedOf(parameter.code);
  return (identifier, list) => {
    if (!isObject(identifier) || text(identifier.value) === undefined || !isObject(identifier.type)) return;
    for (const coding of codingsOf(identifier.type)) {
      const [system, code] = [text(coding.system), text(coding.code)];
      if (system === undefined || code === undefined) continue;
      for (const value of identifierForms(identifier)) addToken(list, param, system, `${code}|${value}`);
      const folded = codeSystems.isCaseInsensitive(system) ? code.toLowerCase() : code;
      if (folded !== code) for (const value of identifierForms(identifier)) addToken(list, param, system, `${folded}|${value}`);
    }
  };
}

function keepLeast(least: { code?: string }, _system: string | undefined, code: string): void {
  if (least.code === undefined || code < least.code) least.code = code;
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
