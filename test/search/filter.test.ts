/** Source: R4 search_filter.html */
import { describe, expect, test } from '@jest/globals';
import { parseFilter } from '../../src/search/filter-syntax.js';
import { faultOf, planOf, predicateOf } from './fixture.js';

const filtered = (type: string, filter: string) => predicateOf(`${type}?_filter=${filter}`);

describe('a test asks what the parameter would', () => {
  test.each([
    ['Patient', 'name sw "pet"', 'name=pet'],
    ['Patient', 'given sw pet', 'given=pet'],
    ['Patient', 'birthdate ge 2014-10-10', 'birthdate=ge2014-10-10'],
    ['Patient', 'birthdate eq "2014-10-10"', 'birthdate=2014-10-10'],
    ['Patient', 'gender eq male', 'gender=male'],
    ['Observation', 'code eq http://loinc.org|1234-5', 'code=http://loinc.org|1234-5'],
    ['Observation', 'code eq loinc|1234-5', 'code=http://loinc.org|1234-5'],
    ['Observation', 'value-quantity gt 5.4||mg', 'value-quantity=gt5.4||mg'],
    ['Observation', 'value-quantity eq 5.4|ucum|mg', 'value-quantity=5.4|http://unitsofmeasure.org|mg'],
    ['RiskAssessment', 'probability ap 0.5', 'probability=ap0.5'],
    ['Patient', 'general-practitioner re Practitioner/1', 'general-practitioner=Practitioner/1'],
    ['ValueSet', 'url eq http://a.cn/x', 'url=http://a.cn/x'],
    ['Patient', 'birthdate pr true', 'birthdate:missing=false'],
    ['Patient', 'birthdate pr false', 'birthdate:missing=true'],
    ['Patient', '_id eq 1', '_id=1'],
    ['Patient', '_lastUpdated sa 2020', '_lastUpdated=sa2020'],
    ['Observation', 'subject:Patient.name sw "x"', 'subject:Patient.name=x'],
    ['Observation', 'patient.organization.name sw x', 'patient.organization.name=x'],
    ['Observation', 'subject.name sw "x"', 'subject.name=x'],
    ['Patient', 'name sw "a,b\\\\|c$"', 'name=a\\,b\\\\\\|c\\$'],
    ['Patient', 'identifier eq a,b', 'identifier=a\\,b'],
    ['Patient', 'gender eq male and birthdate ge 2000', 'gender=male&birthdate=ge2000'],
  ])('%s: %s', (type, filter, same) => {
    expect(filtered(type, filter)).toEqual(predicateOf(`${type}?${same}`));
  });

  test('eq of a text is the whole of it, in whatever letters', () => {
    expect(filtered('Patient', 'given eq "Peter"')).toEqual({
      kind: 'match',
      param: 'given',
      match: { kind: 'string', how: 'equal', values: ['peter'] },
    });
  });

  const [day, next] = [Date.parse('2024-02-28T16:00:00Z'), Date.parse('2024-02-29T16:00:00Z')];
  test('po overlaps with the period of the value, co includes it', () => {
    expect(filtered('Observation', 'date po 2024-02-29')).toMatchObject({ match: { values: [{ lowBefore: next, highAfter: day }] } });
    const within = filtered('Observation', 'date co 2024-02-29');
    const values = within?.kind === 'match' && within.match.kind === 'range' ? within.match.values : [];
    expect(values.map(({ lowBefore = 0 }) => lowBefore > day && lowBefore < day + 1)).toEqual([true]);
    expect(values.map(({ highAfter = 0 }) => highAfter < next && highAfter > next - 1)).toEqual([true]);
    expect(filtered('Patient', '_lastUpdated po 2024-02-29')).toEqual({ kind: 'updated', values: [{ lowBefore: next, highAfter: day }] });
  });

  test('ne of what cannot repeat: there is one, and it is another', () => {
    const male = predicateOf('Patient?gender=male');
    expect(filtered('Patient', 'gender ne male')).toEqual({
      kind: 'all',
      of: [predicateOf('Patient?gender:missing=false'), { kind: 'not', of: male }],
    });
  });

  test('what stands in brackets and what follows hold of the same resource', () => {
    const predicate = {
      kind: 'all',
      of: [predicateOf('Patient?gender=male'), predicateOf('Patient?birthdate=ge2000'), predicateOf('Patient?name=x')],
    };
    expect(filtered('Observation', 'subject:Patient[gender eq male and birthdate ge 2000].name sw "x"')).toEqual({
      kind: 'chain',
      param: 'subject',
      where: [
        { type: 'Patient', predicate },
        { type: '#Patient', predicate },
      ],
    });
  });
});

