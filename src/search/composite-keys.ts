/**
 * The parts of one composite value as keys of entries: what is compared by equality is joined into one text (`code$code`), in every
 * form in which it may be asked for; one number, date, quantity or text besides keeps its own comparison under that text.
 * Source: R4 search.html#composite
 */
import type { IndexEntry, Match, Predicate, RangeTest } from '../store/port.js';
import { addRange, addString, addToken, type EntryList } from './entry-list.js';
import { nextUp } from './types/range.js';

/** One part, taken apart: what it equals, in each of its forms, or what it is compared with. */
export type Part =
  | { readonly kind: 'forms'; readonly forms: readonly string[] }
  | { readonly kind: 'texts'; readonly texts: readonly { readonly value: string; readonly raw: string }[] }
  | { readonly kind: 'ranges'; readonly ranges: readonly { readonly key?: string; readonly low: number; readonly high: number }[] };

/** The same of a search value. */
export type AskedPart =
  | { readonly kind: 'forms'; readonly forms: readonly string[] }
  | { readonly kind: 'texts'; readonly prefixes: readonly string[] }
  | { readonly kind: 'ranges'; readonly ranges: readonly { readonly key?: string; readonly tests: readonly RangeTest[] }[] };

const joining = /[\\|$]/;

/** What stands for itself in a key must not be taken for what joins it. */
function plain(text: string): string {
  return joining.test(text) ? text.replace(/[\\|$]/g, '\\$&') : text;
}

/** The entries that one part leaves by itself, as a part; undefined where it leaves none. */
export function partOf(entries: readonly IndexEntry[]): Part | undefined {
  const [first] = entries;
  if (first?.kind === 'string') return { kind: 'texts', texts: entries.filter((entry) => entry.kind === 'string') };
  if (first?.kind === 'range') return { kind: 'ranges', ranges: entries.filter((entry) => entry.kind === 'range') };
  const forms = new Set<string>();
  for (const entry of entries) for (const form of formsOf(entry)) forms.add(form);
  return forms.size === 0 ? undefined : { kind: 'forms', forms: [...forms] };
}

/** `code`, `system|code`, `|code` and `system|` are four ways to ask for a token. */
function formsOf(entry: IndexEntry): readonly string[] {
  switch (entry.kind) {
    case 'token': {
      const { system, code } = entry;
      if (system === undefined) return code === '' ? [] : [plain(code), `|${plain(code)}`];
      return [...(code === '' ? [] : [plain(code), `${plain(system)}|${plain(code)}`]), `${plain(system)}|`];
    }
    case 'reference':
      return entry.target === '' ? [] : [plain(entry.target)];
    case 'uri':
      return [plain(entry.value)];
    default:
      return [];
  }
}

/** What a search value asks of one part; undefined where it is no comparison of values. */
export function askedPartOf(predicate: Predicate): AskedPart | undefined {
  const matches = matchesIn(predicate);
  const [first] = matches ?? [];
  if (matches === undefined || first === undefined) return undefined;
  if (first.kind === 'range') {
    return { kind: 'ranges', ranges: matches.flatMap((one) => (one.kind === 'range' ? [{ key: one.key, tests: one.values }] : [])) };
  }
  if (first.kind === 'string') return { kind: 'texts', prefixes: matches.flatMap((one) => (one.kind === 'string' ? one.values : [])) };
  return { kind: 'forms', forms: [...new Set(matches.flatMap(askedForms))] };
}

function matchesIn(predicate: Predicate): readonly Match[] | undefined {
  if (predicate.kind === 'match') return [predicate.match];
  if (predicate.kind !== 'any') return undefined;
  const found = predicate.of.map(matchesIn);
  return found.every((one) => one !== undefined) ? found.flat() : undefined;
}

function askedForms(match: Match): readonly string[] {
  switch (match.kind) {
    case 'token':
      return match.values.map(({ system, code }) => {
        const own = code === undefined ? '' : plain(code);
        return system === undefined ? own : `${system === null ? '' : plain(system)}|${own}`;
      });
    case 'reference':
      return match.targets.map(plain);
    case 'uri':
      return match.values.map(plain);
    default:
      return [];
  }
}

