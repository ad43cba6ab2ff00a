/** Expressions are data: whatever they say, they run in bounded time and space and run nothing else. */
import { describe, expect, test } from '@jest/globals';
import { compileExpression } from '../../src/fhirpath/compile.js';
import { FhirPathError } from '../../src/fhirpath/expression.js';
import { definitions } from '../built-definitions.js';
import { resource, values } from './evaluate.js';

describe('what does not compile', () => {
  const cases: readonly (readonly [string, string, number | undefined])[] = [
    ['', 'Expected a term', 0],
    ['name.', 'Expected a name', 5],
    ['name given', 'Expected an operator', 5],
    ['(name', 'Expected ")"', 5],
    ["'abc", 'does not end', 0],
    ['2 /* x', 'does not end', 2],
    ['name.frobnicate()', 'no function "frobnicate"', 5],
    ['name.constructor()', 'no function "constructor"', 5],
    ['name.where()', 'takes 1 arguments', 5],
    ['name is Frob', 'no type "Frob"', undefined],
    ['name#', 'Unexpected character "#"', 4],
    ['99999999999', 'range of an Integer', 0],
  ];
  test.each(cases)('%s', (text, words, position) => {
    let caught: unknown;
    try {
      compileExpression(text, definitions);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(FhirPathError);
    expect((caught as FhirPathError).message).toContain(words);
    expect((caught as FhirPathError).position).toBe(position);
    expect((caught as FhirPathError).sentence).toMatchObject({
      id: expect.stringMatching(/^fhirpath-/),
      zh: expect.stringMatching(/[一-龥]/),
    });
  });
});

describe('nesting', () => {
  const deep: readonly (readonly [string, string])[] = [
    ['parentheses', `${'('.repeat(5000)}1${')'.repeat(5000)}`],
    ['signs', `${'-'.repeat(5000)}1`],
    ['operators', `1${' + 1'.repeat(5000)}`],
    ['steps', `name${'.name'.repeat(5000)}`],
    ['calls', `${'iif(true,'.repeat(5000)}1${')'.repeat(5000)}`],
    ['types', `name${' is Patient'.repeat(5000)}`],
  ];
  test.each(deep)('%s beyond 200 levels are refused', (_, text) => {
    expect(() => compileExpression(text, definitions)).toThrow('levels deep');
  });

  test('a union may have as many parts as it likes', () => {
    expect(values(Array.from({ length: 1000 }, (_, i) => i).join(' | '))).toHaveLength(1000);
  });
});

describe('growth', () => {
  const items = Array.from({ length: 60 }, (_, i) => i + 1).join('|');
  const cases: readonly (readonly [string, string])[] = [
    ['collections that double', `(${items}).aggregate($total.combine($total), 1)`],
    ['strings that double', `(${items}).aggregate($total + $total, 'ab')`],
    ['repetition without end', '1.repeat($this + 1)'],
    ['nested iteration', `(${items}).select(${`(${items}).select(`.repeat(4)}1${')'.repeat(4)})`],
    ['replacement', `(${items}).aggregate($total.replace('', 'abcdefgh'), 'ab')`],
  ];
  test.each(cases)('%s ends with an error', (_, text) => {
    expect(() => values(text)).toThrow(FhirPathError);
  });

  test('numbers that square themselves overflow to empty', () => {
    expect(values(`(${items}).aggregate($total * $total, 1234567.5)`)).toEqual([]);
  });
});

describe('regular expressions', () => {
  const text = (length: number) => resource(JSON.stringify({ resourceType: 'Patient', language: 'a'.repeat(length) }));

  test.each([
    '(a+)+$',
    '(a*)*b',
    '(a|a)*b',
    '(a|aa)+$',
    '([a-z]+)*x',
    '(.*)*x',
    '(a?b?)*(a*)*c',
    '((a+)b?)+$',
    '(\\\\w+\\\\s?)*x',
    '(a{1,9}){1,99}x',
  ])('%s is refused: it could run for ever', (pattern) => {
    expect(() => values(`'aaa'.matches('${pattern}')`)).toThrow('could run for ever');
  });

  test.each([
    '^[A-Z]([A-Za-z0-9_]){0,254}$',
    '[^\\\\s\\\\.,:;\\\\\\\'"\\\\/|?!@#$%&*()\\\\[\\\\]{}]{1,64}(\\\\.[^\\\\s\\\\.,:;\\\\\\\'"\\\\/|?!@#$%&*()\\\\[\\\\]{}]{1,64}(\\\\[x\\\\])?(\\\\:[^\\\\s\\\\.]+)?)*',
    '[A-Za-z][A-Za-z0-9]*(\\\\.[a-z][A-Za-z0-9]*(\\\\[x])?)*',
    '^urn:oid:[0-2](\\\\.(0|[1-9][0-9]*))+$',
    '^(\\\\d{3},)*\\\\d{3}$',
    '^[a-zA-Z0-9\\\\/\\\\-_\\\\[\\\\]\\\\@]+$',
  ])('%s is run', (pattern) => {
    expect(values(`'Library'.matches('${pattern}')`)).toHaveLength(1);
  });

  test('loops that follow each other are run on short texts only', () => {
    expect(values("language.matches('a*a*a*b')", text(50))).toEqual([false]);
    expect(() => values("language.matches('a*a*a*b')", text(5000))).toThrow('only run on up to');
    expect(values("language.matches('^a+$')", text(100_000))).toEqual([true]);
  });

  test('back references are refused', () => {
    expect(() => values("'aa'.matches('(a)\\\\1')")).toThrow('Back references');
  });

  test('what the Unicode mode does not allow is read without it', () => {
    expect(values("'a-b'.matches('^[a-z\\\\-_\\\\@]+$')")).toEqual([true]);
    expect(values("'a😀b'.matches('^a.b$')")).toEqual([true]);
    expect(() => values("'a'.matches('(')")).toThrow('not a regular expression');
  });
});

describe('nothing in an expression runs as code', () => {
  const cases: readonly string[] = [
    '%`constructor`',
    'name.`constructor`',
    "'$' + '{globalThis.process}'",
    "'\\u0027); process.exit(1); (\\u0027'",
    "'abc'.replace('b', '$`$&')",
  ];
  test.each(cases)('%s', (text) => {
    const patient = resource('{"resourceType":"Patient"}');
    let found: unknown;
    try {
      found = values(text, patient);
    } catch (error) {
      expect(error).toBeInstanceOf(FhirPathError);
      return;
    }
    expect(JSON.stringify(found)).not.toContain('[object');
    if (text.includes('replace')) expect(found).toEqual(['a$`$&c']);
  });
});
