/**
 * Search type string: folded keys found by prefix, the text itself by `:exact`. Names of people are found by each part, by
 * family and given name together in either order, and Chinese ones by pinyin. Source: R4 search.html#string
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { SearchContext } from '../context.js';
import type { ParameterElement } from '../elements.js';
import { fold, hasHan, MAX_KEY } from '../fold.js';
import { pinyinKeys } from '../pinyin.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { unescapeValue } from '../values.js';
import type { SearchType } from './type.js';

const MAX_SORT_KEY = 100;

/** `raw` '' for a key that was derived. */
type AddKey = (value: string, raw: string) => void;

export const stringType: SearchType = {
  entry: 'string',
  modifiers: ['exact'],
  index(item, parameter, _context: SearchContext, add) {
    const key: AddKey = (value, raw) => add({ kind: 'string', param: parameter.code, value, raw: raw.length > MAX_KEY ? '' : raw });
    const { value } = item;
    if (typeof value === 'string') indexText(parameter, value, key);
    else if (isObject(value) && item.type === 'HumanName') indexName(value, key);
    else if (isObject(value)) for (const text of texts(value, partsOf[item.type] ?? ['text'])) key(fold(text), text);
  },
  sortKey(item, parameter) {
    const { value } = item;
    if (typeof value === 'string') return sortText(value, parameter.elements?.some(isFamily) ?? false);
    if (!isObject(value)) return undefined;
    const [family = ''] = texts(value, ['family']);
    const whole = [family, ...texts(value, ['given'])].filter((part) => part !== '').join(hasHan(family) ? '' : ' ');
    const [first = ''] = item.type === 'HumanName' && whole !== '' ? [whole] : texts(value, ['text', ...(partsOf[item.type] ?? [])]);
    return first === '' ? undefined : sortText(first, item.type === 'HumanName');
  },
  match(asked) {
    const exact = asked.modifier === 'exact';
    const values = asked.values.map((value) => {
      const text = unescapeValue(asked.name, value);
      if (text.length > MAX_KEY) throw malformed(asked.name, value, `at most ${MAX_KEY} characters`, `至多 ${MAX_KEY} 个字符`);
      if (!exact && fold(text) === '') throw malformed(asked.name, value, 'a text that is not blank', '非空白的文本');
      return exact ? text : fold(text);
    });
    return { kind: 'match', param: asked.parameter.code, match: { kind: 'string', how: exact ? 'exact' : 'prefix', values } };
  },
};

const nameParts = ['family', 'given', 'text', 'prefix', 'suffix'];
const partsOf: Readonly<Record<string, readonly string[]>> = {
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
  CodeableConcept: ['text'],
};

function isFamily({ owner, element }: ParameterElement): boolean {
  return owner === 'HumanName' && element === 'family';
}

/** Chinese among Latin strings by its pinyin, then by its characters. */
function sortText(text: string, surname: boolean): string {
  const reading = pinyinKeys(text, surname).at(-1);
  return (reading === undefined ? fold(text) : `${reading} ${fold(text)}`).slice(0, MAX_SORT_KEY);
}

function indexText(parameter: Parameter, text: string, key: AddKey): void {
  key(fold(text), text);
  const part = parameter.elements?.find((element) => element.owner === 'HumanName')?.element;
  if (part === undefined) return;
  for (const word of laterWords(text)) key(word, '');
  for (const reading of pinyinKeys(text, part === 'family')) key(reading, '');
}

/** Source: R4 search.html#string: "searching either Carreno or Quinones should match a family name of Carreno Quinones". */
function laterWords(text: string): readonly string[] {
  const key = fold(text);
  if (!key.includes(' ')) return [];
  const words = key.split(' ');
  return words.slice(1).map((_, at) => words.slice(at + 1).join(' '));
}

/** 买买提·艾力 is also looked for as 艾力; the dot itself is no part of a key. Source: 民委发〔2016〕33号 */
function afterDots(text: string): readonly string[] {
  const parts = text.split(/[·•‧∙⋅・]/u);
  return parts.slice(1).map((_, at) => fold(parts.slice(at + 1).join('')));
}

type Key = readonly [value: string, raw: string];

/** `name` and `phonetic` ask for the same keys of the same name. */
const keysOfNames = new WeakMap<JsonObject, readonly Key[]>();

function indexName(name: JsonObject, key: AddKey): void {
  const known = keysOfNames.get(name);
  if (known !== undefined) {
    for (const [value, raw] of known) key(value, raw);
    return;
  }
  const keys: Key[] = [];
  eachNameKey(name, (value, raw) => {
    keys.push([value, raw]);
    key(value, raw);
  });
  keysOfNames.set(name, keys);
}

/** Key by key, so that whoever has had enough of them can stop it. */
function eachNameKey(name: JsonObject, key: AddKey): void {
  const [family = ''] = texts(name, ['family']);
  const given = texts(name, ['given']);
  const stated = new Set<string>();
  for (const part of texts(name, nameParts)) {
    const value = fold(part);
    stated.add(value);
    key(value, part);
  }
  const derive = (value: string) => stated.has(value) || key(value, '');
  for (const part of [family, ...given]) for (const word of laterWords(part)) derive(word);
  for (const part of texts(name, nameParts)) for (const word of afterDots(part)) derive(word);
  for (const reading of readings(texts(name, ['text']), family, given.join(''))) derive(reading);
  if (family !== '' && given.length > 0) {
    const space = hasHan(family) ? '' : ' ';
    derive(fold([family, ...given].join(space)));
    derive(fold([...given, family].join(space)));
  }
}

function readings(whole: readonly string[], family: string, given: string): readonly string[] {
  const surnames = pinyinKeys(family, true);
  const givens = pinyinKeys(given, false);
  // Written in one word or, as passports do, in two.
  const joined = surnames.flatMap((first) => givens.flatMap((second) => [first + second, `${first} ${second}`]));
  return [...surnames, ...givens, ...joined, ...whole.flatMap((text) => pinyinKeys(text, true))];
}

/** The strings of some elements, repeating or not. */
function texts(value: JsonObject, names: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const name of names) {
    const one = value[name];
    if (typeof one === 'string') {
      if (one !== '') found.push(one);
    } else if (Array.isArray(one)) {
      for (const each of one as readonly Json[]) if (typeof each === 'string' && each !== '') found.push(each);
    }
  }
  return found;
}
