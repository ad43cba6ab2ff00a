/** Each predicate and each match finds just what it says. Source: src/store/port.ts Predicate, Match; R4 search.html */
import { describe } from '@jest/globals';
import type { Predicate, RangeTest } from '../../../src/store/port.js';
import { finds, given, type Subjects } from './cases.js';
import {
  freshStore,
  inside,
  isText,
  isToken,
  isUri,
  keyed,
  type Open,
  place,
  point,
  range,
  reference,
  refersTo,
  text,
  token,
  uri,
} from './fixture.js';

export function predicates(open: Open): void {
  const subject = freshStore(open);
  describe('tokens, references and URIs', () => equalities(subject));
  describe('strings', () => strings(subject));
  describe('strings by what stands inside them', () => insides(subject));
  describe('ranges', () => ranges(subject));
  describe('ranges about zero', () => tiny(subject));
  describe('ranges with a key', () => keys(subject));
  describe('points', () => points(subject));
}

function equalities(subject: Subjects): void {
  const odd = `100%_'";--\\`;
  given(subject, 'equal', {
    e1: [token('code', 'a', 'urn:s'), reference('link', 'Patient/1'), uri('url', 'http://x.cn/a')],
    e2: [token('code', 'a'), reference('link', 'Patient/10'), uri('url', 'http://x.cn/a/b')],
    e3: [
      token('code', 'a', 'urn:t'),
      token('code', 'a', 'urn:s'),
      reference('link', 'http://x.cn/Patient/1'),
      uri('url', 'http://x.cn/ab'),
    ],
    e4: [token('code', 'A', 'urn:s'), token('code', '', 'urn:only'), uri('url', 'urn:oid:1.2.156')],
    e5: [token('code', odd, odd), reference('link', odd), uri('url', odd)],
    e6: [token('code', '𠮷\u0000b', 'urn:\u0000'), token('code', '𠮷\u0001b', 'urn:\u0001')],
    e7: [token('code', '𠮷\u0000c', 'urn:\u0000'), token('other', 'a', 'urn:s')],
    e8: [token('code', '', ''), uri('url', '')],
  });
  finds(subject, 'equal', [
    ['a code matches in any system and in none, each resource once', isToken('code', 'a'), 'e1 e2 e3'],
    ['a system and code match exactly', isToken('code', 'a', 'urn:s'), 'e1 e3'],
    ['system null matches a code without system only', isToken('code', 'a', null), 'e2'],
    ['a system alone matches any code in it, the empty one included', isToken('code', undefined, 'urn:only'), 'e4'],
    ['a system alone finds each resource once', isToken('code', undefined, 'urn:s'), 'e1 e3 e4'],
    ['system null alone matches what has a code without system', isToken('code', undefined, null), 'e2'],
    ['case matters in a code', isToken('code', 'A'), 'e4'],
    ['the empty code is a code', isToken('code', ''), 'e4 e8'],
    ['the empty system is a system', isToken('code', undefined, ''), 'e8'],
    ['per cent, quotes and backslash are plain characters in a token', isToken('code', odd, odd), 'e5'],
    ['NUL is a character like others in a token', isToken('code', '𠮷\u0000b'), 'e6'],
    ['what stands after a NUL counts', isToken('code', '𠮷\u0000'), ''],
    ['NUL and U+0001 are not the same', isToken('code', '𠮷\u0001b', 'urn:\u0000'), ''],
    ['no values match nothing', { kind: 'match', param: 'code', match: { kind: 'token', values: [] } }, ''],
    [
      'values of a match are alternatives',
      { kind: 'match', param: 'code', match: { kind: 'token', values: [{ code: 'a', system: null }, { code: 'A' }, { system: 'urn:t' }] } },
      'e2 e3 e4',
    ],
    ['an unknown parameter matches nothing', isToken('never-indexed', 'a'), ''],
    ['a reference matches its whole target', refersTo('link', 'Patient/1'), 'e1'],
    ['references are alternatives', refersTo('link', 'Patient/10', 'http://x.cn/Patient/1', 'Patient/none'), 'e2 e3'],
    ['quotes are plain characters in a reference', refersTo('link', odd), 'e5'],
    ['a uri matches whole', isUri('url', 'equal', 'http://x.cn/a'), 'e1'],
    ['a uri below matches by prefix of characters', isUri('url', 'below', 'http://x.cn/a'), 'e1 e2 e3'],
    ['a uri below its slash matches what is under it', isUri('url', 'below', 'http://x.cn/a/'), 'e2'],
    ['per cent and underscore are plain characters below', isUri('url', 'below', '100%_'), 'e5'],
    ['the empty uri is a uri', isUri('url', 'equal', ''), 'e8'],
    ['700 alternatives are as good as one', refersTo('link', ...Array.from({ length: 700 }, (_, i) => `Patient/${i}`)), 'e1 e2'],
  ]);
}

