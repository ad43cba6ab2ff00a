import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readIndex } from '../../src/definitions/index-file.js';
import { loadDefinitions } from '../../src/definitions/load.js';

const folder = join(process.cwd(), 'dist', 'definitions');
const definitions = loadDefinitions(folder);
const index = readIndex(folder);
const core = 'hl7.fhir.r4.examples';

function omitted(from: 'index' | 'rest'): readonly string[] {
  return (index?.omissions ?? [])
    .filter((one) => one.package === core && one.from === from)
    .map(({ type, id, reason }) => `${type}/${id} ${reason}`);
}

describe('what R4 holds', () => {
  test('R4 has 146 resource types, sorted, and neither Resource nor DomainResource is one', () => {
    expect(definitions.resourceTypes).toHaveLength(146);
    expect([...definitions.resourceTypes].sort()).toEqual(definitions.resourceTypes);
    expect(['Resource', 'DomainResource', 'HumanName', 'Definition'].filter(definitions.isResourceType)).toEqual([]);
    expect(definitions.isResourceType('Patient')).toBe(true);
  });

  test('R4 has 1,400 search parameters, 1,316 value sets, 1,062 code systems, 655 structures and five compartments', () => {
    expect(index?.counts[core]).toMatchObject({
      SearchParameter: 1400,
      ValueSet: 1316,
      CodeSystem: 1062,
      StructureDefinition: 655,
      OperationDefinition: 47,
      CompartmentDefinition: 6,
    });
    expect(definitions.compartments).toEqual(['Device', 'Encounter', 'Patient', 'Practitioner', 'RelatedPerson']);
    expect(definitions.compartment('Patient')?.url).toBe('http://hl7.org/fhir/CompartmentDefinition/patient');
    expect(definitions.compartment('Location')).toBeUndefined();
  });

  test('15 search parameters of R4 cannot be used: three examples, ten without a base, two without an expression', () => {
    const extensions = (type: string) =>
      ['author', 'effective', 'end', 'keyword', 'workflow'].map(
        (name) => `SearchParameter/${type.toLowerCase()}-extensions-${type}-${name} names no base type`,
      );
    expect(omitted('index').filter((line) => line.startsWith('SearchParameter/'))).toEqual([
      ...extensions('CodeSystem'),
      'SearchParameter/example-extension is an example',
      'SearchParameter/example-reference is an example',
      'SearchParameter/example is an example',
      'SearchParameter/patient-extensions-Patient-age has no expression to index by',
      'SearchParameter/patient-extensions-Patient-birthOrderBoolean has no expression to index by',
      ...extensions('ValueSet'),
    ]);
    const kept = new Set(definitions.resourceTypes.flatMap((type) => definitions.searchParameters(type)).map(({ url }) => url));
    expect([...kept].filter((url) => url.startsWith('http://hl7.org/fhir/'))).toHaveLength(1385);
  });

  test('the other conformance resources that are left out are examples, have no snapshot or no url', () => {
    expect(omitted('index').filter((line) => !line.startsWith('SearchParameter/'))).toEqual([
      'CapabilityStatement/example is an example',
      'CapabilityStatement/messagedefinition has no canonical url',
      'CapabilityStatement/phr has no canonical url',
      'CompartmentDefinition/example is an example',
      'ConceptMap/example2 is an example',
      'ImplementationGuide/example is an example',
      'NamingSystem/example-id is an example',
      'NamingSystem/example is an example',
      'OperationDefinition/example is an example',
      'StructureDefinition/example-composition has no snapshot',
      'StructureDefinition/example-section-library has no snapshot',
      'StructureMap/example is an example',
    ]);
  });

  test('a search parameter whose id is too long is known but not served', () => {
    const id = 'questionnaireresponse-extensions-QuestionnaireResponse-item-subject';
    expect(omitted('rest')).toEqual([`SearchParameter/${id} has an id that R4 does not allow (at most 64 of A-Z, a-z, 0-9, - and .)`]);
    expect(definitions.searchParameters('QuestionnaireResponse').map((one) => one.code)).toContain('item-subject');
  });
});

