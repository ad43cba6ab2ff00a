/** Expressions are data: whatever they say, they run in bounded time and space and run nothing else. */
import { describe, expect, test } from '@jest/globals';
import { compileExpression } from '../../src/fhirpath/compile.js';
import { FhirPathError } from '../../src/fhirpath/expression.js';
import { resourceItem } from '../../src/fhirpath/items.js';
import type { Resource } from '../../src/model/resource.js';
import { definitions } from '../built-definitions.js';
import { resource, values } from './evaluate.js';
import { randomExpression, randomFrom } from './random-expression.js';

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

const items = Array.from({ length: 60 }, (_, i) => i + 1).join('|');
const nested = (inner: string) => `(${items}).select(`.repeat(4) + inner + ')'.repeat(4);

describe('growth', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['collections that double', `(${items}).aggregate($total.combine($total), 1)`],
    ['strings that double', `(${items}).aggregate($total + $total, 'ab')`],
    ['strings that double by &', `(${items}).aggregate($total & $total, 'ab')`],
    ['strings that double in a branch', `(${items}).aggregate(iif(true, $total.upper() + $total), 'ab')`],
    ['repetition without end', '1.repeat($this + 1)'],
    ['repetition of longer and longer strings', "'a'.repeat($this + 'a')"],
    ['nested iteration', nested('1')],
    ['replacement', `(${items}).aggregate($total.replace('', 'abcdefgh'), 'ab')`],
    ['replacement by the match itself', `(${items}).aggregate($total.replaceMatches('^.+$', '$0$0'), 'ab')`],
    ['encoding', `(${items}).aggregate($total.encode('hex'), 'a')`],
    ['escaping', `(${items}).aggregate($total.escape('json'), '\\\\')`],
    ['joining', `(${items}).aggregate(($total.toChars().join('--------')), 'ab')`],
  ];
  test.each(cases)('%s ends with an error', (_, text) => {
    expect(() => values(text)).toThrow(FhirPathError);
  });

  test('numbers that square themselves overflow to empty', () => {
    expect(values(`(${items}).aggregate($total * $total, 1234567.5)`)).toEqual([]);
    expect(values('2.power(1000000) | 2.5.power(100000)')).toEqual([]);
    expect(values('@2024-01-01 + 999999999 years')).toEqual([]);
    expect(values('@2024-01-01T00:00:00Z + 99999999999999999999999.0 seconds')).toEqual([]);
    expect(() => values(`${'9'.repeat(5000)}.5`)).toThrow('too many digits');
    expect(() => values('2.5.round(1.5)')).toThrow('takes 0 to 28 digits');
  });
});

describe('work', () => {
  const name = Array.from({ length: 20_000 }, (_, i) => ({ family: `f${i}`, given: ['g', `h${i}`] }));
  const large = { resourceType: 'Patient', language: 'a'.repeat(1_000_000), name } as unknown as Resource;
  const twins = {
    resourceType: 'Bundle',
    entry: [1, 2].map(() => ({ resource: { resourceType: 'Patient', name: structuredClone(name) } })),
  };
  const cases: readonly (readonly [string, Resource])[] = [
    ["name.where(%resource.name.where(family = 'zzz').exists())", large],
    ['name.where($this in %resource.name)', large],
    ['name.family.where($this in %resource.name.family)', large],
    ["defineVariable('v', name).select(name.where(%v.ofType(Period).exists()))", large],
    ["defineVariable('v', name).select(name.where(%v.skip(5).exists()))", large],
    ["defineVariable('v', name).select(name.where(%v.subsetOf(%v)))", large],
    ['descendants() ~ descendants()', large],
    ['descendants().select(%resource.descendants())', large],
    [nested('%resource.language.upper().length()'), large],
    [nested("%resource.language.matches('a+$')"), large],
    [nested("%resource.language = (%resource.language + 'b')"), large],
    [nested('%resource.entry[0].resource.name = %resource.entry[1].resource.name'), twins as unknown as Resource],
    [nested('%resource.entry[0].resource ~ %resource.entry[1].resource'), twins as unknown as Resource],
  ];
  test.each(cases)('%s is more than is allowed', (text, on) => {
    expect(() => values(text, on)).toThrow(/takes more steps than are allowed|only run on up to/);
  });

  test('lists of thousands are equivalent in another order too', () => {
    expect(values('name ~ name.tail().combine(name.first())', large)).toEqual([true]);
    expect(values("name.family ~ name.family.tail().combine('x')", large)).toEqual([false]);
  });

  test.each([
    ['unions', Array.from({ length: 49_000 }, () => '1').join('|'), undefined],
    ['conditions on one text', `${"($this.matches('a') and ".repeat(99)}true${')'.repeat(99)}`, undefined],
    ['open comments', '/*'.repeat(50_000), 'does not end'],
    ['open calls', 'not('.repeat(10_000), 'levels deep'],
    ['operators', `1${'+1'.repeat(49_000)}`, 'levels deep'],
    ['too many characters', ' '.repeat(100_001), 'at most 100000 are read'],
  ])('long expressions of %s are read or refused', (_, text, words) => {
    if (words === undefined) expect(values(text).length).toBeLessThan(2);
    else expect(() => values(text)).toThrow(words);
  });

  test('whatever expressions say, what they throw is a FhirPathError', () => {
    const on = [large, twins as unknown as Resource, resource('{"resourceType":"Observation","valueQuantity":{"value":1.10,"unit":"mg"}}')];
    const next = randomFrom(20_261_126);
    for (let i = 0; i < 600; i++) {
      const text = randomExpression(next, 3 + Math.floor(next() * 3));
      try {
        compileExpression(text, definitions, { strict: i % 2 === 0 }).evaluate([resourceItem(on[i % 3] as Resource)], {});
      } catch (error) {
        if (!(error instanceof FhirPathError)) throw new Error(`${text}: ${String(error)}`, { cause: error });
      }
    }
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
    '(a?){30}a{30}',
    `${'a?'.repeat(25)}a{25}`,
    '(?:(?=a*)a)*b',
    '([\\\\u4e00-\\\\u4e04]|[\\\\u4e02-\\\\u4e06])+x',
    '(\\\\p{Script=Greek}|\\\\p{Lu})+x',
    '(\\\\u{1F600}|[\\\\u{1F5FF}-\\\\u{1F601}])+x',
    '([^a]|b)+c',
    '(\\\\s*,\\\\s*)*x',
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

  test('what a replacement makes of the groups', () => {
    expect(values("'2024-05'.replaceMatches('(?<y>\\\\d+)-(\\\\d+)', '$2/${y} $0 $$ $9 $`')")).toEqual(['05/2024 2024-05 $ $9 $`']);
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