function strings(subject: Subjects): void {
  const last = '\u{10ffff}';
  given(subject, 'string', {
    s1: [text('name', 'wang', 'Wang'), text('name', '王', '王'), text('name', 'wangwei', '')],
    s2: [text('name', '王小明', '王小明'), text('name', '王大明', '王大明')],
    s3: [text('name', 'wan', 'WAN'), text('other', 'wang', 'Wang')],
    s4: [text('name', '𠮷田', '𠮷田'), text('name', '\u{ffff}z', '\u{ffff}z')],
    s5: [text('name', `王${last}${last}x`, `王${last}`)],
    s6: [text('name', "o'brien_50%", "O'Brien_50%"), text('name', 'a\u0000b', 'a\u0000B')],
    s7: [text('name', '', '')],
    s8: [text('name', 'a\u0001', 'a\u0001'), text('name', '玉', '玉')],
  });
  finds(subject, 'string', [
    ['a prefix finds the value itself and what begins with it, each resource once', isText('name', 'prefix', 'wang'), 's1'],
    ['a shorter prefix finds more', isText('name', 'prefix', 'wan'), 's1 s3'],
    ['a prefix of one Chinese character', isText('name', 'prefix', '王'), 's1 s2 s5'],
    ['a prefix is of the folded value, not of what was sent', isText('name', 'prefix', 'Wang'), ''],
    ['a prefix of 4-byte characters', isText('name', 'prefix', '𠮷'), 's4'],
    ['a prefix reaches values that go on with the last character there is', isText('name', 'prefix', `王${last}`), 's5'],
    ['characters near the surrogates are ordinary', isText('name', 'prefix', '\u{ffff}'), 's4'],
    ['per cent and underscore in a prefix are plain characters', isText('name', 'prefix', 'o_'), ''],
    ['quotes in a prefix are plain characters', isText('name', 'prefix', "o'b"), 's6'],
    ['a prefix that ends in NUL', isText('name', 'prefix', 'a\u0000'), 's6'],
    ['the empty prefix finds all that have a value', isText('name', 'prefix', ''), 's1 s2 s3 s4 s5 s6 s7 s8'],
    ['exact is what was sent, case included', isText('name', 'exact', 'Wang'), 's1'],
    ['exact does not match the folded value', isText('name', 'exact', 'wang'), ''],
    ['exact does not match a derived key', isText('name', 'exact', 'wangwei'), ''],
    ['exact does not match the beginning', isText('name', 'exact', '王小'), ''],
    ['exact with a NUL', isText('name', 'exact', 'a\u0000B'), 's6'],
    ['strings are alternatives', isText('name', 'exact', 'WAN', '王大明'), 's2 s3'],
    ['prefixes are alternatives, each resource once', isText('name', 'prefix', '王小', '王大', '玉'), 's2 s8'],
    ['no strings match nothing', isText('name', 'prefix'), ''],
  ]);
}

