import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compileExpression } from '../../src/fhirpath/compile.js';
import type { JsonObject } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import { createRegistry } from '../../src/search/registry.js';
import type { IndexEntry } from '../../src/store/port.js';
import { definitions } from '../built-definitions.js';
import { faultOf, search } from './fixture.js';

const folder = join(process.cwd(), 'node_modules', 'hl7.fhir.r4.examples');

function example(name: string): Resource {
  return parseJson(readFileSync(join(folder, `${name}.json`), 'utf8')) as Resource;
}

/** One entry as a line. */
function shown(entry: IndexEntry): string {
  switch (entry.kind) {
    case 'token':
      return entry.system === undefined ? entry.code : `${entry.system}|${entry.code}`;
    case 'reference':
      return entry.target;
    case 'string':
      return entry.raw === '' ? entry.value : `${entry.value} (${entry.raw})`;
    case 'uri':
      return entry.value;
    case 'range':
      return `${end(entry.low)}…${end(entry.high)}`;
    case 'point':
      return `${entry.x} ${entry.y} ${entry.z}`;
  }
}

function end(value: number): string {
  return Math.abs(value) > 1e10 && Number.isFinite(value) ? new Date(value).toISOString() : String(value);
}

/** `key`: what stands under it. */
function found(resource: JsonObject, param: string, key?: string): readonly string[] {
  return search
    .extract({ id: '1', ...resource } as unknown as Resource)
    .entries.filter((entry) => entry.param === param && (entry.kind === 'range' ? entry.key : undefined) === key)
    .map(shown);
}

function sorted(resource: JsonObject): Readonly<Record<string, string | number>> {
  const { sort } = search.extract({ id: '1', ...resource } as unknown as Resource);
  return Object.fromEntries(sort.map(({ slot, value }) => [slot, value]));
}

const day = (from: string, to: string): string => `${from}T16:00:00.000Z…${to}T16:00:00.000Z`;

describe('tokens', () => {
  test.each<[string, JsonObject, string, readonly string[]]>([
    ['boolean', { resourceType: 'Patient', active: false }, 'active', ['false']],
    ['code', { resourceType: 'Patient', gender: 'male' }, 'gender', ['male']],
    ['an expression that computes', { resourceType: 'Patient', deceasedDateTime: '2020' }, 'deceased', ['true']],
    ['the same when there is nothing', { resourceType: 'Patient' }, 'deceased', ['false']],
    [
      'Identifier',
      { resourceType: 'Patient', identifier: [{ system: 's', value: 'X1x' }, { value: '2' }, { system: 't' }] },
      'identifier',
      ['s|X1x', '2', 't|'],
    ],
    [
      'ContactPoint',
      {
        resourceType: 'Patient',
        telecom: [
          { system: 'phone', value: '138' },
          { system: 'email', value: 'a@b.cn' },
        ],
      },
      'phone',
      ['138'],
    ],
    [
      'CodeableConcept, every coding once',
      { resourceType: 'Observation', code: { coding: [{ system: 's', code: 'a' }, { code: 'b' }, { system: 's', code: 'a' }] } },
      'code',
      ['s|a', 'b'],
    ],
    ['text alone only says that there is something', { resourceType: 'Observation', code: { text: 'x' } }, 'code', ['']],
    ['Coding', { resourceType: 'Patient', meta: { tag: [{ system: 's', code: 'a' }] } }, '_tag', ['s|a']],
    ['string is compared without case', { resourceType: 'ValueSet', version: 'V1' }, 'version', ['v1']],
    [
      'a code system without case is found in lower case too',
      { resourceType: 'Patient', meta: { security: [{ system: 'http://snomed.info/sct', code: 'Ab' }] } },
      '_security',
      ['http://snomed.info/sct|Ab', 'http://snomed.info/sct|ab'],
    ],
    ['id on a type without value', { resourceType: 'Patient', _gender: { extension: [{ url: 'u', valueCode: 'x' }] } }, 'gender', []],
  ])('%s', (_, resource, param, expected) => {
    expect(found(resource, param)).toEqual(expected);
  });
});