/** `(a and b) or not c` with names alone. */
const shape = (text: string): string => {
  const of = (filter: ReturnType<typeof parseFilter>): string =>
    filter.kind === 'test'
      ? filter.path.map(({ name, filter: inner }) => name + (inner === undefined ? '' : `[${of(inner)}]`)).join('.')
      : filter.kind === 'not'
        ? `not ${of(filter.of)}`
        : `(${filter.of.map(of).join(` ${filter.kind} `)})`;
  return of(parseFilter(text));
};

describe('the grammar', () => {
  test.each([
    ['a eq 1 and b eq 1 and c eq 1', '(a and b and c)'],
    ['a eq 1 or b eq 1 and c eq 1', '((a or b) and c)'],
    ['a eq 1 or (b eq 1 and c eq 1)', '(a or (b and c))'],
    ['not (a eq 1) and b eq 1', '(not a and b)'],
    ['not(a eq 1 or b eq 1)', 'not (a or b)'],
    ['  (((a eq 1)))  ', 'a'],
    ['a eq "x and b eq 1) or"', 'a'],
    ['a[b eq 1 or c eq "]"].d.e eq 1', 'a[(b or c)].d.e'],
    ['note eq 1 and order eq 2', '(note and order)'],
    ['a EQ 1 AND b eq 2', '(a and b)'],
  ])('%s', (text, expected) => {
    expect(shape(text)).toBe(expected);
  });

  test('a string is written as in JSON', () => {
    expect(parseFilter('a eq "x \\"y\\" \\u5f20"')).toMatchObject({ value: 'x "y" 张' });
  });

  test.each<[string, number | 'end', string]>([
    ['a', 'end', 'an operator'],
    ['a eq', 'end', 'a value'],
    ['a eq ', 'end', 'a value'],
    ['a eq 1 b', 8, '"and", "or"'],
    ['a eq 1 and', 'end', 'a test'],
    ['a eq 1 or ', 'end', 'a test'],
    ['(a eq 1', 'end', '")"'],
    ['a eq 1)', 7, '"and", "or"'],
    ['a[b eq 1] eq 1', 11, 'a point'],
    ['a[b eq 1.c eq 1', 12, '"]"'],
    ['not a eq 1', 10, '"and", "or"'],
    ['a eq "x', 6, 'a value'],
    ['= 1', 1, 'a test'],
    ['('.repeat(50), 22, 'at most 20 parentheses'],
    [`${'a eq 1 and '.repeat(100)}a eq 1`, 1101, 'at most 100 tests'],
  ])('tells where it cannot be read: %s', (text, place, expected) => {
    const fault = faultOf(() => parseFilter(text));
    expect(fault).toMatchObject({ status: 400, code: 'invalid', expression: '_filter' });
    expect(fault?.text).toContain(place === 'end' ? 'at its end: expected' : `at character ${place}, "`);
    expect(fault?.text).toContain(`expected ${expected}`);
  });
});

describe('what cannot be answered is refused by name', () => {
  test.each([
    ['name ew "x"', '"ew"'],
    ['name gt "x"', '"gt"'],
    ['general-practitioner eq Practitioner/1', '"eq"'],
    ['identifier ne x', '"ne"'],
    ['gender po male', '"po"'],
    ['gender like male', '"like"'],
    ['gender constructor male', '"constructor"'],
    ['nonsense eq 1', 'nonsense'],
    ['gender.name eq 1', 'is no reference parameter'],
    ['gender[name sw "x"].code eq 1', 'is no reference parameter'],
    ['gender pr maybe', 'maybe'],
    ['birthdate ge 1990-13', 'The value "1990-13" of the search parameter "birthdate" cannot be read'],
    ['birthdate eq yesterday', 'The value "yesterday" of the search parameter "birthdate" cannot be read'],
  ])('%s', (filter, text) => {
    const fault = faultOf(() => planOf(`Patient?_filter=${filter}`));
    expect(fault?.status).toBe(400);
    expect(fault?.text).toContain(text);
  });
  test('under handling=lenient too: without its filter a search would find far more', () => {
    expect(faultOf(() => planOf('Patient?_filter=nonsense eq 1', { lenient: true }))?.status).toBe(400);
  });
  test('an empty filter asks for nothing', () => {
    expect(predicateOf('Patient?_filter= ')).toEqual({ kind: 'all', of: [] });
  });
});
