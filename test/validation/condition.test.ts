import { describe, expect, test } from '@jest/globals';
import { compileExpression } from '../../src/fhirpath/compile.js';
import { FhirPathError } from '../../src/fhirpath/expression.js';
import { isObject, type Json, type JsonObject } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import { compileCondition } from '../../src/validation/condition.js';
import { definitions } from '../built-definitions.js';

const patient: JsonObject = { resourceType: 'Patient', gender: 'male', birthDate: '1949-12-31' };

/** What FHIRPath's engine says; undefined where it can say nothing. */
function engine(expression: string, type: string, value: Json | undefined, sibling: JsonObject | undefined): boolean | undefined {
  const resource = { type: 'Patient', value: patient };
  try {
    const found = compileExpression(expression, definitions, { type }).evaluate([{ type, value, sibling }], { resource });
    return found.length === 1 && found[0]?.value !== false;
  } catch (error) {
    if (error instanceof FhirPathError) return undefined;
    throw error;
  }
}

function condition(expression: string, type: string, value: Json | undefined, sibling?: JsonObject): boolean | undefined {
  return compileCondition(expression, type, definitions)?.(value, sibling, patient);
}

/** An expression, its type, a value for which it holds for certain, and one for which it does not. */
const cases: readonly [string, string, Json, Json][] = [
  ['name.exists() or telecom.exists()', 'Patient.contact', { name: { text: 'x' } }, { gender: 'male' }],
  ['dataAbsentReason.empty() or value.empty()', 'Observation', { valueString: 'x' }, { valueString: 'x', dataAbsentReason: {} }],
  ['(numerator.empty() xor denominator.exists())', 'Ratio', { numerator: {}, denominator: {} }, { numerator: {} }],
  [
    'code.exists() implies ((system = %ucum) and value.exists())',
    'Quantity',
    { code: 'a', system: 'http://unitsofmeasure.org', value: 1 },
    { code: 'a' },
  ],
  ['period.exists() implies period >= 0', 'Timing.repeat', { period: 1 }, { period: -1 }],
  [
    "status != 'finished' or class.code != 'IMP' or period.end.exists()",
    'Encounter',
    { status: 'finished', class: { code: 'AMB' } },
    { status: 'finished', class: { code: 'IMP' } },
  ],
  ["value.matches('^[0-9]{15}$').not() or use = 'old'", 'Identifier', { value: '12' }, { value: '123456789012345' }],
  [
    "verificationStatus.coding.where(system = 'a' and code = 'b').exists()",
    'Condition',
    { verificationStatus: { coding: [{ system: 'a' }, { system: 'a', code: 'b' }] } },
    { verificationStatus: { coding: [{ system: 'a' }] } },
  ],
  ["entry.all(request.exists() = (%resource.gender = 'female'))", 'Bundle', { entry: [{}, {}] }, { entry: [{ request: {} }] }],
  [
    "extension.where(url = 'u').all(value.code = '1' and %resource.gender = 'male')",
    'Patient',
    { extension: [{ url: 'u', valueCoding: { code: '1' } }, { url: 'v' }] },
    { extension: [{ url: 'u', valueCoding: { code: '2' } }] },
  ],
  [
    "birthDate.exists().not() or identifier.where(value.matches('^[0-9X]*$')).all(value.substring(6,8).startsWith(%resource.birthDate.toString().replace('-','')))",
    'Patient',
    { birthDate: '1949-12-31', identifier: [{ value: '11010519491231002X' }, { value: 'no' }] },
    { birthDate: '1949-12-31', identifier: [{ value: '11010519501231002X' }] },
  ],
  [
    "(substring(0,1).toInteger()*7+substring(1,1).toInteger()*9) mod 11 = iif(substring(2,1)='X',10,substring(2,1).toInteger())",
    'string',
    '131',
    '13X',
  ],
  ["'0123456789ABC'.indexOf($this.substring(0,1)) + 1 = 11", 'string', 'A', 'B'],
  ["substring(0,8).toInteger() <= today().toString().replace('-','').toInteger()", 'string', '19991231', '99991231'],
  ['($this as dateTime).toString().length() >= 8', 'dateTime', '2020-01-01', '2020'],
  ['($this is dateTime) implies ($this.toString().length() >= 8)', 'Period', {}, {}],
];

describe('An invariant as plain code', () => {
  test.each(cases)('%s', (expression, type, good, bad) => {
    if (type !== 'Period') {
      expect([condition(expression, type, good), engine(expression, type, good, undefined)]).toEqual([true, true]);
      expect([condition(expression, type, bad), engine(expression, type, bad, undefined)]).toEqual([false, false]);
    } else expect(condition(expression, type, good)).toBeUndefined();
  });

  const oddities: readonly Json[] = [
    null,
    true,
    0,
    -1,
    1e10,
    '',
    ' ',
    'x',
    '20200101',
    [],
    {},
    [null],
    [[]],
    [{}],
    { extension: [null] },
    { value: '1' },
    { code: 'x' },
  ];

  /** The value with each of its parts replaced, doubled, taken out or moved to `_name`. */
  function variants(value: Json): readonly Json[] {
    if (Array.isArray(value)) {
      const inner = value.flatMap((item: Json, at) => variants(item).map((one) => value.map((other: Json, i) => (i === at ? one : other))));
      return [...inner, ...oddities, [...value, ...value]];
    }
    if (!isObject(value)) return [...oddities, [value], parseJson('1.10')];
    const parts = Object.entries(value).flatMap(([key, part = null]) => {
      const { [key]: _, ...others } = value;
      return [
        others,
        { ...others, [`_${key}`]: { id: 'x' } },
        { ...value, [`_${key}`]: { id: 'x' } },
        { ...value, [key]: [part, part] },
        ...variants(part).map((one) => ({ ...value, [key]: one })),
      ];
    });
    return [...parts, ...oddities];
  }

  test('is certain of nothing that the engine does not find to hold, however odd the data', () => {
    let asked = 0;
    for (const [expression, type, good, bad] of cases) {
      for (const value of [...variants(good), ...variants(bad)]) {
        if (condition(expression, type, value) !== true) continue;
        asked++;
        expect([expression, value, engine(expression, type, value, undefined)]).toEqual([expression, value, true]);
      }
    }
    expect(asked).toBeGreaterThan(100);
  });
  test('leaves what has an id or an extension beside it to the engine', () => {
    expect(condition("matches('x')", 'string', undefined, { id: 'a' })).toBe(false);
    expect(condition("value.matches('^1$')", 'Identifier', { value: '1', _value: { id: 'a' } })).toBe(true);
    expect(condition('value.exists()', 'Identifier', { _value: { id: 'a' } })).toBe(false);
  });
  test('leaves a pattern that could run for ever, and texts too long for it, to the engine', () => {
    expect(condition("matches('(a+)+$')", 'string', 'aaaa')).toBe(false);
  });
});