/** Adds the entries of one instance, all of whose parts are there. */
export function addComposite(list: EntryList, param: string, parts: readonly Part[]): void {
  const keys = keysOf(parts);
  // What one instance leaves is not twice the same: it is compared with what the others have left.
  const others = list.entries.length;
  let first: readonly Range[] | undefined;
  let second: readonly Range[] | undefined;
  let hasTexts = false;
  for (const part of parts) {
    if (part.kind === 'texts') hasTexts = true;
    else if (part.kind === 'ranges' && first === undefined) first = part.ranges;
    else if (part.kind === 'ranges') second = part.ranges;
  }
  for (const key of keys) {
    if (first === undefined && !hasTexts) addToken(list, param, undefined, key);
    if (hasTexts) addTexts(list, param, key, parts);
    if (second !== undefined) addStretches(list, param, key, first ?? [], second);
    else if (first !== undefined) for (const one of first) addRange(list, param, under(key, one.key), one.low, one.high, others);
  }
}

/** Nearly always one part alone is compared by equality. */
function keysOf(parts: readonly Part[]): Iterable<string> {
  const [one, ...more] = parts.filter((part) => part.kind === 'forms');
  return one !== undefined && more.length === 0
    ? one.forms
    : joined([...(one === undefined ? [] : [one]), ...more].map(({ forms }) => forms));
}

function addTexts(list: EntryList, param: string, key: string, parts: readonly Part[]): void {
  for (const part of parts) {
    if (part.kind !== 'texts') continue;
    for (const { value, raw } of part.texts) {
      addString(list, { kind: 'string', param, value: `${key}$${value}`, raw: raw === '' ? '' : `${key}$${raw}` });
    }
  }
}

function under(key: string, own: string | undefined): string {
  return own === undefined ? key : `${key}$${own}`;
}

type Range = Extract<Part, { kind: 'ranges' }>['ranges'][number];

/** Two points become the ends of one range; an end before its start is none. */
function addStretches(list: EntryList, param: string, key: string, starts: readonly Range[], ends: readonly Range[]): void {
  for (const start of starts.filter(isPoint)) {
    for (const end of ends.filter(isPoint)) if (start.low < end.high) addRange(list, param, key, start.low, end.high);
  }
}

function isPoint({ low, high }: Range): boolean {
  return high === nextUp(low);
}

/** What one search value asks of the entries. */
export function compositeMatch(param: string, parts: readonly AskedPart[]): Predicate {
  const keys = [...joined(parts.flatMap((part) => (part.kind === 'forms' ? [part.forms] : [])))];
  const prefixes = parts.flatMap((part) => (part.kind === 'texts' ? part.prefixes : []));
  const [first, second] = parts.flatMap((part) => (part.kind === 'ranges' ? [part.ranges] : []));
  if (prefixes.length > 0) {
    const values = keys.flatMap((key) => prefixes.map((prefix) => `${key}$${prefix}`));
    return { kind: 'match', param, match: { kind: 'string', how: 'prefix', values } };
  }
  if (first === undefined) return { kind: 'match', param, match: { kind: 'token', values: keys.map((code) => ({ code })) } };
  const of = keys.flatMap((key) =>
    first.map(({ key: own, tests }): Predicate => {
      const values =
        second === undefined ? tests : tests.flatMap((start) => second.flatMap((end) => end.tests.map((one) => bothEnds(start, one))));
      return { kind: 'match', param, match: { kind: 'range', key: under(key, own), values } };
    }),
  );
  return { kind: 'any', of };
}

/** [s, nextUp(s)) is above what it begins at or after, and below what it ends at or before. */
function bothEnds(start: RangeTest, end: RangeTest): RangeTest {
  return {
    lowFrom: Math.max(start.lowFrom ?? Number.NEGATIVE_INFINITY, start.highAfter ?? Number.NEGATIVE_INFINITY),
    lowBefore: Math.min(start.lowBefore ?? Number.POSITIVE_INFINITY, start.highTo ?? Number.POSITIVE_INFINITY),
    highAfter: Math.max(end.lowFrom ?? Number.NEGATIVE_INFINITY, end.highAfter ?? Number.NEGATIVE_INFINITY),
    highTo: Math.min(end.lowBefore ?? Number.POSITIVE_INFINITY, end.highTo ?? Number.POSITIVE_INFINITY),
  };
}

/** Every choice of one text out of each list, `a$b`; one after the other, because there may be very many. */
function* joined([list, ...rest]: readonly (readonly string[])[], before = ''): Generator<string, void> {
  if (list === undefined) return yield before;
  for (const text of list) yield* joined(rest, before === '' ? text : `${before}$${text}`);
}
