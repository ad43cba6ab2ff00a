/**
 * Search type string: folded keys found by prefix, the text itself by `:exact`, what stands inside it by `:contains`. Names of people
 * have keys of their own (`person-names.ts`), addresses one for all their parts together. Source: R4 search.html#string
 */

import { fold, hasHan, MAX_KEY } from '../../model/fold.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { soundsOf, typedPinyin } from '../../model/pinyin.js';
import type { ParameterElement } from '../elements.js';
import { addString } from '../entry-list.js';
import { type NameKey, nameKeys, nameSortKey, partKeys, textSortKey, texts } from '../person-names.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { unescapeValue } from '../values.js';
import type { Asked, SearchType } from './type.js';
import { matchWords, wordsIndexer, wordsPresent } from './words.js';

const MAX_SORT_KEY = 100;
/** What was sent is longer than anything that can be asked for; no text holds this character. */
const TOO_LONG = '\uFFFF';

export const stringType: SearchType = {
  entry: 'string',
  modifiers: ['exact', 'contains'],
  modifiersFor: ({ words }) => (words ? [] : ['exact', 'contains']),
  indexer(type, parameter, context) {
    const { code: param, words } = parameter;
    if (words) return wordsIndexer(type, param, context);
    return (value, list) => {
      for (const { value: key, raw: sent, within } of keysOf(type, value, parameter)) {
        const raw = sent.length > MAX_KEY ? TOO_LONG : sent;
        addString(list, within ? { kind: 'string', param, value: key, raw, within } : { kind: 'string', param, value: key, raw });
      }
    };
  },
  sortKey(type, value, parameter) {
    const key = sortKeyOf(type, value, parameter);
    return key === undefined || key === '' ? undefined : key.slice(0, MAX_SORT_KEY);
  },
  present: ({ shares, code, words }) => (words ? wordsPresent(code) : { kind: 'present', param: shares ?? code, entry: 'string' }),
  match(asked) {
    if (asked.parameter.words) return matchWords(asked);
    const { shares, code } = asked.parameter;
    const how = asked.modifier === 'exact' || asked.modifier === 'contains' ? asked.modifier : 'prefix';
    const values = asked.values.flatMap((value) => {
      const text = unescapeValue(asked.name, value);
      if (text.length > MAX_KEY) throw malformed(asked.name, value, `at most ${MAX_KEY} characters`, `至多 ${MAX_KEY} 个字符`);
      if (how === 'exact') return [text];
      if (fold(text) === '') throw malformed(asked.name, value, 'a text that is not blank', '非空白的文本');
      return how === 'contains' ? [fold(text)] : prefixes(asked, text);
    });
    return { kind: 'match', param: shares ?? code, match: { kind: 'string', how, values: [...new Set(values)] } };
  },
};

function sortKeyOf(type: string, value: Json | undefined, parameter: Parameter): string | undefined {
  if (typeof value === 'string') {
    const part = namePart(parameter);
    if (part === undefined) return textSortKey(value);
    return part === 'family' ? nameSortKey(value, '') : nameSortKey('', value);
  }
  if (!isObject(value)) return undefined;
  const [family = ''] = type === 'HumanName' ? texts(value, ['family']) : [];
  const given = type === 'HumanName' ? texts(value, ['given']) : [];
  if (family !== '' || given.length > 0) return nameSortKey(family, given.join(hasHan(family) ? '' : ' '));
  const [first = ''] = texts(value, ['text', ...(partsOf[type] ?? [])]);
  return type === 'HumanName' ? nameSortKey('', first) : textSortKey(first);
}

/** A name by how it sounds, where that is asked for: 章三 finds 张三. */
function prefixes({ parameter }: Asked, text: string): readonly string[] {
  const folded = fold(text);
  if (parameter.shares !== undefined && hasHan(folded)) return soundsOf(folded);
  return isName(parameter) ? typedPinyin(folded) : [folded];
}

const partsOf: Readonly<Record<string, readonly string[]>> = {
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
  CodeableConcept: ['text'],
};

function namePart({ elements }: Parameter): string | undefined {
  return elements?.find(({ owner }) => owner === 'HumanName')?.element;
}

function isName(parameter: Parameter): boolean {
  return namePart(parameter) !== undefined || (parameter.elements?.some(({ type }: ParameterElement) => type === 'HumanName') ?? false);
}

/** Text of which people remember any part. */
const remembered: ReadonlySet<string> = new Set(['name', 'title', 'alias']);
const MAX_WITHIN = 100;

function keysOf(type: string, value: Json | undefined, parameter: Parameter): Iterable<NameKey> {
  if (typeof value === 'string') {
    const part = namePart(parameter);
    return part === undefined ? [keyOf(value, remembered.has(parameter.code))] : partKeys(value, part === 'family');
  }
  if (!isObject(value)) return [];
  if (type === 'HumanName') return nameKeys(value);
  return type === 'Address' ? addressKeys(value) : texts(value, partsOf[type] ?? ['text']).map((text) => keyOf(text));
}

function keyOf(text: string, within = false): NameKey {
  return { value: fold(text), raw: text, ...(within && text.length <= MAX_WITHIN ? { within: true } : {}) };
}

/** 北京市朝阳区 is written in one, from the large to the small; where nobody has sent the whole it is put together. */
function addressKeys(address: JsonObject): readonly NameKey[] {
  const [text = ''] = texts(address, ['text']);
  const parts = texts(address, ['state', 'city', 'district', 'line']);
  // A municipality is its own province.
  const whole = parts.filter((part, at) => part !== parts[at - 1]).join('');
  const joined = text === '' && parts.length > 1 && hasHan(whole) ? [keyOf(whole, true)] : [];
  const stated = texts(address, partsOf.Address ?? []);
  return [...stated.map((part) => keyOf(part, part === text)), ...joined];
}
