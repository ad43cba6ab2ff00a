/**
 * `_text` and `_content`: words of a value must begin some of the resource's, as AND, OR and NOT join them. What the narrative says is
 * kept under `_text` alone, and `_content` looks there too. Source: R4 search.html#content
 */
import { isObject } from '../../model/json.js';
import type { Predicate } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import { addEntry } from '../entry-list.js';
import { contentTexts, keptWords, narrativeText } from '../full-text.js';
import { malformed } from '../refusals.js';
import { unescapeValue } from '../values.js';
import { parseWordQuery, type WordQuery } from '../word-query.js';
import type { Asked, Indexer } from './type.js';

const TEXT = '_text';

/** Of the whole resource, under the code of the parameter. */
export function wordsIndexer(type: string, code: string, { definitions }: SearchContext): Indexer {
  return (value, list) => {
    if (!isObject(value)) return;
    const narrative = keptWords(isObject(value.text) && typeof value.text.div === 'string' ? [narrativeText(value.text.div)] : []);
    const words = code === TEXT ? narrative : keptWords(contentTexts(definitions, type, value));
    for (const word of words) {
      if (code === TEXT || !narrative.has(word)) addEntry(list, { kind: 'string', param: code, value: word, raw: '' });
    }
  };
}

export function matchWords({ name, parameter, values }: Asked): Predicate {
  const params = parameter.code === TEXT ? [TEXT] : [parameter.code, TEXT];
  const of = values.map((value): Predicate => {
    const query = queryOf(name, value);
    if (query === undefined) throw malformed(name, value, 'words to look for', '要查找的词');
    return predicateOf(query, params);
  });
  return { kind: 'any', of };
}

function queryOf(name: string, value: string): WordQuery | undefined {
  try {
    return parseWordQuery(unescapeValue(name, value));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw malformed(name, value, 'fewer parentheses inside each other', '较少的括号嵌套');
  }
}

function predicateOf(query: WordQuery, params: readonly string[]): Predicate {
  if (query.kind === 'word') return anyOf(params, query.word);
  if (query.kind === 'not') return { kind: 'not', of: predicateOf(query.of, params) };
  return { kind: query.kind, of: query.of.map((one) => predicateOf(one, params)) };
}

export function wordsPresent(code: string): Predicate {
  const params = code === TEXT ? [TEXT] : [code, TEXT];
  return { kind: 'any', of: params.map((param) => ({ kind: 'present', param, entry: 'string' })) };
}

function anyOf(params: readonly string[], word: string): Predicate {
  return { kind: 'any', of: params.map((param) => ({ kind: 'match', param, match: { kind: 'string', how: 'prefix', values: [word] } })) };
}
