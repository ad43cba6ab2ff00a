/**
 * Regular expressions that come as data: compiled once, refused where a text could make them run for ever.
 * Source: FHIRPath N1 #matchesregex--string--boolean
 */

import { message } from '../model/message.js';
import { MAX_TEXT, type Run, spend, tooLong } from './evaluation.js';
import { FhirPathError } from './expression.js';
import { parseRegex } from './regex-parser.js';
import { type WorstCase, worstCase } from './regex-safety.js';

interface Pattern {
  readonly search: RegExp;
  readonly whole: RegExp;
  readonly all: RegExp;
  readonly worst: WorstCase;
}

const MAX_PATTERN = 2_000;
const MAX_CACHED = 1_000;
const cache = new Map<string, Pattern>();

/** A match anywhere in the text; `.` matches line ends too. */
export function matches(text: string, pattern: string, run?: Run): boolean {
  return compiled(pattern, text, run).search.test(text);
}

/** Characters times passes over them that need not be counted. */
const FREE = 100_000;

/** The same for one pattern, looked up once; undefined where it may cost so much that it has to be counted. */
export function matcher(pattern: string): (text: string) => boolean | undefined {
  let found: Pattern | undefined;
  return (text) => {
    found ??= compiled(pattern, '');
    const { factor, degree } = found.worst;
    return factor * text.length ** degree > FREE ? undefined : found.search.test(text);
  };
}

export function fullyMatches(text: string, pattern: string, run?: Run): boolean {
  return compiled(pattern, text, run).whole.test(text);
}

/** `$1` and `${name}` in the replacement stand for groups, `$0` for all that matched; an empty pattern changes nothing. */
export function replaceMatches(text: string, pattern: string, replacement: string, run: Run): string {
  if (pattern === '') return text;
  const expand = expansion(replacement);
  let length = text.length;
  return text.replace(compiled(pattern, text, run).all, (...found: readonly unknown[]) => {
    const part = expand(found);
    length += part.length;
    if (length > MAX_TEXT) throw tooLong();
    return part;
  });
}

const groupReference = /\$(?:(\d)|\{(\w+)\}|<(\w+)>|\$)/g;

/** JavaScript's own signs would also take what stands before and behind the match, again and again. */
function expansion(replacement: string): (found: readonly unknown[]) => string {
  if (!replacement.includes('$')) return () => replacement;
  return (found) => {
    const last = found.at(-1);
    const names = typeof last === 'object' && last !== null ? (last as Record<string, unknown>) : {};
    const count = found.findIndex((one) => typeof one === 'number');
    return replacement.replace(groupReference, (sign, digit?: string, braced?: string, angled?: string) => {
      const name = braced ?? angled;
      if (digit !== undefined) return Number(digit) < count ? String(found[Number(digit)] ?? '') : sign;
      if (name === undefined) return '$';
      return Object.hasOwn(names, name) ? String(names[name] ?? '') : sign;
    });
  };
}

/** Throws FhirPathError for a pattern that is never run. */
export function judgePattern(pattern: string): void {
  compiled(pattern, '');
}

function compiled(pattern: string, text: string, run?: Run): Pattern {
  let found = cache.get(pattern);
  if (found === undefined) {
    found = compile(pattern);
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(pattern, found);
  }
  const { longest, degree, factor } = found.worst;
  if (text.length > longest) {
    throw new FhirPathError(
      message(
        'fhirpath-regex-text',
        `The text has ${text.length} characters; the regular expression is only run on up to ${longest}`,
        `文本有 ${text.length} 个字符；该正则表达式只对不超过 ${longest} 个字符的文本执行`,
      ),
    );
  }
  if (run !== undefined) spend(run, Math.ceil((factor * text.length ** degree) / 64));
  return found;
}

function compile(pattern: string): Pattern {
  if (pattern.length > MAX_PATTERN)
    throw new FhirPathError(
      message('fhirpath-regex-length', `A regular expression may have ${MAX_PATTERN} characters`, `正则表达式最长 ${MAX_PATTERN} 个字符`),
    );
  // Some of R4's invariants (eld-16, eld-19) escape characters that the Unicode mode does not allow to be escaped.
  const flags = ['su', 's'].find((candidate) => isValid(pattern, candidate));
  if (flags === undefined)
    throw new FhirPathError(message('fhirpath-regex', `"${pattern}" is not a regular expression`, `“${pattern}”不是正则表达式`));
  const worst = worstCase(parseRegex(pattern, flags));
  return {
    search: new RegExp(pattern, flags),
    whole: new RegExp(`^(?:${pattern})$`, flags),
    all: new RegExp(pattern, `${flags}g`),
    worst,
  };
}

function isValid(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