function insides(subject: Subjects): void {
  const long = `${'长'.repeat(3000)}安街`;
  const contains = (...values: readonly string[]) => isText('name', 'contains', ...values);
  given(subject, 'inside', {
    i1: [inside('name', '欧阳建国'), inside('name', 'ouyangjianguo', '')],
    i2: [inside('name', '王建国'), inside('name', '王'), inside('family', '王')],
    i3: [text('name', '李建'), text('name', 'lijianguo', '')],
    i4: [inside('name', '𠮷田\u{10ffff}建', '𠮷田\u{10ffff}建X')],
    i5: [inside('name', 'north gate road 100%_', 'North Gate Road 100%_'), inside('name', 'anna', 'Anna')],
    i6: [inside('name', 'a\u0000b\u0001c', 'a\u0000b\u0001c')],
    i7: [inside('name', long)],
    i8: [inside('name', '建国门外大街建国路'), text('name', '建国门')],
    ia: [inside('name', '赵子龙'), text('name', '子龙'), text('name', '赵'), text('family', '赵'), text('name', '常山赵子龙')],
    i9: [inside('name', '', ''), text('name', "o'neil", "O'Neil")],
  });
  finds(subject, 'inside', [
    ['an equal one is the whole of what was sent, folded', isText('name', 'equal', '王建国'), 'i2'],
    ['any of several', isText('name', 'equal', '王建国', '建国', '北'), 'i2'],
    ['derived keys equal nothing', isText('name', 'equal', 'ouyangjianguo'), ''],
    ['one character stands anywhere', contains('国'), 'i1 i2 i8'],
    ['at the beginning', contains('王'), 'i2'],
    ['at the end, also where the value is not marked', contains('建'), 'i1 i2 i3 i4 i8'],
    ['two characters', contains('建国'), 'i1 i2 i8'],
    ['three characters', contains('王建国'), 'i2'],
    ['four characters', contains('欧阳建国'), 'i1'],
    ['all pieces must stand together', contains('建国门外建国路'), ''],
    ['a long text that repeats a piece', contains('大街建国路'), 'i8'],
    ['derived keys are never looked into', contains('jian'), ''],
    ['the folded value is looked into, not what was sent', contains('North'), ''],
    ['words in the middle, with blanks', contains('h gate r'), 'i5'],
    ['per cent and underscore are plain characters', contains('%_'), 'i5'],
    ['underscore stands for nothing else', contains('_'), 'i5'],
    ['quotes are plain characters', contains("'n"), 'i9'],
    ['case is as folded', contains("o'N"), ''],
    ['characters of four bytes', contains('𠮷田'), 'i4'],
    ['half a character of four bytes is none', contains('田\u{10ffff}建'), 'i4'],
    ['NUL is a character like others', contains('\u0000'), 'i6'],
    ['NUL beside another', contains('a\u0000b'), 'i6'],
    ['U+0001 is not a part of NUL', contains('\u0001c'), 'i6'],
    ['U+0001 is not NUL', contains('\u0001b'), ''],
    ['U+0002 stands nowhere', contains('\u0002'), ''],
    ['a very long value', contains('长安街'), 'i7'],
    ['strings are alternatives, each resource once', contains('欧', '建国', '长安'), 'i1 i2 i7 i8'],
    ['nothing stands in all that was sent', contains(''), 'i1 i2 i3 i4 i5 i6 i7 i8 ia i9'],
    ['of another parameter', isText('family', 'contains', '王'), 'i2'],
    ['a part of what is marked', contains('子'), 'ia'],
    ['the same under another parameter, where nothing is marked', isText('family', 'contains', '赵'), 'ia'],
    ['what holds a marked value', contains('山赵子龙'), 'ia'],
    ['an unknown parameter', isText('never-indexed', 'contains', '王'), ''],
    ['no strings match nothing', contains(), ''],
    ['a prefix is as good for a marked value', isText('name', 'prefix', 'ouyang'), 'i1'],
    ['a marked value is exact too', isText('name', 'exact', 'Anna'), 'i5'],
    ['not inside', { kind: 'not', of: contains('建') }, 'i5 i6 i7 ia i9'],
    ['beside another condition', { kind: 'all', of: [contains('建国'), isText('name', 'prefix', '王')] }, 'i2'],
    ['one or another', { kind: 'any', of: [contains('gate'), isText('family', 'exact', '王')] }, 'i2 i5'],
  ]);
}

function inRange(...values: readonly RangeTest[]): Predicate {
  return { kind: 'match', param: 'r', match: { kind: 'range', values } };
}

