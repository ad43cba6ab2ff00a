import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../../src/model/json.js';
import { FhirError } from '../../../src/model/outcome.js';
import { type OperationParameters, parameterReader } from '../../../src/operations/terminology/parameters.js';
import { definitions } from '../../built-definitions.js';

const of = (name: string) => `http://hl7.org/fhir/OperationDefinition/${name}`;
const validate = parameterReader(of('ValueSet-validate-code'));
const expand = parameterReader(of('ValueSet-expand'), [{ name: 'property', type: 'string', max: '*' }]);
const translate = parameterReader(of('ConceptMap-translate'));

type Query = readonly (readonly [string, string])[];
const query = (read: typeof validate, ...parameters: Query) => read(definitions, { parameters });
const body = (read: typeof validate, sent: Json, ...parameters: Query) => read(definitions, { parameters, body: sent });
const wrapped = (...parameter: readonly Json[]): Json => ({ resourceType: 'Parameters', parameter });

function refused(read: () => OperationParameters): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof FhirError)) throw error;
    const [issue] = error.issues;
    expect(issue?.message.zh).not.toBe(issue?.message.en);
    return `${error.status} ${issue?.message.id} at ${issue?.expression}`;
  }
  return 'taken';
}

describe('parameters of an operation', () => {
  test('are read alike from the URL and from Parameters (operations.html#request)', () => {
    const inUrl = query(validate, ['url', 'http://x'], ['code', 'a'], ['abstract', 'false'], ['coding', 'http://s|1|b']);
    const inBody = body(
      validate,
      wrapped({ name: 'code', valueCode: 'a' }, { name: 'abstract', valueBoolean: false }, { name: 'url', valueString: 'http://x' }),
    );
    for (const asked of [inUrl, inBody]) {
      expect([asked.text('url'), asked.text('code'), asked.flag('abstract')]).toEqual(['http://x', 'a', false]);
      expect([asked.has('system'), asked.text('system'), asked.texts('system')]).toEqual([false, undefined, []]);
    }
    expect(inUrl.coding('coding')).toEqual({ system: 'http://s|1', code: 'b' });
    expect([inUrl.at('code'), inBody.at('code')]).toEqual(['code', 'Parameters.parameter[0]']);
  });

  test('that repeat are all read, those of the URL beside those of the body', () => {
    const asked = body(
      expand,
      wrapped({ name: 'designation', valueString: 'zh' }),
      ['designation', 'en'],
      ['count', '20'],
      ['property', 'x'],
    );
    expect([asked.texts('designation'), asked.number('count'), asked.texts('property')]).toEqual([['en', 'zh'], 20, ['x']]);
  });

  test('take a resource by itself for the one parameter that wants such a resource', () => {
    const valueSet = { resourceType: 'ValueSet', url: 'http://x' };
    expect(body(expand, valueSet, ['filter', 'a']).resource('valueSet')).toEqual(valueSet);
    expect(body(expand, wrapped({ name: 'valueSet', resource: valueSet })).resource('valueSet')).toEqual(valueSet);
    expect(refused(() => body(expand, { resourceType: 'Patient' }))).toBe('400 bad-parameter-value at undefined');
  });

  test('leave out a text of which nothing was typed', () => {
    expect(query(expand, ['filter', ''], ['url', 'http://x']).has('filter')).toBe(false);
  });

  test('that are made of parts are read by the shape of their parts', () => {
    const part = [
      { name: 'element', valueUri: 'http://e' },
      { name: 'concept', valueCodeableConcept: { text: 'c' } },
    ];
    const [dependency] = body(translate, wrapped({ name: 'dependency', part })).parts('dependency');
    expect([dependency?.text('element'), dependency?.codeableConcept('concept')]).toEqual(['http://e', { text: 'c' }]);
  });

  test.each<[string, () => OperationParameters, string]>([
    ['an unknown name in the URL', () => query(validate, ['cod', 'a']), '400 parameter-not-supported at cod'],
    [
      'an unknown name in the body',
      () => body(validate, wrapped({ name: 'cod' })),
      '400 parameter-not-supported at Parameters.parameter[0].name',
    ],
    ['no name', () => body(validate, wrapped({ valueCode: 'a' })), '400 parameter-name-missing at Parameters.parameter[0]'],
    ['one twice that may stand once', () => query(validate, ['code', 'a'], ['code', 'b']), '400 parameter-repeated at code'],
    ['an empty value', () => query(validate, ['code', '']), '400 bad-parameter-value at code'],
    ['no boolean', () => query(validate, ['abstract', 'yes']), '400 bad-parameter-value at abstract'],
    ['no number', () => query(expand, ['count', 'ten']), '400 bad-parameter-value at count'],
    ['a CodeableConcept in the URL', () => query(validate, ['codeableConcept', 'a']), '400 bad-parameter-value at codeableConcept'],
    [
      'a value of another type',
      () => body(validate, wrapped({ name: 'code', valueBoolean: true })),
      '400 bad-parameter-value at Parameters.parameter[0].valueBoolean',
    ],
    [
      'a coding whose code is a number',
      () => body(validate, wrapped({ name: 'coding', valueCoding: { code: 1 } })),
      '400 bad-parameter-value at Parameters.parameter[0].valueCoding',
    ],
    [
      'a concept whose text is a number',
      () => body(validate, wrapped({ name: 'codeableConcept', valueCodeableConcept: { text: 1 } })),
      '400 bad-parameter-value at Parameters.parameter[0].valueCodeableConcept',
    ],
    [
      'another resource',
      () => body(expand, wrapped({ name: 'valueSet', resource: { resourceType: 'Patient' } })),
      '400 bad-parameter-value at Parameters.parameter[0].resource',
    ],
    [
      'a part of another name',
      () => body(translate, wrapped({ name: 'dependency', part: [{ name: 'elem', valueUri: 'e' }] })),
      '400 parameter-not-supported at Parameters.parameter[0].part[0].name',
    ],
    [
      'a truth where a number was expected',
      () => body(expand, wrapped({ name: 'count', valueInteger: true })),
      '400 bad-parameter-value at Parameters.parameter[0].valueInteger',
    ],
    [
      'an empty text where a number was expected',
      () => body(expand, wrapped({ name: 'count', valueInteger: '' })),
      '400 bad-parameter-value at Parameters.parameter[0].valueInteger',
    ],
    ['no list', () => body(validate, { resourceType: 'Parameters', parameter: {} }), '400 bad-parameters at Parameters.parameter'],
  ])('refuse %s', (_, read, expected) => {
    expect(refused(read)).toBe(expected);
  });
});
