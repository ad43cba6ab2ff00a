/**
 * The keys of a person's name: each part as it was sent, the whole, and for Chinese names what is typed on a Latin keyboard. Keys that
 * begin another are left out, because a prefix finds both. Source: R4 search.html#string; 民委发〔2016〕33号 (the dot in names)
 */

import { fold, hasHan, isUnified } from '../model/fold.js';
import type { Json, JsonObject } from '../model/json.js';
import { givenReadings, initials, surnameOf, surnameReadings } from '../model/pinyin.js';
import { remembering } from '../model/recent.js';

/** `raw`: as it was sent; '' for a key that was derived. `within`: also to be found by what stands inside it. */
export interface NameKey {
  readonly value: string;
  readonly raw: string;
  readonly within?: true;
}

/** Longer is no name; it is found as it stands. */
const MAX_READ = 40;
/** Nor is it looked at for what parts it. */
const MAX_PARTED = 500;

/** Of a HumanName. */
export function nameKeys(name: JsonObject): Iterable<NameKey> {
  const text = plainText(name);
  return text === undefined ? eachNameKey(name) : keysOfPlain(text);
}

const REMEMBERED = 20_000;
const MAX_REMEMBERED = 64;
/** Parts the texts of a name that is remembered. */
const PARTING = '\n';

/** The texts of an ordinary name in one: names repeat. undefined: it has others, or long ones. */
function plainText({ text, family, given, prefix, suffix }: JsonObject): string | undefined {
  if (prefix !== undefined || suffix !== undefined) return undefined;
  let joined = `${typeof text === 'string' ? text : ''}${PARTING}${typeof family === 'string' ? family : ''}`;
  let parts = 2;
  if (Array.isArray(given)) {
    if (given.length > 8) return undefined;
    for (const one of given as readonly Json[]) {
      joined += PARTING + (typeof one === 'string' ? one : '');
      parts++;
    }
  }
  if (joined.length > MAX_REMEMBERED || Array.isArray(family) || Array.isArray(text) || typeof given === 'string') return undefined;
  // No text may hold what parts them.
  return joined.split(PARTING).length === parts ? joined : undefined;
}

const keysOfPlain = remembering(REMEMBERED, (joined): readonly NameKey[] => {
  const [text = '', family = '', ...given] = joined.split(PARTING);
  return [...eachNameKey({ text, family, given })];
});

/** One after the other, so that whoever has had enough of them can stop. */
function* eachNameKey(name: JsonObject): Generator<NameKey, void> {
  const [family = ''] = texts(name, ['family']);
  const given = texts(name, ['given']);
  const wholes = texts(name, ['text']);
  const han = hasHan(family) || given.some(hasHan);
  // 张 and 三 are asked for as 张三; what is inside a part is inside the whole.
  const joined = han && family !== '' && given.length > 0 ? [family, ...given].join('') : '';
  const whole = joined === '' || wholes.includes(joined) ? [] : [joined];
  const inside = new Set(joined === '' && wholes.length === 0 ? [family, ...given] : [...wholes, ...whole]);
  const stated = [family, ...given, ...wholes, ...whole, ...texts(name, ['prefix', 'suffix'])].filter((part) => part !== '');
  const known = new Set<string>();
  for (const part of stated) {
    const key = keyOf(part, inside.has(part));
    known.add(key.value);
    yield key;
  }
  const latin = han || family === '' || given.length === 0 ? [] : [fold([family, ...given].join(' ')), fold([...given, family].join(' '))];
  const words = (family === '' && given.length === 0 ? wholes : [family, ...given]).flatMap(laterWords);
  yield* longest([...words, ...stated.flatMap(afterDots), ...latin, ...readingKeys(family, given.join(''), wholes)], known);
}

function keyOf(part: string, within: boolean): NameKey {
  return { value: fold(part), raw: part, ...(within ? { within: true } : {}) };
}

/** Without those that begin another, and those that are there already. */
function longest(values: readonly string[], known: ReadonlySet<string>): readonly NameKey[] {
  const all = [...new Set(values)].filter((value) => value !== '' && !known.has(value)).sort();
  return all.filter((value, at) => all[at + 1]?.startsWith(value) !== true).map((value) => ({ value, raw: '' }));
}

function readingKeys(family: string, given: string, wholes: readonly string[]): readonly string[] {
  const whole = clean(family + given);
  const keys = hasHan(whole) ? read(clean(family), clean(given)) : [];
  const others = wholes.map(clean).filter((text) => text !== whole && hasHan(text));
  return [...keys, ...others.flatMap(readWhole)];
}