describe('references', () => {
  const of = (reference: string, param = 'subject') => found({ resourceType: 'Observation', subject: { reference } }, param);
  test.each<[string, string, readonly string[]]>([
    ['relative', 'Patient/1', ['Patient/1']],
    ['our own absolute URL', 'http://127.0.0.1:8080/fhir/Patient/1', ['Patient/1']],
    ['another server', 'http://elsewhere.cn/fhir/Patient/1', ['http://elsewhere.cn/fhir/Patient/1']],
    ['versioned', 'Patient/1/_history/2', ['Patient/1/_history/2', 'Patient/1']],
    ['urn', 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', ['urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0']],
    ['contained', '#p', ['#p']],
    ['a number sign before what is no id leads nowhere', '#no id', ['']],
  ])('%s', (_, reference, expected) => {
    expect(of(reference)).toEqual(expected);
  });
  test('where(resolve() is Patient) goes by the type that the reference tells', () => {
    expect(of('Patient/1', 'patient')).toEqual(['Patient/1']);
    expect(of('Group/1', 'patient')).toEqual([]);
    expect(of('http://elsewhere.cn/fhir/Patient/1', 'patient')).toEqual(['http://elsewhere.cn/fhir/Patient/1']);
  });
  test('a reference that only displays is there, and leads nowhere', () => {
    expect(found({ resourceType: 'Observation', subject: { display: 'x' } }, 'subject')).toEqual(['']);
  });
  test('a canonical is found with its version and without', () => {
    expect(found({ resourceType: 'QuestionnaireResponse', questionnaire: 'http://a.cn/q|2' }, 'questionnaire')).toEqual([
      'http://a.cn/q|2',
      'http://a.cn/q',
    ]);
  });
  test('a resource inside a Bundle is named by type and id', () => {
    const bundle = { resourceType: 'Bundle', entry: [{ resource: { resourceType: 'Composition', id: 'c' } }] };
    expect(found(bundle, 'composition')).toEqual(['Composition/c']);
    expect(found(bundle, 'message')).toEqual([]);
  });
});

describe('dates', () => {
  test.each<[string, JsonObject, string, readonly string[]]>([
    ['date', { resourceType: 'Patient', birthDate: '1988-07' }, 'birthdate', ['1988-06-30T15:00:00.000Z…1988-07-31T15:00:00.000Z']],
    ['dateTime', { resourceType: 'Observation', effectiveDateTime: '2024-02-29' }, 'date', [day('2024-02-28', '2024-02-29')]],
    [
      'instant',
      { resourceType: 'Observation', effectiveInstant: '2024-02-29T08:00:00.5+08:00' },
      'date',
      ['2024-02-29T00:00:00.500Z…2024-02-29T00:00:00.600Z'],
    ],
    [
      'Period',
      { resourceType: 'Encounter', period: { start: '2024-02-28', end: '2024-02-29' } },
      'date',
      [day('2024-02-27', '2024-02-29')],
    ],
    ['Period without end', { resourceType: 'Encounter', period: { start: '2024-02-29' } }, 'date', ['2024-02-28T16:00:00.000Z…Infinity']],
    ['Period without start', { resourceType: 'Encounter', period: { end: '2024-02-29' } }, 'date', ['-Infinity…2024-02-29T16:00:00.000Z']],
    [
      'Timing by its outer limits',
      { resourceType: 'Observation', effectiveTiming: { event: ['2024-02-29', '2024-02-01'] } },
      'date',
      [day('2024-01-31', '2024-02-29')],
    ],
    [
      'Timing by its bounds',
      { resourceType: 'Observation', effectiveTiming: { repeat: { boundsPeriod: { start: '2024-02-29', end: '2024-02-29' } } } },
      'date',
      [day('2024-02-28', '2024-02-29')],
    ],
    ['no day of the calendar', { resourceType: 'Observation', effectiveDateTime: '2024-02-30' }, 'date', []],
    ['another type of the same choice', { resourceType: 'Condition', onsetString: '2024' }, 'onset-date', []],
  ])('%s', (_, resource, param, expected) => {
    expect(found(resource, param)).toEqual(expected);
  });
});

describe('numbers and quantities', () => {
  const quantity = (valueQuantity: JsonObject, key?: string) =>
    found({ resourceType: 'Observation', valueQuantity }, 'value-quantity', key);
  test('a number is a point', () => {
    expect(found({ resourceType: 'RiskAssessment', prediction: [{ probabilityDecimal: 0.5 }] }, 'probability')).toEqual([
      '0.5…0.5000000000000001',
    ]);
  });
  test('a Range of probabilities reaches from end to end', () => {
    expect(found({ resourceType: 'RiskAssessment', prediction: [{ probabilityRange: { low: { value: 1 } } }] }, 'probability')).toEqual([
      '1…Infinity',
    ]);
  });
  test('a quantity stands alone and under its code and its unit', () => {
    const value = { value: 2, system: 'http://u.org', code: 'mg', unit: '毫克' };
    for (const key of [undefined, '|http://u.org|mg', '||mg', '||毫克']) expect(quantity(value, key)).toEqual(['2…2.0000000000000004']);
    expect(quantity(value, '|http://u.org|kg')).toEqual([]);
  });
  test.each([
    ['<', '-Infinity…5'],
    ['<=', '-Infinity…5.000000000000001'],
    ['>', '5.000000000000001…Infinity'],
    ['>=', '5…Infinity'],
  ])('a comparator widens: %s', (comparator, expected) => {
    expect(quantity({ value: 5, comparator })).toEqual([expected]);
  });
  test('sampled data is found by its bounds', () => {
    const sampled = {
      resourceType: 'Observation',
      valueSampledData: { origin: { value: 0, unit: 'mV' }, period: 1, lowerLimit: -1, upperLimit: 1, dimensions: 1 },
    };
    expect(found(sampled, 'value-quantity', '||mV')).toEqual(['-1…1.0000000000000002']);
  });
  test('money is measured in its currency', () => {
    expect(found({ resourceType: 'Invoice', totalNet: { value: 5, currency: 'CNY' } }, 'totalnet', '|urn:iso:std:iso:4217|CNY')).toEqual([
      '5…5.000000000000001',
    ]);
  });
});

describe('strings', () => {
  test('a name is found by each part, by the whole in both orders, by later words', () => {
    const name = [{ family: 'Carreño Quinones', given: ['María', 'J.'], prefix: ['Dr'] }];
    expect(found({ resourceType: 'Patient', name }, 'name')).toEqual([
      'carreno quinones (Carreño Quinones)',
      'maria (María)',
      'j (J.)',
      'dr (Dr)',
      'carreno quinones maria j',
      'maria j carreno quinones',
      'quinones',
    ]);
    expect(found({ resourceType: 'Patient', name }, 'family')).toEqual(['carreno quinones (Carreño Quinones)', 'quinones']);
  });
  test('a Chinese name is found by characters, by pinyin and its initials, with the surname read both ways', () => {
    const name = [{ family: '曾', given: ['小贤'], text: '曾小贤' }];
    expect(found({ resourceType: 'Patient', name }, 'name')).toEqual([
      '曾 (曾)',
      '小贤 (小贤)',
      '曾小贤 (曾小贤)',
      'cengxiaoxian',
      'cxx',
      'xiaoxian',
      'zengxiaoxian',
      'zxx',
    ]);
    expect(found({ resourceType: 'Patient', name }, 'family')).toEqual(['曾 (曾)', 'ceng', 'zeng']);
    expect(found({ resourceType: 'Patient', name }, 'given')).toEqual(['小贤 (小贤)', 'xiaoxian', 'xx']);
    expect(found({ resourceType: 'Patient', name }, 'phonetic')).toEqual([]);
  });
  test('an address by all of its parts, and by the whole where it is written in one', () => {
    const address = [{ state: '北京市', city: '北京市', line: ['朝陽路1號'], postalCode: '100000' }];
    expect(found({ resourceType: 'Patient', address }, 'address')).toEqual([
      '朝阳路1号 (朝陽路1號)',
      '北京市 (北京市)',
      '100000 (100000)',
      '北京市朝阳路1号 (北京市朝陽路1號)',
    ]);
  });
  test('a canonical URL as uri, with version and without', () => {
    expect(found({ resourceType: 'Patient', meta: { profile: ['http://a.cn/p|1'] } }, '_profile')).toEqual([
      'http://a.cn/p|1',
      'http://a.cn/p',
    ]);
  });
});

describe('sort values', () => {
  test('dates at both ends, finite for cursors', () => {
    expect(sorted({ resourceType: 'Encounter', period: { start: '2024-02-29' } })).toEqual({
      'date:low': Date.parse('2024-02-28T16:00:00Z'),
      'date:high': Number.MAX_VALUE,
    });
  });
  test('Chinese names by the reading of the surname', () => {
    const names = ['曾', '陈', '单', 'Smith'].map((family) => sorted({ resourceType: 'Patient', name: [{ family }] }).family);
    expect(names).toEqual(['zeng 曾', 'chen 陈', 'shan 单', 'smith']);
  });
  test('the lowest of several names', () => {
    expect(sorted({ resourceType: 'Patient', name: [{ family: 'Z' }, { family: 'A', given: ['B'] }] })).toMatchObject({
      family: 'a',
      name: 'a b',
    });
  });
  test('every type has at most six slots, Patient those people sort by', () => {
    const sizes = definitions.resourceTypes.map((type) => search.layout.types[type]?.sorts.length ?? -1);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([0, 6]);
    expect(search.layout.types.Patient?.sorts).toEqual(['birthdate', 'family', 'given', 'name', 'gender', 'death-date']);
    expect(search.layout.types.Observation?.sorts.slice(0, 2)).toEqual(['date:low', 'date:high']);
  });
});

describe('compartments', () => {
  const compartments = (resource: JsonObject) => [...search.extract({ id: '1', ...resource } as unknown as Resource).compartments].sort();
  test('by the parameters of the CompartmentDefinitions', () => {
    expect(
      compartments({
        resourceType: 'Observation',
        subject: { reference: 'Patient/p' },
        performer: [{ reference: 'Practitioner/d' }, { reference: 'Patient/q' }, { reference: 'http://elsewhere.cn/Patient/r' }],
        encounter: { reference: 'Encounter/e' },
        focus: [{ reference: 'Patient/f' }],
      }),
    ).toEqual(['Encounter/e', 'Patient/p', 'Patient/q', 'Practitioner/d']);
  });
  test('the resource that gives the name belongs to it', () => {
    expect(compartments({ resourceType: 'Patient', link: [{ other: { reference: 'Patient/2' }, type: 'seealso' }] })).toEqual([
      'Patient/1',
      'Patient/2',
    ]);
    expect(compartments({ resourceType: 'Encounter', subject: { reference: 'Patient/p' } })).toEqual(['Encounter/1', 'Patient/p']);
  });
  test('types outside belong to none', () => {
    expect(compartments({ resourceType: 'Organization', partOf: { reference: 'Organization/2' } })).toEqual([]);
  });
});

describe('the definitions of R4', () => {
  test('every expression compiles for every type it concerns', () => {
    const registry = createRegistry(definitions);
    const failed: string[] = [];
    let compiled = 0;
    for (const type of definitions.resourceTypes) {
      for (const { code, expression } of registry.parameters(type).values()) {
        try {
          if (expression !== undefined) compileExpression(expression, definitions, { type });
          compiled++;
        } catch (error) {
          failed.push(`${type}.${code}: ${error}`);
        }
      }
    }
    expect(failed).toEqual([]);
    expect(compiled).toBeGreaterThan(2_500);
  });

  test('all official examples are indexed; only those are found by nothing that fill no parameter', () => {
    const silent = new Map<string, number>();
    let resources = 0;
    for (const file of readdirSync(folder).filter((name) => /^[A-Z]\w+-.+\.json$/.test(name))) {
      if (/^(StructureDefinition|ValueSet|CodeSystem|ConceptMap|SearchParameter|OperationDefinition)-/.test(file)) continue;
      // Collections of definitions of many megabytes are Bundles like others.
      if (statSync(join(folder, file)).size > 500_000) continue;
      const resource = parseJson(readFileSync(join(folder, file), 'utf8')) as Resource;
      if (!definitions.isResourceType(resource.resourceType)) continue;
      resources++;
      const { entries } = search.extract(resource);
      if (entries.length === 0) silent.set(resource.resourceType, (silent.get(resource.resourceType) ?? 0) + 1);
    }
    expect(resources).toBeGreaterThan(700);
    expect([...silent].map(([type, count]) => `${type} ${count}`).sort()).toEqual([
      // The other one is found by the context that guards it.
      'Binary 1',
      'BiologicallyDerivedProduct 1',
      'CatalogEntry 1',
      'DetectedIssue 2',
      'MedicinalProductContraindication 1',
      'MedicinalProductIndication 1',
      'MedicinalProductIngredient 1',
      'MedicinalProductInteraction 1',
      'MedicinalProductManufactured 1',
      'MedicinalProductUndesirableEffect 1',
      'ObservationDefinition 1',
      'OperationOutcome 6',
      'SubstanceSpecification 1',
      'VerificationResult 1',
    ]);
  });

  test('a blood pressure', () => {
    const { entries } = search.extract(example('Observation-blood-pressure'));
    expect(
      entries
        .filter(({ param }) => ['combo-code', 'subject', 'patient', 'date', 'status'].includes(param))
        .map((entry) => `${entry.param} ${shown(entry)}`)
        .sort(),
    ).toEqual([
      'combo-code http://acme.org/devices/clinical-codes|bp-s',
      'combo-code http://loinc.org|8462-4',
      'combo-code http://loinc.org|8480-6',
      'combo-code http://loinc.org|85354-9',
      'combo-code http://snomed.info/sct|271649006',
      `date ${day('2012-09-16', '2012-09-17')}`,
      'patient Patient/example',
      'status final',
      'subject Patient/example',
    ]);
  });
});

describe('a resource of very many values', () => {
  const names = (length: number) =>
    Array.from({ length }, (_, at) => ({ family: String.fromCodePoint(0x4e00 + at), given: [String.fromCodePoint(0x5000 + at)] }));
  const patient = (length: number) => ({ resourceType: 'Patient', id: '1', name: names(length) }) as unknown as Resource;
  const codeSystem = (length: number) =>
    ({ resourceType: 'CodeSystem', id: '1', concept: Array.from({ length }, (_, at) => ({ code: `c${at}` })) }) as unknown as Resource;

  test('is indexed as long as they can be borne: a hundred names, forty thousand codes', () => {
    expect(search.extract(patient(100)).entries.length).toBeGreaterThan(900);
    expect(search.extract(codeSystem(40_000)).entries).toHaveLength(40_000);
  });

  test.each<[string, () => Resource, string]>([
    ['names', () => patient(10_000), 'at most 2000'],
    [
      'given names of one name',
      () => ({ ...patient(0), name: [{ given: names(10_000).map(({ family }) => family.repeat(40)) }] }) as unknown as Resource,
      'at most 2000',
    ],
    ['codes', () => codeSystem(50_001), 'at most 50000'],
    ['equal names', () => ({ ...patient(0), name: [{ given: Array(500_000).fill('x') }] }) as unknown as Resource, 'at most 20000'],
  ])('is refused where its %s are too many, before they are all looked at', (_what, make, words) => {
    const resource = make();
    const begun = performance.now();
    const refused = faultOf(() => search.extract(resource));
    expect(performance.now() - begun).toBeLessThan(3000);
    expect([refused?.status, refused?.code, refused?.expression]).toEqual([422, 'too-costly', resource.resourceType]);
    expect(refused?.text).toContain(words);
  });

  test('with more events, or more items from one expression, than a call can have arguments, is no fault of the server', () => {
    const event = Array.from({ length: 130_000 }, () => '2024-02-29');
    const request = { resourceType: 'ServiceRequest', occurrenceTiming: { event: [...event, '2025-01-01'] } };
    expect(found(request, 'occurrence')).toEqual([day('2024-02-28', '2025-01-01')]);
    const many = { resourceType: 'Patient', telecom: Array.from({ length: 130_000 }, () => ({ system: 'phone', value: '1' })) };
    expect(found(many, 'telecom')).toEqual(['1']);
    const coded = {
      resourceType: 'Observation',
      component: Array.from({ length: 130_000 }, () => ({ code: { coding: [{ code: 'x' }] } })),
    };
    expect(found(coded, 'combo-code')).toEqual(['x']);
  });
});
