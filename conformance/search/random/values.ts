/**
 * What the search parameters of the random resources see in them, by plain code over the JSON: no FHIRPath and nothing of the server's.
 * Source: R4, the search parameters of each resource; search.html#table
 */
import { decimalOf } from './decimal.js';
import { folded, initialsOf, isChinese, pinyinOf, sortKey, syllables } from './words.js';

// biome-ignore lint/suspicious/noExplicitAny: resources of every shape are read, as a stranger to their types would
export type Plain = any;

export interface Text {
  readonly kind: 'string';
  /** As they stand. */
  readonly raw: readonly string[];
  /** What a search by the beginning may begin. */
  readonly keys: readonly string[];
  readonly sortedBy: string;
}
export interface Token {
  readonly kind: 'token';
  readonly system?: string;
  readonly code?: string;
  /** What `:text` looks at. */
  readonly texts: readonly string[];
  /** A boolean, of which no system may be said. */
  readonly bare?: boolean;
  /** Of an identifier: system and code of its types. */
  readonly types?: readonly { readonly system?: string; readonly code?: string }[];
}
export interface Span {
  readonly kind: 'date';
  /** Milliseconds UTC, half-open; an open end is infinite. */
  readonly low: number;
  readonly high: number;
}
export interface Amount {
  readonly kind: 'number' | 'quantity';
  readonly value: bigint;
  readonly comparator?: string;
  readonly system?: string;
  readonly code?: string;
  readonly unit?: string;
}
export interface Link {
  readonly kind: 'reference';
  /** `Type/id` of what is here, else a whole URL. */
  readonly target?: string;
  /** Of a contained resource. */
  readonly inside?: Plain;
  readonly identifier?: Token;
}
export interface Address {
  readonly kind: 'uri';
  readonly value: string;
}
export type Value = Text | Token | Span | Amount | Link | Address;

export function list(value: Plain): readonly Plain[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

export function text(raw: string, family = false): Text {
  const key = folded(raw);
  const later = family ? laterWords(key) : [];
  const readings = family ? pinyinOf(raw, '') : [];
  return { kind: 'string', raw: [raw], keys: [key, ...later, ...readings], sortedBy: sortKey(raw) };
}

export function givenText(raw: string): Text {
  const reading = syllables(raw).join('');
  const key = folded(raw);
  return { kind: 'string', raw: [raw], keys: [key, ...laterWords(key), ...(reading === '' ? [] : [reading])], sortedBy: key };
}

/** Source: R4 search.html#string, "searching either Carreno or Quinones should match a family name of Carreno Quinones" */
function laterWords(key: string): readonly string[] {
  const words = key.split(' ');
  return words.slice(1).map((_word, at) => words.slice(at + 1).join(' '));
}

export function humanName(name: Plain): Text {
  const family: string = name.family ?? '';
  const given: readonly string[] = name.given ?? [];
  const parts = [name.text, family, ...given, ...list(name.prefix), ...list(name.suffix)].filter((part): part is string => !!part);
  const space = isChinese(family) ? '' : ' ';
  const keys = parts.map(folded);
  const joined = given.join(isChinese(family) ? '' : ' ');
  const later = [family, ...given].flatMap((part) => laterWords(folded(part)));
  const whole = family !== '' && given.length > 0 ? [folded(family + space + joined), folded(joined + space + family)] : [];
  const reading = pinyinOf(family, joined);
  const sound = syllables(joined).join('');
  const all = [...keys, ...later, ...whole, ...reading, ...(sound === '' ? [] : [sound]), ...initialsOf(family, joined)];
  return { kind: 'string', raw: parts, keys: all, sortedBy: keys[0] ?? '' };
}

export function concept(value: Plain): readonly Token[] {
  const codings = list(value.coding).map(coding);
  const own = value.text === undefined ? [] : [value.text as string];
  if (codings.length === 0) return [{ kind: 'token', texts: own }];
  return codings.map((one) => ({ ...one, texts: [...one.texts, ...own] }));
}

export function coding({ system, code, display }: Plain): Token {
  return { kind: 'token', system, code, texts: display === undefined ? [] : [display] };
}

export function code(value: string | boolean): Token {
  return { kind: 'token', code: String(value), texts: [], bare: typeof value === 'boolean' };
}

export function identifier({ system, value, type }: Plain): Token {
  const types = type === undefined ? [] : list(type.coding).map(coding);
  return { kind: 'token', system, code: value, types, texts: type?.text === undefined ? [] : [type.text] };
}

export function reference(value: Plain, container: Plain): Link {
  const named = value.identifier === undefined ? {} : { identifier: identifier(value.identifier) };
  const written: string | undefined = value.reference;
  if (written?.startsWith('#') === true) {
    return { kind: 'reference', inside: list(container.contained).find(({ id }) => `#${id}` === written), ...named };
  }
  const local = written?.replace('{{base}}/', '').replace(/\/_history\/.*$/, '');
  return { kind: 'reference', ...(local === undefined ? {} : { target: local }), ...named };
}

export function quantity(value: Plain): Amount {
  return { kind: 'quantity', ...value, value: decimalOf(String(value.value)) };
}

const DAY = 86_400_000;
/** The zone of the server in these tests: China, which had no summer time in the years used here. */
const ZONE = '+08:00';

/** The time that a date means, by as much of it as is there. Source: R4 search.html#date */
export function span(date: string): Span {
  const at = (whole: string) => Date.parse(whole);
  if (/^\d{4}$/.test(date))
    return { kind: 'date', low: at(`${date}-01-01T00:00:00${ZONE}`), high: at(`${Number(date) + 1}-01-01T00:00:00${ZONE}`) };
  if (/^\d{4}-\d\d$/.test(date))
    return { kind: 'date', low: at(`${date}-01T00:00:00${ZONE}`), high: at(`${monthAfter(date)}-01T00:00:00${ZONE}`) };
  const day = /^\d{4}-\d\d-\d\d$/.test(date);
  const low = at(day ? `${date}T00:00:00${ZONE}` : date);
  const fraction = /\.\d{3}/.test(date);
  const minute = /T\d\d:\d\d(Z|[+-])/.test(date);
  return { kind: 'date', low, high: low + (day ? DAY : fraction ? 1 : minute ? 60_000 : 1000) };
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

export function period({ start, end }: Plain): Span {
  return { kind: 'date', low: start === undefined ? -Infinity : span(start).low, high: end === undefined ? Infinity : span(end).high };
}
