/**
 * Regular expressions that come as data: compiled once, refused where a text could make them run for ever.
 * Source: FHIRPath N1 #matchesregex--string--boolean
 */
import { message } from '../model/message.js';
import { FhirPathError } from './expression.js';
import { parseRegex } from './regex-parser.js';
import { longestSafeText } from './regex-safety.js';

interface Pattern {
  readonly search: RegExp;
  readonly whole: RegExp;
  readonly all: RegExp;
  readonly longest: number;
}

const MAX_PATTERN = 2_000;
const MAX_CACHED = 1_000;
const cache = new Map<string, Pattern>();

/** A match anywhere in the text; `.` matches line ends too. */
export function matches(text: string, pattern: string): boolean {
  return compiled(pattern, text).search.test(text);
}

/** The same for one pattern, looked up once. */
export function matcher(pattern: string): (text: string) => boolean {
  let found: Pattern | undefined;
  return (text) => {
    if (found === undefined || text.length > found.longest) found = compiled(pattern, text);
    return found.search.test(text);
  };
}

export function fullyMatches(text: string, pattern: string): boolean {
  return compiled(pattern, text).whole.test(text);
}

/** `$1` in the replacement stands for the first group; an empty pattern changes nothing. */
export function replaceMatches(text: string, pattern: string, replacement: string): string {
  return pattern === '' ? text : text.replace(compiled(pattern, text).all, replacement);
}

/** Throws FhirPathError for a pattern that is never run. */
export function judgePattern(pattern: string): void {
  compiled(pattern, '');
}

function compiled(pattern: string, text: string): Pattern {
  let found = cache.get(pattern);
  if (found === undefined) {
    found = compile(pattern);
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(pattern, found);
  }
  if (text.length > found.longest) {
    throw new FhirPathError(
      message(
        'fhirpath-regex-text',
        `The text has ${text.length} characters; the regular expression is only run on up to ${found.longest}`,
        `文本有 ${text.length} 个字符；该正则表达式只对不超过 ${found.longest} 个字符的文本执行`,
      ),
    );
  }
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
  const longest = longestSafeText(parseRegex(pattern, flags));
  return {
    search: new RegExp(pattern, flags),
    whole: new RegExp(`^(?:${pattern})$`, flags),
    all: new RegExp(pattern, `${flags}g`),
    longest,
  };
}

function isValid(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