describe('types', () => {
  test.each([
    ['Patient', 'resource', 'DomainResource'],
    ['DomainResource', 'resource', 'Resource'],
    ['Resource', 'resource', undefined],
    ['Bundle', 'resource', 'Resource'],
    ['HumanName', 'complex', 'Element'],
    ['Age', 'complex', 'Quantity'],
    ['Element', 'complex', undefined],
    ['Dosage', 'complex', 'BackboneElement'],
    ['Patient.contact', 'backbone', 'BackboneElement'],
    ['Timing.repeat', 'backbone', 'Element'],
    ['string', 'primitive', 'Element'],
    ['code', 'primitive', 'string'],
    ['positiveInt', 'primitive', 'integer'],
    ['xhtml', 'primitive', 'Element'],
    ['SimpleQuantity', undefined, undefined],
    ['Definition', undefined, undefined],
    ['Nonsense', undefined, undefined],
  ])('%s is %s on %s', (type, kind, base) => {
    expect(definitions.kind(type)).toBe(kind);
    expect(definitions.baseOf(type)).toBe(base);
  });

  test('every property leads to a type that is known', () => {
    const seen = new Set<string>();
    const waiting = [...definitions.resourceTypes];
    for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
      if (seen.has(type)) continue;
      seen.add(type);
      expect([type, definitions.kind(type)]).not.toEqual([type, undefined]);
      for (const property of definitions.properties(type).values()) waiting.push(property.type);
    }
    expect(seen.size).toBeGreaterThan(600);
  });

  test('properties come in the order of the definition, inherited ones included', () => {
    expect([...definitions.properties('Patient').keys()].slice(0, 10)).toEqual([
      ...['id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension', 'identifier', 'active'],
    ]);
  });

  test('a choice is taken apart into one property for each type', () => {
    const names = definitions.element('Patient', 'deceased').map(({ name, type, choice, many }) => [name, type, choice, many]);
    expect(names).toEqual([
      ['deceasedBoolean', 'boolean', true, false],
      ['deceasedDateTime', 'dateTime', true, false],
    ]);
    expect(definitions.properties('Extension').get('valueCodeableConcept')).toMatchObject({ element: 'value', type: 'CodeableConcept' });
    expect(definitions.properties('Patient').has('deceased')).toBe(false);
    expect(definitions.element('Patient', 'deceasedBoolean')).toEqual([]);
  });

  test('a content reference leads to the backbone element it names', () => {
    expect(definitions.properties('Observation.component').get('referenceRange')?.type).toBe('Observation.referenceRange');
    expect(definitions.properties('Bundle.entry').get('link')).toMatchObject({ type: 'Bundle.link', many: true });
  });

  test('what a snapshot types by FHIRPath has a FHIR type', () => {
    expect(definitions.properties('Patient').get('id')?.type).toBe('id');
    expect(definitions.properties('HumanName').get('id')?.type).toBe('string');
    expect(definitions.properties('Patient.contact').get('id')?.type).toBe('string');
    expect(definitions.properties('Extension').get('url')?.type).toBe('uri');
    expect(definitions.properties('Narrative').get('div')?.type).toBe('xhtml');
  });

  test('ids of elements and urls of extensions are attributes in XML, ids of resources are not', () => {
    const attributes = (type: string) => [...definitions.properties(type).values()].filter((one) => one.attribute).map(({ name }) => name);
    expect(['Patient', 'HumanName', 'Patient.contact', 'Extension', 'string'].map(attributes)).toEqual([
      ...[[], ['id'], ['id'], ['id', 'url'], ['id']],
    ]);
  });

  test('a primitive has an id and extensions as its only properties', () => {
    expect([...definitions.properties('string').keys()]).toEqual(['id', 'extension']);
  });

  test('any resource may stand where the definition says Resource', () => {
    expect(definitions.properties('Patient').get('contained')).toMatchObject({ type: 'Resource', many: true });
    expect(definitions.properties('Bundle.entry').get('resource')).toMatchObject({ type: 'Resource', many: false });
  });
});