function readWhole(name: string): readonly string[] {
  const surname = surnameOf(name);
  return read(surname, name.slice(surname.length)).concat(surname === '' ? [] : [fold(name.slice(surname.length))]);
}

/** In one word, its beginning, the given name alone. */
function read(surname: string, given: string): readonly string[] {
  if (surname.length + given.length > MAX_READ) return [];
  const surnames = surname === '' ? [[]] : surnameReadings(surname);
  const givens = givenReadings(given);
  const readings = surnames.flatMap((first) => givens.map((rest) => [...first, ...rest]));
  return [...readings.map((one) => one.join('')), ...readings.map(initials), ...givens.map((one) => one.join(''))];
}

/** Of a `family` or a `given` by itself. */
export function partKeys(part: string, family: boolean): readonly NameKey[] {
  if (part.length > MAX_REMEMBERED) return readPartKeys(part, family);
  return family ? familyKeys(part) : givenKeys(part);
}

const familyKeys = remembering(REMEMBERED, (family) => readPartKeys(family, true));
const givenKeys = remembering(REMEMBERED, (given) => readPartKeys(given, false));

function readPartKeys(part: string, family: boolean): readonly NameKey[] {
  const own = keyOf(part, hasHan(part));
  const text = clean(part);
  const sounds = soundsOfPart(family ? surnameReadings : givenReadings, text);
  return [own, ...longest([...laterWords(part), ...afterDots(part), ...sounds], new Set([own.value]))];
}

/** Names are sorted syllable by syllable, the surname by its own reading, and then by their characters. */
export function nameSortKey(family: string, given: string): string {
  if (family.length + given.length > MAX_REMEMBERED || family.includes(PARTING)) return readSortKey(family, given);
  return family === '' ? sortKeyOfGiven(given) : given === '' ? sortKeyOfFamily(family) : sortKeyOfBoth(`${family}${PARTING}${given}`);
}

const sortKeyOfGiven = remembering(REMEMBERED, (given) => readSortKey('', given));
const sortKeyOfFamily = remembering(REMEMBERED, (family) => readSortKey(family, ''));
const sortKeyOfBoth = remembering(REMEMBERED, (both) => {
  const end = both.indexOf(PARTING);
  return readSortKey(both.slice(0, end), both.slice(end + 1));
});

function readSortKey(family: string, given: string): string {
  const whole = hasHan(family + given) ? family + given : [family, given].filter((part) => part !== '').join(' ');
  const text = clean(whole);
  if (!hasHan(text) || text.length > MAX_READ) return fold(whole);
  const surname = family === '' ? surnameOf(text) : clean(family);
  const [first = []] = surname === '' ? [] : surnameReadings(surname);
  const [rest = []] = givenReadings(text.slice(surname.length));
  // 张三 before 张三丰: a space comes before what joins.
  return `${[...first, ...rest].join('-')} ${fold(whole)}`;
}

/** What is no name of a person is sorted by its plain reading. */
export function textSortKey(text: string): string {
  const read = clean(text);
  if (!hasHan(read) || read.length > MAX_READ) return fold(text);
  return `${(givenReadings(read)[0] ?? []).join('-')} ${fold(text)}`;
}

/** Only what is read. */
function clean(text: string): string {
  if (text.length > MAX_PARTED) return '';
  return isUnified(text) ? text : text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');
}

/** Source: R4 search.html#string: "searching either Carreno or Quinones should match a family name of Carreno Quinones". */
function laterWords(text: string): readonly string[] {
  const key = isUnified(text) ? '' : fold(text);
  if (!key.includes(' ')) return [];
  const words = key.split(' ');
  return words.slice(1).map((_, at) => words.slice(at + 1).join(' '));
}

/** 买买提·艾力 is also looked for as 艾力, aili and al; the dot itself is no part of a key. */
function afterDots(text: string): readonly string[] {
  if (text.length > MAX_PARTED || isUnified(text)) return [];
  const parts = text.split(/[·•‧∙⋅・･．●᛫·]/u);
  return parts.slice(1).flatMap((_, at) => {
    const rest = parts.slice(at + 1).join('');
    return [fold(rest), ...soundsOfPart(givenReadings, clean(rest))];
  });
}

/** In one word, and its initials. */
function soundsOfPart(readings: (text: string) => readonly (readonly string[])[], text: string): readonly string[] {
  if (!hasHan(text) || text.length > MAX_READ) return [];
  return readings(text).flatMap((one) => [one.join(''), initials(one)]);
}

/** The strings of some elements, repeating or not. */
export function texts(value: JsonObject, names: readonly string[]): readonly string[] {
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