function ranges(subject: Subjects): void {
  const inf = Number.POSITIVE_INFINITY;
  const day = 86_400_000;
  given(subject, 'range', {
    r1: [range('r', 0, 10)],
    r2: [range('r', 10, 20)],
    r3: [range('r', -inf, 5)],
    r4: [range('r', 15, inf)],
    r5: [range('r', -20, -10), range('r', 100, 110)],
    r6: [range('r', 1e300, 2e300), range('other', 0, 10)],
    r7: [range('r', 0.1 + 0.2, 0.30000000000000016)],
    r8: [range('r', -0, 1e-9), range('r', 1500 * day, 1501 * day)],
    r9: [range('r', 2 ** 53, 2 ** 53 + 2)],
  });
  finds(subject, 'range', [
    ['overlap with [5,10) is half-open on both sides', inRange({ lowBefore: 10, highAfter: 5 }), 'r1'],
    ['overlap with [10,15) touches no neighbour', inRange({ lowBefore: 15, highAfter: 10 }), 'r2'],
    ['overlap with a point inside an open low end', inRange({ lowBefore: -99.9, highAfter: -100 }), 'r3'],
    ['overlap with a point inside an open high end', inRange({ lowBefore: 1e200, highAfter: 1e199 }), 'r4'],
    ['within [0,20)', inRange({ lowFrom: 0, highTo: 20 }), 'r1 r2 r7 r8'],
    ['0 and -0 are one number', inRange({ lowFrom: 0, highTo: 1e-8 }), 'r8'],
    ['-0 in a test is 0', inRange({ lowFrom: -0, lowBefore: 1e-8, highTo: 10 }), 'r1 r8'],
    ['starts after', inRange({ lowFrom: 1e299 }), 'r6'],
    ['ends before', inRange({ highTo: -10 }), 'r5'],
    ['ends after', inRange({ highAfter: 2e299 }), 'r4 r6'],
    ['an infinite bound is a bound', inRange({ highAfter: 1e300, highTo: inf }), 'r4 r6'],
    ['an open high end ends nowhere before', inRange({ lowFrom: 15, highTo: Number.MAX_VALUE }), 'r5 r6 r8 r9'],
    ['an open low end starts before all', inRange({ lowBefore: -1e308 }), 'r3'],
    ['a lower bound of -Infinity holds for all', inRange({ lowFrom: -inf, highTo: 5 }), 'r3 r5 r7 r8'],
    ['fractions are compared as they are', inRange({ lowFrom: 0.30000000000000004, highTo: 0.30000000000000016 }), 'r7'],
    ['days are compared as milliseconds', inRange({ lowFrom: 1500 * day, highTo: 1501 * day }), 'r8'],
    ['big whole numbers keep their value', inRange({ lowFrom: 2 ** 53, lowBefore: 2 ** 53 + 2, highTo: 2 ** 53 + 2 }), 'r9'],
    ['all bounds hold in one entry, not across two', inRange({ lowFrom: -20, highTo: 110, lowBefore: -5, highAfter: 50 }), ''],
    [
      'tests are alternatives, each resource once',
      inRange({ highTo: -10 }, { lowFrom: 100, lowBefore: 101 }, { lowFrom: 2 ** 53 - 2 }),
      'r5 r6 r9',
    ],
    ['no bound at all is met by any entry', inRange({}), 'r1 r2 r3 r4 r5 r6 r7 r8 r9'],
    ['no tests match nothing', inRange(), ''],
  ]);
}

/** Zero is a point up to the next number there is, and amounts of a few units of the body are as small as this. */
function tiny(subject: Subjects): void {
  const least = Number.MIN_VALUE;
  given(subject, 'tiny', {
    t0: [range('r', 0, least)],
    t1: [range('r', 1e-300, 2e-300)],
    t2: [range('r', 8.95e-17, 9.05e-17)],
    t3: [range('r', -least, 0)],
  });
  finds(subject, 'tiny', [
    ['zero is not below itself', inRange({ lowBefore: 0 }), 't3'],
    ['zero is up to itself', inRange({ lowBefore: least }), 't0 t3'],
    ['zero is within itself', inRange({ lowFrom: 0, highTo: least }), 't0'],
    ['what begins after zero', inRange({ lowFrom: least }), 't1 t2'],
    ['what ends after zero', inRange({ highAfter: 0 }), 't0 t1 t2'],
    ['what ends after the least there is', inRange({ highAfter: least }), 't1 t2'],
    ['small numbers are as far apart as they are', inRange({ lowFrom: 1e-300, highTo: 1e-299 }), 't1'],
    ['within a small range', inRange({ lowFrom: 8.9e-17, highTo: 9.1e-17 }), 't2'],
    ['overlap with a small range', inRange({ lowBefore: 9.02e-17, highAfter: 9.01e-17 }), 't2'],
    ['one of several', inRange({ lowFrom: 9e-17, highTo: 1 }, { highTo: 0 }), 't3'],
  ]);
}

