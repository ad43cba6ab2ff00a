/**
 * A predicate as a formula that people read: what a search asks of the entries. Words stand in the language asked for, names and
 * values as the store has them. Source: R4 search.html#prefix, #combining, #chaining, #has
 */
import type { Language } from '../model/message.js';
import type { Match, Predicate, RangeTest, Where } from '../store/port.js';

export interface Reading {
  readonly language: Language;
  /** Whether ranges of the parameter are moments in time. */
  isTime(type: string, param: string): boolean;
}

const words = {
  en: {
    and: 'and',
    or: 'or',
    not: 'not',
    everything: 'everything',
    nothing: 'nothing',
    present: 'is present',
    begins: 'begins with',
    exactly: 'is exactly',
    contains: 'contains',
    under: 'is at or under',
    within: 'within',
    of: 'of',
    inside: 'belongs to',
    leads: 'leads to',
    referred: 'is referred to by',
    none: 'no system',
  },
  zh: {
    and: '且',
    or: '或',
    not: '非',
    everything: '全部',
    nothing: '无',
    present: '存在',
    begins: '开头为',
    exactly: '恰为',
    contains: '包含',
    under: '等于或位于其下',
    within: '相距不超过',
    of: '自',
    inside: '属于',
    leads: '指向',
    referred: '被引用自',
    none: '无系统',
  },
} as const;

/** Kilometres; of the sphere of the same volume. */
const EARTH_RADIUS = 6371;

export function predicateText(type: string, predicate: Predicate, reading: Reading): string {
  const word = words[reading.language];
  switch (predicate.kind) {
    case 'all':
      return predicate.of.length === 0 ? word.everything : joined(type, predicate.of, word.and, reading);
    case 'any':
      return predicate.of.length === 0 ? word.nothing : joined(type, predicate.of, word.or, reading);
    case 'not':
      return `${word.not} (${predicateText(type, predicate.of, reading)})`;
    case 'id':
      return `_id = ${either(predicate.ids, reading)}`;
    case 'present':
      return `${predicate.param} ${word.present}`;
    case 'match':
      return `${predicate.param} ${matchText(predicate.match, reading.isTime(type, predicate.param), reading)}`;
    case 'updated':
      return `_lastUpdated ${tests(predicate.values, true, reading)}`;
    case 'compartment':
      return `${word.inside} ${predicate.name}`;
    case 'chain':
      return `${predicate.param} ${word.leads} ${whereText(predicate.where, reading)}`;
    case 'reverse':
      return `${word.referred} ${predicate.param} ${word.of} ${whereText(predicate.where, reading)}`;
  }
}

function joined(type: string, predicates: readonly Predicate[], word: string, reading: Reading): string {
  const parts = predicates.map((one) => {
    const text = predicateText(type, one, reading);
    return (one.kind === 'all' || one.kind === 'any') && one.of.length > 1 ? `(${text})` : text;
  });
  return parts.join(` ${word} `);
}

function whereText(where: Where, reading: Reading): string {
  return either(
    where.map(({ type, predicate }) => `${type} (${predicateText(type, predicate, reading)})`),
    reading,
  );
}

function either(texts: readonly string[], { language }: Reading): string {
  return texts.length === 0 ? words[language].nothing : texts.join(` ${words[language].or} `);
}

function matchText(match: Match, isTime: boolean, reading: Reading): string {
  const word = words[reading.language];
  const quoted = (values: readonly string[]) =>
    either(
      values.map((value) => JSON.stringify(value)),
      reading,
    );
  switch (match.kind) {
    case 'token':
      return `= ${either(match.values.map(tokenText(word.none)), reading)}`;
    case 'reference':
      return `= ${either(match.targets, reading)}`;
    case 'string':
      return `${{ prefix: word.begins, exact: word.exactly, equal: '=', contains: word.contains }[match.how]} ${quoted(match.values)}`;
    case 'uri':
      return `${match.how === 'below' ? word.under : '='} ${either(match.values, reading)}`;
    case 'range':
      return `${match.key === undefined ? '' : `[${match.key}] `}${tests(match.values, isTime, reading)}`;
    case 'point':
      return either(
        match.values.map(({ x, y, z, chord }) => {
          const degrees = (radians: number) => ((radians * 180) / Math.PI).toFixed(4);
          const place = `${degrees(Math.asin(z))}|${degrees(Math.atan2(y, x))}`;
          return `${word.within} ${(2 * EARTH_RADIUS * Math.asin(Math.min(1, chord / 2))).toFixed(3)} km ${word.of} ${place}`;
        }),
        reading,
      );
  }
}

const tokenText =
  (none: string) =>
  ({ system, code }: { readonly system?: string | null; readonly code?: string }): string => {
    if (system === undefined) return code ?? '';
    return system === null ? `${code ?? ''} (${none})` : `${system}|${code ?? ''}`;
  };

const bounds = [
  ['lowFrom', 'low ≥'],
  ['lowBefore', 'low <'],
  ['highAfter', 'high >'],
  ['highTo', 'high ≤'],
] as const;

function tests(values: readonly RangeTest[], isTime: boolean, reading: Reading): string {
  const shown = (value: number) => (isTime ? momentText(value) : String(value));
  const texts = values.map((test) =>
    bounds.flatMap(([bound, sign]) => (test[bound] === undefined ? [] : [`${sign} ${shown(test[bound])}`])).join(', '),
  );
  return either(
    texts.map((text) => (text === '' ? words[reading.language].present : `{${text}}`)),
    reading,
  );
}

/** Where JavaScript has a date for it. */
function momentText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}
