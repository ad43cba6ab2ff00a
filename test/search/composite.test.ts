import { describe, expect, test } from '@jest/globals';
import type { Resource } from '../../src/model/resource.js';
import { createRegistry } from '../../src/search/registry.js';
import { definitions } from '../built-definitions.js';
import { type Case, describeFinding } from './finding.js';
import { faultOf, planOf, search } from './fixture.js';

const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
const pressure = (value: number) => ({ value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' });
const observation = (id: string, more: object) => ({ resourceType: 'Observation', id, status: 'final', ...more });

const resources = [
  observation('bp', {
    code: loinc('85354-9'),
    component: [
      { code: loinc('8480-6'), valueQuantity: pressure(150) },
      { code: loinc('8462-4'), valueQuantity: pressure(90) },
    ],
  }),
  observation('systolic', { code: loinc('8480-6'), valueQuantity: pressure(160) }),
  observation('concept', {
    code: loinc('883-9'),
    valueCodeableConcept: loinc('A'),
    component: [{ code: { coding: [{ code: 'a$b|c' }] }, valueCodeableConcept: { coding: [{ system: 'urn:s', code: 'v' }] } }],
  }),
  observation('text', { code: loinc('1-8'), valueString: 'Grün gelb' }),
  observation('date', { code: loinc('2-6'), valueDateTime: '2024-02-29' }),
  {
    resourceType: 'DocumentReference',
    id: 'newer',
    status: 'current',
    content: [],
    relatesTo: [
      { code: 'replaces', target: { reference: 'DocumentReference/old' } },
      { code: 'signs', target: { reference: 'DocumentReference/other' } },
    ],
  },
  {
    resourceType: 'MolecularSequence',
    id: 'sequence',
    coordinateSystem: 0,
    referenceSeq: { chromosome: { coding: [{ code: '1' }] }, windowStart: 10, windowEnd: 20 },
    variant: [
      { start: 100, end: 200 },
      { start: 300, end: 400 },
    ],
  },
  {
    resourceType: 'Group',
    id: 'group',
    type: 'person',
    actual: true,
    characteristic: [
      { code: { coding: [{ system: 'c', code: 'smoker' }] }, valueBoolean: true },
      { code: { coding: [{ system: 'c', code: 'sex' }] }, valueCodeableConcept: { coding: [{ code: 'f' }] } },
    ],
  },
  {
    resourceType: 'ValueSet',
    id: 'adults',
    status: 'active',
    useContext: [
      { code: { system: 'u', code: 'age' }, valueRange: { low: { value: 18, system: 'http://unitsofmeasure.org', code: 'a' } } },
    ],
  },
];

const cases: readonly Case[] = [
  ['Observation?component-code-value-quantity=8480-6$150', 'bp'],
  ['Observation?component-code-value-quantity=8480-6$90', ''],
  ['Observation?component-code-value-quantity=http://loinc.org|8462-4$90||mmHg', 'bp'],
  ['Observation?component-code-value-quantity=http://loinc.org|8462-4$le90|http://unitsofmeasure.org|mm[Hg]', 'bp'],
  ['Observation?component-code-value-quantity=http://loinc.org|8462-4$12.0|http://unitsofmeasure.org|kPa', 'bp'],
  ['Observation?component-code-value-quantity=http://loinc.org|$gt140', 'bp'],
  ['Observation?component-code-value-quantity=|8480-6$gt140', ''],
  ['Observation?component-code-value-quantity=8480-6$gt140||kPa', ''],
  ['Observation?component-code-value-quantity=8462-4$gt100,8480-6$gt140', 'bp'],
  ['Observation?component-code-value-quantity=8480-6$gt140&component-code-value-quantity=8462-4$gt80', 'bp'],
  ['Observation?component-code-value-quantity=8480-6$gt140&component-code-value-quantity=8462-4$gt90', ''],
  ['Observation?component-code-value-quantity:missing=false', 'bp'],
  ['Observation?combo-code-value-quantity=8480-6$gt140', 'bp systolic'],
  ['Observation?combo-code-value-quantity=8462-4$gt140', ''],
  ['Observation?combo-code-value-quantity=85354-9$gt140', ''],
  ['Observation?combo-code-value-quantity:missing=false', 'bp systolic'],
  ['Observation?combo-code-value-concept=883-9$A', 'concept'],
  ['Observation?combo-code-value-concept=883-9$v', ''],
  ['Observation?component-code-value-concept=a\\$b\\|c$urn:s|v', 'concept'],
  ['Observation?component-code-value-concept=a\\$b\\|c$urn:s|', 'concept'],
  ['Observation?component-code-value-concept=|a\\$b\\|c$v', 'concept'],
  ['Observation?component-code-value-concept=a$b', ''],
  ['Observation?component-code-value-concept:missing=false', 'concept'],
  ['Observation?code-value-quantity=8480-6$gt140', 'systolic'],
  ['Observation?code-value-quantity:missing=true', 'bp concept text date'],
  ['Observation?code-value-concept=http://loinc.org|883-9$http://loinc.org|A', 'concept'],
  ['Observation?code-value-string=1-8$grun', 'text'],
  ['Observation?code-value-string=1-8$gelb', ''],
  ['Observation?code-value-date=2-6$ge2024-02', 'date'],
  ['Observation?code-value-date=2-6$gt2024-02', ''],
  ['DocumentReference?relationship=replaces$DocumentReference/old', 'newer'],
  ['DocumentReference?relationship=replaces$old', 'newer'],
  ['DocumentReference?relationship=http://hl7.org/fhir/document-relationship-type|replaces$old', 'newer'],
  ['DocumentReference?relationship=replaces$DocumentReference/other', ''],
  ['MolecularSequence?chromosome-variant-coordinate=1$lt345$gt123', 'sequence'],
  ['MolecularSequence?chromosome-variant-coordinate=1$100$200', 'sequence'],
  ['MolecularSequence?chromosome-variant-coordinate=1$100$400', ''],
  ['MolecularSequence?chromosome-variant-coordinate=1$ge100$le150', ''],
  ['MolecularSequence?chromosome-variant-coordinate=1$ne100$ne200', 'sequence'],
  ['MolecularSequence?chromosome-variant-coordinate=2$lt345$gt123', ''],
  ['MolecularSequence?chromosome-window-coordinate=1$lt11$gt19', 'sequence'],
  ['Group?characteristic-value=c|smoker$true', 'group'],
  ['Group?characteristic-value=smoker$f', ''],
  ['ValueSet?context-type-quantity=age$20', ''],
  ['ValueSet?context-type-quantity=u|age$ge20||a', 'adults'],
  ['ValueSet?context-type-quantity=age$lt6570|http://unitsofmeasure.org|d', ''],
  ['ValueSet?context-type-quantity=age$le6575|http://unitsofmeasure.org|d', 'adults'],
];

describeFinding('composites', resources, cases);

describe('composites', () => {
  test('all of R4 can be searched', () => {
    const registry = createRegistry(definitions);
    const all = definitions.resourceTypes.flatMap((type) =>
      [...registry.parameters(type).values()].filter(({ kind }) => kind === 'composite'),
    );
    expect(all.length).toBeGreaterThanOrEqual(70);
    expect(all.filter((one) => registry.obstacle(one) !== undefined).map(({ base, code }) => `${base}.${code}`)).toEqual([]);
  });

  test.each(['8480-6', '8480-6$', '$5', '8480-6$5$6', ''.padStart(3, '$')])('"%s" has not two parts: 400', (value) => {
    expect(faultOf(() => planOf(`Observation?component-code-value-quantity=${value}`))).toMatchObject({
      status: 400,
      code: 'invalid',
      text: expect.stringContaining('2 parts joined by $: component-code$component-value-quantity'),
    });
  });

  test('a part that cannot be read is named with the whole parameter', () => {
    expect(faultOf(() => planOf('Observation?code-value-quantity=x$much'))).toMatchObject({
      status: 400,
      expression: 'code-value-quantity',
      text: expect.stringContaining('"much"'),
    });
    expect(faultOf(() => planOf('Observation?code-value-quantity:exact=x$1'))?.status).toBe(400);
  });

  test('what is found by other parameters leaves no entries of its own', () => {
    const params = new Set(search.extract(resources[0] as unknown as Resource).entries.map(({ param }) => param));
    expect([...params].filter((param) => param.includes('-value-') && param.includes('code'))).toEqual(['component-code-value-quantity']);
  });

  test('very many codes for very many values are refused before they fill the memory', () => {
    const coding = Array.from({ length: 20_000 }, (_, at) => ({ system: 's', code: `c${at}` }));
    const characteristic = [{ code: { coding }, valueCodeableConcept: { coding } }];
    expect(faultOf(() => search.extract({ resourceType: 'Group', id: '1', characteristic } as unknown as Resource))).toMatchObject({
      code: 'too-costly',
    });
  });
});
