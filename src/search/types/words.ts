/**
 * `_text` and `_content`: every word of a value must begin one of the resource's. What the narrative says is kept under `_text` alone,
 * and `_content` looks there too. Source: R4 search.html#content
 */
import type { Item } from '../../fhirpath/expression.js';
import { isObject } from '../../model/json.js';
import type { IndexEntry, Predicate } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import { askedWords, contentTexts, keptWords, narrativeText } from '../full-text.js';
import { malformed } from '../refusals.js';
import { unescapeValue } from '../values.js';
import type { Asked } from './type.js';

const TEXT = '_text';

/** Of the whole resource, under the code of the parameter. */
export function indexWords({ type, value }: Item, code: string, { definitions }: SearchContext, add: (entry: IndexEntry) => void): void {
  if (!isObject(value)) return;
  const narrative = keptWords(isObject(value.text) && typeof value.text.div === 'string' ? [narrativeText(value.text.div)] : []);
  const words = code === TEXT ? narrative : keptWords(contentTexts(definitions, type, value));
  for (const word of words) {
    if (code === TEXT || !narrative.has(word)) add({ kind: 'string', param: code, value: word, raw: '' });
  }
}

export function matchWords({ name, parameter, values }: Asked): Predicate {
  const params = parameter.code === TEXT ? [TEXT] : [parameter.code, TEXT];
  const of = values.map((value): Predicate => {
    const words = askedWords(unescapeValue(name, value));
    if (words.length === 0) throw malformed(name, value, 'words to look for', '要查找的词');
    return { kind: 'all', of: words.map((word) => anyOf(params, word)) };
  });
  return { kind: 'any', of };
}

export function wordsPresent(code: string): Predicate {
  const params = code === TEXT ? [TEXT] : [code, TEXT];
  return { kind: 'any', of: params.map((param) => ({ kind: 'present', param, entry: 'string' })) };
}

function anyOf(params: readonly string[], word: string): Predicate {
  return { kind: 'any', of: params.map((param) => ({ kind: 'match', param, match: { kind: 'string', how: 'prefix', values: [word] } })) };
}