function keys(subject: Subjects): void {
  const inf = Number.POSITIVE_INFINITY;
  const inKey = (key: string | undefined, ...values: readonly RangeTest[]): Predicate => ({
    kind: 'match',
    param: 'q',
    match: { kind: 'range', ...(key === undefined ? {} : { key }), values },
  });
  given(subject, 'key', {
    k1: [keyed('q', '|mg', 5, 6), range('q', 5, 6)],
    k2: [keyed('q', '|g', 5, 6)],
    k3: [keyed('q', '|mg', 1, 2), keyed('q', '|g', 100, 101)],
    k4: [range('q', 5, 6)],
    k5: [keyed('q', '', 5, 6), keyed('q', '|mg\u0000', 5, 6)],
    k6: [keyed('q', '|mg', -inf, 3), keyed('other', '|mg', 5, 6)],
  });
  finds(subject, 'key', [
    ['a match with a key finds entries with just that key', inKey('|mg', { lowFrom: 5, highTo: 6 }), 'k1'],
    ['another key is another thing', inKey('|g', { lowBefore: 6, highAfter: 5 }), 'k2'],
    ['a match without a key finds entries without', inKey(undefined, { lowFrom: 5, highTo: 6 }), 'k1 k4'],
    ['key and bounds hold in one entry', inKey('|g', { lowFrom: 1, highTo: 2 }), ''],
    ['an open end', inKey('|mg', { lowBefore: 1, highAfter: 0 }), 'k6'],
    ['any value of a key', inKey('|mg', {}), 'k1 k3 k6'],
    ['the empty key is a key', inKey('', {}), 'k5'],
    ['NUL is a part of a key', inKey('|mg\u0000', {}), 'k5'],
    ['a key nobody wrote', inKey('|kg', {}), ''],
    ['tests of a key are alternatives', inKey('|mg', { lowFrom: 5 }, { highTo: 2 }), 'k1 k3'],
    ['what has a key is not present by it', { kind: 'present', param: 'q', entry: 'range' }, 'k1 k4'],
    ['not of a key', { kind: 'not', of: inKey('|mg', {}) }, 'k2 k4 k5'],
  ]);
}

function points(subject: Subjects): void {
  const near = (north: number, east: number, chord: number): Predicate => ({
    kind: 'match',
    param: 'near',
    match: { kind: 'point', values: [{ ...place(north, east), chord }] },
  });
  const kilometre = 1 / 6371;
  given(subject, 'point', {
    p1: [point('near', 39.9042, 116.4074)],
    p2: [point('near', 31.2304, 121.4737)],
    p3: [point('near', 39.9, 116.4), point('other', 31.2304, 121.4737)],
    p4: [point('near', 0, 179.999), point('near', 89.99, 10)],
    p5: [point('near', 0, -179.999)],
    p6: [point('near', 89.99, -170)],
  });
  finds(subject, 'point', [
    ['a point itself at no distance', near(39.9042, 116.4074, 0), 'p1'],
    ['what is within a kilometre', near(39.9042, 116.4074, kilometre), 'p1 p3'],
    ['what is a little farther is not', near(39.9042, 116.4074, 0.5 * kilometre), 'p1'],
    ['within a thousand and a hundred kilometres', near(39.9042, 116.4074, 1100 * kilometre), 'p1 p2 p3'],
    ['over the date line', near(0, 180, kilometre), 'p4 p5'],
    ['over the pole', near(90, 0, 2 * kilometre), 'p4 p6'],
    [
      'of another parameter',
      { kind: 'match', param: 'other', match: { kind: 'point', values: [{ ...place(31.2304, 121.4737), chord: 1e-6 }] } },
      'p3',
    ],
    ['everywhere', near(0, 0, 2), 'p1 p2 p3 p4 p5 p6'],
    ['no points match nothing', { kind: 'match', param: 'near', match: { kind: 'point', values: [] } }, ''],
    [
      'points are alternatives, each resource once',
      {
        kind: 'match',
        param: 'near',
        match: {
          kind: 'point',
          values: [
            { ...place(0, 180), chord: 1e-3 },
            { ...place(90, 0), chord: 1e-3 },
          ],
        },
      },
      'p4 p5 p6',
    ],
    ['a point is present', { kind: 'present', param: 'near', entry: 'point' }, 'p1 p2 p3 p4 p5 p6'],
    ['not near', { kind: 'not', of: near(39.9, 116.4, 10 * kilometre) }, 'p2 p4 p5 p6'],
  ]);
}