describe('definitions by canonical', () => {
  test('a canonical may name its version; a version that is not here is not found', () => {
    const url = 'http://hl7.org/fhir/StructureDefinition/Patient';
    expect(definitions.structure(url)?.id).toBe('Patient');
    expect(definitions.structure(`${url}|4.0.1`)).toBe(definitions.structure(url));
    expect(definitions.structure(`${url}|5.0.0`)).toBeUndefined();
    expect(definitions.structure('http://example.org/none')).toBeUndefined();
  });

  test('the version of its package finds a value set that has a version of its own', () => {
    const url = 'http://terminology.hl7.org/ValueSet/v3-NullFlavor';
    expect(definitions.valueSet(`${url}|4.0.1`)?.version).not.toBe('4.0.1');
    expect(definitions.valueSet(`${url}|4.0.1`)).toEqual(definitions.valueSet(url));
  });

  test('a type has a structure by its name, a profile has none', () => {
    expect(definitions.structureOf('HumanName')?.url).toBe('http://hl7.org/fhir/StructureDefinition/HumanName');
    expect(definitions.structureOf('bp')).toBeUndefined();
  });

  test('a structure keeps its rules and loses its texts for people', () => {
    const gender = definitions.structureOf('Patient')?.snapshot?.element.find(({ path }) => path === 'Patient.gender');
    expect(gender).toEqual({
      id: 'Patient.gender',
      path: 'Patient.gender',
      min: 0,
      max: '1',
      type: [{ code: 'code' }],
      isSummary: true,
      constraint: [expect.objectContaining({ key: 'ele-1', severity: 'error', human: expect.any(String), expression: expect.any(String) })],
      binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1' },
    });
    const dom6 = definitions.structureOf('Patient')?.snapshot?.element[0]?.constraint?.find(({ key }) => key === 'dom-6');
    expect(dom6?.extension?.map(({ url }) => url)).toContain('http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice');
    const elements = definitions.structure('http://hl7.org/fhir/StructureDefinition/bp')?.snapshot?.element ?? [];
    expect(elements.find(({ id }) => id === 'Observation.component:SystolicBP')).toMatchObject({ sliceName: 'SystolicBP', min: 1 });
    expect(elements.find(({ id }) => id === 'Observation.category')?.slicing?.discriminator).toHaveLength(2);
  });

  test('every element, constraint and binding rule of the package is in the index', () => {
    const language = definitions.structureOf('Patient')?.snapshot?.element.find(({ path }) => path === 'Patient.language');
    expect(language?.binding?.extension).toEqual([
      {
        url: 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet',
        valueCanonical: 'http://hl7.org/fhir/ValueSet/all-languages',
      },
    ]);
    const string = definitions.structureOf('id')?.snapshot?.element.find(({ path }) => path === 'id.value');
    expect(string?.type?.[0]?.extension).toContainEqual({
      url: 'http://hl7.org/fhir/StructureDefinition/regex',
      valueString: '[A-Za-z0-9\\-\\.]{1,64}',
    });
  });

  test('search parameters of a type are its own and the inherited ones, one for each code', () => {
    const codes = definitions.searchParameters('Patient').map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes).toEqual(expect.arrayContaining(['identifier', 'birthdate', '_id', '_lastUpdated', '_profile', '_text', '_filter']));
    expect(definitions.searchParameters('Bundle').map(({ code }) => code)).not.toContain('_text');
    expect(definitions.searchParameters('HumanName')).toEqual([]);
    const id = definitions.searchParameters('Patient').find(({ code }) => code === '_id');
    expect(id?.url).toBe('http://hl7.org/fhir/SearchParameter/Resource-id');
    expect(definitions.searchParameter('http://hl7.org/fhir/SearchParameter/Resource-id|4.0.1')).toBe(id);
  });

  test('operations keep their parameters', () => {
    const validate = definitions.operation('http://hl7.org/fhir/OperationDefinition/Resource-validate');
    expect(validate?.parameter?.map(({ name, use }) => `${use} ${name}`)).toEqual(['in resource', 'in mode', 'in profile', 'out return']);
  });
});

test('a folder without an index is refused with a sentence that says what to do', () => {
  const nowhere = join(folder, 'nowhere');
  expect(existsSync(nowhere)).toBe(false);
  expect(() => loadDefinitions(nowhere)).toThrow(/npm run build/);
});
