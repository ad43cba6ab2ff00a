/**
 * The parts of one composite value as keys of entries: what is compared by equality is joined into one text (`code$code`), in every
 * form in which it may be asked for; one number, date, quantity or text besides keeps its own comparison under that text.
 * Source: R4 search.html#composite
 */
import type { IndexEntry, Match, Predicate, RangeTest } from '../store/port.js';
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

/** The entries of one instance, all of whose parts are there. */
export function* compositeEntries(param: string, parts: readonly Part[]): Generator<IndexEntry, void> {
  const keys = joined(parts.flatMap((part) => (part.kind === 'forms' ? [part.forms] : [])));
  const texts = parts.flatMap((part) => (part.kind === 'texts' ? part.texts : []));
  const ranges = parts.flatMap((part) => (part.kind === 'ranges' ? [part.ranges] : []));
  const [first, second] = ranges;
  for (const key of keys) {
    if (first === undefined && texts.length === 0) yield { kind: 'token', param, code: key };
    for (const { value, raw } of texts) yield { kind: 'string', param, value: `${key}$${value}`, raw: raw === '' ? '' : `${key}$${raw}` };
    if (second !== undefined) yield* stretches(param, key, first ?? [], second);
    else for (const { low, high, key: own } of first ?? []) yield { kind: 'range', param, key: under(key, own), low, high };
  }
}

function under(key: string, own: string | undefined): string {
  return own === undefined ? key : `${key}$${own}`;
}

type Range = Extract<Part, { kind: 'ranges' }>['ranges'][number];

/** Two points become the ends of one range; an end before its start is none. */
function* stretches(param: string, key: string, starts: readonly Range[], ends: readonly Range[]): Generator<IndexEntry, void> {
  for (const { low } of starts.filter(isPoint)) {
    for (const { high } of ends.filter(isPoint)) if (low < high) yield { kind: 'range', param, key, low, high };
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
