/** What can be said of an expression before it is evaluated, and that the build says it of local packages. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { SearchParameter, StructureDefinition } from 'fhir/r4.js';
import { checkProfiles } from '../../scripts/check-profiles.js';
import { localPackages } from '../../src/definitions/packages.js';
import { checkExpression } from '../../src/fhirpath/check.js';
import { checkConstraints } from '../../src/fhirpath/check-constraints.js';
import { definitions } from '../built-definitions.js';
import { packaged } from './packaged.js';

describe('an expression is refused', () => {
  const cases: readonly (readonly [type: string | undefined, expression: string, words: string, position: number | undefined])[] = [
    ['Patient', 'name.', 'Expected a name', 5],
    ['Patient', 'name.frob()', 'no function "frob"', 5],
    ['Patient', 'name.frob', 'HumanName has no element "frob"', 5],
    ['Patient', 'constructor', 'Patient has no element "constructor"', 0],
    ['Patient', '__proto__.exists()', 'Patient has no element "__proto__"', 0],
    ['Patient', 'name.where(usage = 1)', 'HumanName has no element "usage"', 11],
    ['Patient', 'contact.all(nam.exists())', 'Patient.contact has no element "nam"', 12],
    ['Patient', 'name.given.family', 'string has no element "family"', 11],
    ['Patient', 'Observation.value', 'The context is a Patient, not a Observation', 0],
    ['Patient', 'active and %frob', 'no variable %frob', 11],
    ['Patient', 'name is Frob', 'no type "Frob"', undefined],
    ['Patient', "name.family.matches('(a+)+$')", 'could run for ever', 20],
    ['Patient', "name.family.matches('(')", 'not a regular expression', 20],
    ['Observation', 'valueQuantity.unit', 'Observation has no element "valueQuantity"; FHIRPath calls it "value"', 0],
    ['Observation', 'value.ofType(Quantity).units', 'Quantity has no element "units"', 23],
    ['Observation', '(value as Quantity).units', 'Quantity has no element "units"', 20],
    ['Observation', 'value.frob', 'has no element "frob"', 6],
    ['Questionnaire', 'item.item.linkID', 'Questionnaire.item has no element "linkID"', 10],
    ['Patient', "extension('http://x.cn').values", 'Extension has no element "values"', 25],
    ['Patient', 'iif(active, name, contact).whatever', 'has no element "whatever"', 27],
    [undefined, 'Patient.nom | Observation.code', 'Patient has no element "nom"', 8],
    [undefined, "'a'.substring()", 'takes 1 to 2 arguments', 4],
  ];
  test.each(cases)('%s: %s', (type, expression, words, position) => {
    const [fault, ...others] = checkExpression(expression, definitions, type);
    expect(fault?.message.en).toContain(words);
    expect(fault?.message.zh).toMatch(/[一-龥]/);
    expect(fault?.position).toBe(position);
    expect(others).toEqual([]);
  });
});

describe('what only the data can tell is left open', () => {
  test.each([
    ['Patient', 'contained.frob'],
    ['Bundle', 'entry.resource.where(status.exists())'],
    ['Patient', 'name.resolve().whatever'],
    ['Patient', 'descendants().code'],
    ['Patient', "defineVariable('n', name).select(%n.family)"],
    ['Patient', '%resource.name.given.value'],
    ['Observation', 'value.unit'],
    ['Extension', 'value.system'],
    ['Questionnaire', 'repeat(item).linkId'],
    [undefined, 'whatever.they.select(it)'],
  ])('%s: %s', (type, expression) => {
    expect(checkExpression(expression, definitions, type)).toEqual([]);
  });
});

test("of R4's own expressions only two name what is not there", () => {
  const parameters = packaged((name) => name.startsWith('SearchParameter-')) as unknown as SearchParameter[];
  const faulty = parameters.filter(({ expression = 'id' }) => checkExpression(expression, definitions).length > 0);
  expect(faulty.map(({ code }) => code)).toEqual([]);
  const structures = packaged((name) => name.startsWith('StructureDefinition-')) as unknown as StructureDefinition[];
  const faults = structures.flatMap((structure) => checkConstraints(structure, definitions));
  expect([...new Set(faults.map(({ elementId, key }) => `${elementId} ${key}`))]).toEqual([
    'ChargeItemDefinition cid-0',
    'Extension inv-1',
  ]);
});

test('the build refuses a local package with such an expression and names the profile, the element and the key', () => {
  const root = mkdtempSync(join(tmpdir(), 'profiles-'));
  const folder = join(root, 'a.cn');
  mkdirSync(folder);
  const constraint = [{ key: 'x-1', severity: 'error', human: 'x', expression: "gender = 'male' implies name.famly.exists()" }];
  const element = [{ id: 'Patient', path: 'Patient', constraint }];
  const profile = { resourceType: 'StructureDefinition', id: 'p', url: 'http://a.cn/p', type: 'Patient', differential: { element } };
  const parameter = { resourceType: 'SearchParameter', id: 's', url: 'http://a.cn/s', code: 'frob', expression: 'Patient.frob' };
  try {
    writeFileSync(join(folder, 'package.json'), '{"name":"a.cn","version":"1.0.0"}');
    writeFileSync(join(folder, 'StructureDefinition-p.json'), JSON.stringify(profile));
    writeFileSync(join(folder, 'SearchParameter-s.json'), JSON.stringify(parameter));
    const packages = localPackages(root);
    expect(() => checkProfiles(packages, definitions)).toThrow(
      'StructureDefinition-p.json: http://a.cn/p Patient x-1: HumanName has no element "famly" (at character 30): ' +
        "gender = 'male' implies name.famly.exists()",
    );
    expect(() => checkProfiles(packages, definitions)).toThrow('http://a.cn/s frob: Patient has no element "frob" (at character 9)');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
