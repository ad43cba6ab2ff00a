/** Modifiers of tokens, references and URIs: found in both stores and in memory alike. */
import { describe, expect, test } from '@jest/globals';
import { unrestricted } from '../../src/access/access.js';
import { createLiveDefinitions } from '../../src/definitions/live.js';
import { uploaded } from '../../src/definitions/uploaded.js';
import { wholly } from '../../src/model/in-steps.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Resource } from '../../src/model/resource.js';
import { createSearch } from '../../src/search/create-search.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { definitions as packaged } from '../built-definitions.js';
import { stores } from '../stores.js';
import { filledStore, heldResources } from './filled-store.js';
import { faultOf, parametersOf } from './fixture.js';

const definitions = createLiveDefinitions(packaged);
const search = createSearch({
  definitions: packaged,
  vocabulary: { definitions, terminology: createTerminology(definitions) },
  baseUrl: 'http://127.0.0.1:8080/fhir',
  timezone: 'Asia/Shanghai',
});

const icd = 'http://t.cn/icd';
const folded = 'http://t.cn/folded';
const vs = (id: string, compose: object, more: object = {}): JsonObject =>
  ({ resourceType: 'ValueSet', id, url: `http://t.cn/ValueSet/${id}`, status: 'active', compose, ...more }) as JsonObject;

const concepts = [
  {
    code: 'A00',
    display: '霍乱',
    concept: [{ code: 'A00.0' }, { code: 'A00.1', concept: [{ code: 'A00.1x' }] }],
  },
  { code: 'B00', property: [{ code: 'status', valueCode: 'retired' }] },
  { code: 'C00', property: [{ code: 'parent', valueCode: 'B00' }] },
];
const chain = Array.from({ length: 60 }, (_, at) =>
  vs(`deep${at}`, { include: [at === 59 ? { system: icd } : { valueSet: [`http://t.cn/ValueSet/deep${at + 1}`] }] }),
);
const vocabulary: readonly JsonObject[] = [
  { resourceType: 'CodeSystem', id: 'icd', url: icd, status: 'active', content: 'complete', concept: concepts } as unknown as JsonObject,
  {
    resourceType: 'CodeSystem',
    id: 'folded',
    url: folded,
    status: 'active',
    content: 'complete',
    caseSensitive: false,
    concept: [{ code: 'Abc' }],
  } as unknown as JsonObject,
  { resourceType: 'CodeSystem', id: 'part', url: 'http://t.cn/part', status: 'active', content: 'fragment' } as JsonObject,
  vs('listed', { include: [{ system: icd, concept: [{ code: 'A00.0' }, { code: 'B00' }] }] }),
  vs('versioned', { include: [{ system: icd, concept: [{ code: 'A00.0' }] }] }, { version: '1' }),
  vs('whole', { include: [{ system: icd }] }),
  vs('elsewhere', { include: [{ system: 'http://t.cn/unknown' }] }),
  vs('below', { include: [{ system: icd, filter: [{ property: 'concept', op: 'is-a', value: 'A00' }] }] }),
  vs('active', { inactive: false, include: [{ system: icd }] }),
  vs('without', { include: [{ system: icd }], exclude: [{ system: icd, concept: [{ code: 'A00.0' }] }] }),
  vs('unknown-without', {
    include: [{ system: 'http://t.cn/unknown' }],
    exclude: [{ system: 'http://t.cn/unknown', concept: [{ code: 'x' }] }],
  }),
  vs('imports', { include: [{ valueSet: ['http://t.cn/ValueSet/listed'] }] }),
  vs('both', { include: [{ valueSet: ['http://t.cn/ValueSet/listed', 'http://t.cn/ValueSet/below'] }] }),
  vs('mine', { include: [{ system: icd, valueSet: ['http://t.cn/ValueSet/listed'] }] }),
  vs('circle', { include: [{ valueSet: ['http://t.cn/ValueSet/circle2'] }, { system: icd, concept: [{ code: 'B00' }] }] }),
  vs('circle2', { include: [{ valueSet: ['http://t.cn/ValueSet/circle'] }, { system: icd, concept: [{ code: 'A00.0' }] }] }),
  vs('nowhere', { include: [{ valueSet: ['http://t.cn/ValueSet/none'] }] }),
  vs('fragment', { include: [{ system: 'http://t.cn/part', filter: [{ property: 'concept', op: 'is-a', value: 'x' }] }] }),
  vs('genders', { include: [{ system: 'http://hl7.org/fhir/administrative-gender', concept: [{ code: 'female' }, { code: 'other' }] }] }),
  vs('all-genders', { include: [{ system: 'http://hl7.org/fhir/administrative-gender' }] }),
  vs('nothing', { include: [{ system: icd, concept: [{ code: 'A00.0' }] }], exclude: [{ system: icd }] }),
  vs('case', { include: [{ system: folded, concept: [{ code: 'ABC' }] }] }),
  vs('huge', { include: [{ system: icd, concept: Array.from({ length: 100_000 }, (_, at) => ({ code: `x${at}` })) }] }),
  vs('huge-excluded', {
    include: [{ valueSet: ['http://t.cn/ValueSet/huge'] }, { system: icd, concept: [{ code: 'A00.0' }] }],
    exclude: [{ valueSet: ['http://t.cn/ValueSet/huge'] }],
  }),
  vs('slow', { include: [{ system: icd, filter: [{ property: 'code', op: 'regex', value: '(?=A).*' }] }] }),
  vs('misshapen', { include: [{ valueSet: 'http://t.cn/ValueSet/listed' }] }),
  { resourceType: 'ValueSet', id: 'empty', url: 'http://t.cn/ValueSet/empty', status: 'active' },
  ...Array.from({ length: 30 }, (_, at) =>
    vs(`doubling${at}`, {
      include: [
        { valueSet: [`http://t.cn/ValueSet/doubling${(at + 1) % 30}`] },
        { valueSet: [`http://t.cn/ValueSet/doubling${(at + 2) % 30}`] },
      ],
    }),
  ),
  {
    ...vs('expanded', { include: [{ system: 'http://t.cn/part', filter: [{ property: 'concept', op: 'is-a', value: 'x' }] }] }),
    expansion: { contains: [{ system: icd, code: 'B00', contains: [{ system: icd, code: 'C00' }] }] },
  } as unknown as JsonObject,
  ...chain,
];
for (const one of vocabulary) {
  const made = wholly(uploaded(one, { id: String(one.id), version: 1, lastUpdated: 1 }));
  if (made !== undefined) definitions.put(made);
}

const coded = (id: string, coding: readonly object[], text?: string) => ({
  resourceType: 'Condition',
  id,
  subject: { reference: 'Patient/p' },
  code: { ...(coding.length === 0 ? {} : { coding }), ...(text === undefined ? {} : { text }) },
});
const identifier = (type: object, value: string, system?: string) => ({ type, value, ...(system === undefined ? {} : { system }) });
const v2 = 'http://terminology.hl7.org/CodeSystem/v2-0203';

const resources = [
  {
    resourceType: 'Patient',
    id: 'p',
    gender: 'female',
    identifier: [identifier({ coding: [{ system: v2, code: 'MR' }], text: '病案号' }, '446053', 'http://a.cn')],
  },
  {
    resourceType: 'Patient',
    id: 'q',
    gender: 'male',
    identifier: [identifier({ coding: [{ system: v2, code: 'SB' }, { code: 'MR' }] }, '446053')],
  },
  { resourceType: 'Patient', id: 'none', identifier: [{ value: 'a|b' }], telecom: [{ system: 'phone', value: '13800000000' }] },
  coded('a00', [{ system: icd, code: 'A00', display: 'Severe headache, right-sided' }]),
  coded('a000', [{ system: icd, code: 'A00.0', display: '2型糖尿病' }], '消渴'),
  coded('a001x', [{ system: icd, code: 'A00.1x' }], 'Headache'),
  coded('b00', [{ system: icd, code: 'B00' }]),
  coded('c00', [{ system: icd, code: 'C00' }]),
  coded('other', [{ system: 'http://t.cn/unknown', code: 'A00' }], 'Léger mal de tête'),
  coded('case', [{ system: folded, code: 'aBC' }]),
  coded('text', [], '頭痛'),
  { resourceType: 'Condition', id: 'empty', subject: { identifier: { system: 'http://a.cn', value: '446053' }, display: '张三' } },
  {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    code: { text: 'Panel' },
    component: [{ code: { text: 'Systolic blood pressure' } }],
  },
  { resourceType: 'DocumentReference', id: 'd1', status: 'current', content: [{ attachment: { contentType: 'text/xml; charset=UTF-8' } }] },
  { resourceType: 'DocumentReference', id: 'd2', status: 'current', content: [{ attachment: { contentType: 'text/xml' } }] },
  { resourceType: 'DocumentReference', id: 'd3', status: 'current', content: [{ attachment: { contentType: 'text/xml-dtd' } }] },
  { resourceType: 'Location', id: 'site' },
  { resourceType: 'Location', id: 'floor', partOf: { reference: 'Location/site' } },
  { resourceType: 'Location', id: 'room', partOf: { reference: 'http://127.0.0.1:8080/fhir/Location/floor' } },
  { resourceType: 'Location', id: 'yard' },
  ...['site', 'room', 'yard'].map((at) => ({
    resourceType: 'Encounter',
    id: `at-${at}`,
    status: 'planned',
    class: { code: 'AMB' },
    location: [{ location: { reference: `Location/${at}` } }],
  })),
  {
    resourceType: 'Provenance',
    id: 'pv1',
    target: [{ reference: 'Patient/p/_history/2' }],
    recorded: '2024-01-01T00:00:00Z',
    agent: [{ who: { reference: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0' } }],
  },
  {
    resourceType: 'Provenance',
    id: 'pv2',
    target: [{ reference: 'https://elsewhere.cn/fhir/Patient/p' }],
    recorded: '2024-01-01T00:00:00Z',
    agent: [{ who: { reference: '#x' } }],
  },
  { resourceType: 'PlanDefinition', id: 'pd1', status: 'draft', library: ['http://t.cn/Library/l|1.0'] },
  { resourceType: 'PlanDefinition', id: 'pd2', status: 'draft', library: ['http://t.cn/Library/l|1.1#part'] },
  { resourceType: 'PlanDefinition', id: 'pd3', status: 'draft', library: ['http://t.cn/Library/l|10.0'] },
  {
    resourceType: 'PlanDefinition',
    id: 'pd4',
    status: 'draft',
    library: ['http://t.cn/Library/l'],
    url: 'http://t.cn/PlanDefinition/p',
    version: '1.A',
  },
  { resourceType: 'PlanDefinition', id: 'pd5', status: 'draft', url: 'http://t.cn/PlanDefinition/p', version: '2' },
  {
    resourceType: 'PlanDefinition',
    id: 'pd6',
    status: 'draft',
    url: 'http://t.cn/PlanDefinition/pq',
    meta: { profile: ['http://t.cn/StructureDefinition/s|1.2'] },
  },
  { resourceType: 'PlanDefinition', id: 'pd7', status: 'draft', url: 'urn:oid:1.2.3' },
] as unknown as readonly Resource[];

const { writes, inMemory } = heldResources(search, resources, 1000);

function plan(query: string) {
  const mark = query.indexOf('?');
  return search.plan([query.slice(0, mark)], parametersOf(query.slice(mark + 1)), unrestricted);
}

const cases: Readonly<Record<string, readonly (readonly [query: string, found: string])[]>> = {
  ':not also finds what has no value': [
    ['Patient?gender:not=male', 'p none'],
    ['Patient?gender:not=male,female', 'none'],
    ['Patient?gender:not=http://hl7.org/fhir/administrative-gender|male', 'p none'],
    ['Condition?code:not=A00', 'a000 a001x b00 c00 case text empty'],
  ],
  'a system alone finds its codes, also those of elements without a system': [
    ['Condition?code=http://t.cn/icd|', 'a00 a000 a001x b00 c00'],
    ['Patient?gender=http://hl7.org/fhir/administrative-gender|', 'p q'],
    ['Patient?identifier=a\\|b', 'none'],
  ],
  'case matters unless the code system says that it does not': [
    ['Condition?code=http://t.cn/folded|ABC', 'case'],
    ['Condition?code=http://t.cn/icd|a00', ''],
  ],
  ':text finds what texts begin with': [
    ['Condition?code:text=headache', 'a001x'],
    ['Condition?code:text=SEVERE head', 'a00'],
    ['Condition?code:text=severe headache right sided', 'a00'],
    ['Condition?code:text=ache', ''],
    ['Condition?code:text=leger', 'other'],
    ['Condition?code:text=2型糖', 'a000'],
    ['Condition?code:text=消渴', 'a000'],
    ['Condition?code:text=头痛', 'text'],
    ['Condition?code:text=消渴,头', 'a000 text'],
    ['Patient?identifier:text=病案', 'p'],
    ['Observation?combo-code:text=systolic', 'o1'],
    ['Observation?combo-code:text=panel', 'o1'],
    ['Observation?code:text=systolic', ''],
  ],
  ':of-type compares the type and the value of an identifier together': [
    [`Patient?identifier:of-type=${v2}|MR|446053`, 'p'],
    [`Patient?identifier:of-type=${v2}|SB|446053`, 'q'],
    [`Patient?identifier:of-type=${v2}|MR|446054,${v2}|SB|446053`, 'q'],
    [`Patient?identifier:of-type=${v2}|XX|446053`, ''],
  ],
  ':in finds the codes of a value set': [
    ['Condition?code:in=http://t.cn/ValueSet/listed', 'a000 b00'],
    ['Condition?code:in=ValueSet/listed', 'a000 b00'],
    ['Condition?code:in=http://127.0.0.1:8080/fhir/ValueSet/listed', 'a000 b00'],
    ['Condition?code:in=http://t.cn/ValueSet/versioned|1', 'a000'],
    ['Condition?code:in=http://t.cn/ValueSet/whole', 'a00 a000 a001x b00 c00'],
    ['Condition?code:in=http://t.cn/ValueSet/elsewhere', 'other'],
    ['Condition?code:in=http://t.cn/ValueSet/below', 'a00 a000 a001x'],
    ['Condition?code:in=http://t.cn/ValueSet/active', 'a00 a000 a001x c00'],
    ['Condition?code:in=http://t.cn/ValueSet/without', 'a00 a001x b00 c00'],
    ['Condition?code:in=http://t.cn/ValueSet/imports', 'a000 b00'],
    ['Condition?code:in=http://t.cn/ValueSet/both', 'a000'],
    ['Condition?code:in=http://t.cn/ValueSet/mine', 'a000 b00'],
    ['Condition?code:in=http://t.cn/ValueSet/circle', 'a000 b00'],
    ['Condition?code:in=http://t.cn/ValueSet/nothing', ''],
    ['Condition?code:in=http://t.cn/ValueSet/case', 'case'],
    ['Condition?code:in=http://t.cn/ValueSet/expanded', 'b00 c00'],
    ['Condition?code:in=http://t.cn/ValueSet/huge-excluded', 'a000'],
    ['Condition?code:in=http://t.cn/ValueSet/versioned,http://t.cn/ValueSet/elsewhere', 'a000 other'],
    ['Condition?code:not-in=http://t.cn/ValueSet/whole', 'other case text empty'],
    ['Patient?gender:in=http://t.cn/ValueSet/genders', 'p'],
    ['Patient?gender:in=http://t.cn/ValueSet/all-genders', 'p q'],
    ['Patient?gender:in=ValueSet/administrative-gender', 'p q'],
    ['Patient?gender:not-in=http://hl7.org/fhir/ValueSet/administrative-gender', 'none'],
  ],
  ':below and :above follow the code system': [
    ['Condition?code:below=http://t.cn/icd|A00', 'a00 a000 a001x'],
    ['Condition?code:below=http://t.cn/icd|B00', 'b00 c00'],
    ['Condition?code:above=http://t.cn/icd|A00.1x', 'a00 a001x'],
    ['Condition?code:below=http://t.cn/icd|nothing', ''],
    ['Condition?code:below=http://t.cn/folded|ABC', 'case'],
    ['Patient?gender:below=male', 'q'],
    ['DocumentReference?contenttype=text/xml', 'd2'],
    ['DocumentReference?contenttype:below=text/xml', 'd1 d2'],
    ['DocumentReference?contenttype:above=text/xml; charset=UTF-8', 'd1 d2'],
  ],
  'references are found in every way they can be written': [
    ['Condition?subject:missing=true', ''],
    ['Condition?patient=p', 'a00 a000 a001x b00 c00 other case text'],
    ['Provenance?target=Patient/p', 'pv1'],
    ['Provenance?target=Patient/p/_history/2', 'pv1'],
    ['Provenance?target=Patient/p/_history/1', ''],
    ['Provenance?target=http://127.0.0.1:8080/fhir/Patient/p', 'pv1'],
    ['Provenance?target=https://elsewhere.cn/fhir/Patient/p', 'pv2'],
    ['Provenance?target:Patient=p', 'pv1'],
    ['Provenance?target:Patient=Patient/p', 'pv1'],
    ['Provenance?agent=urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0', 'pv1'],
    ['Provenance?agent:missing=false', 'pv1 pv2'],
  ],
  ':identifier is a token search over Reference.identifier': [
    ['Condition?subject:identifier=http://a.cn|446053', 'empty'],
    ['Condition?subject:identifier=446053', 'empty'],
    ['Condition?subject:identifier=|446053', ''],
    ['Condition?subject:identifier=http://a.cn|', 'empty'],
  ],
  'canonicals are found with and without version, :below by the beginning of it': [
    ['PlanDefinition?depends-on=http://t.cn/Library/l', 'pd1 pd2 pd3 pd4'],
    ['PlanDefinition?depends-on=http://t.cn/Library/l|1.0', 'pd1'],
    ['PlanDefinition?depends-on=http://t.cn/Library/l|1.1', 'pd2'],
    ['PlanDefinition?depends-on=http://t.cn/Library/l|1.1#part', 'pd2'],
    ['PlanDefinition?depends-on:below=http://t.cn/Library/l', 'pd1 pd2 pd3 pd4'],
    ['PlanDefinition?depends-on:below=http://t.cn/Library/l|1', 'pd1 pd2'],
    ['PlanDefinition?depends-on:below=http://t.cn/Library/l|1.1,http://t.cn/Library/l|10', 'pd2 pd3'],
  ],
  'hierarchies are followed down and up': [
    ['Encounter?location:below=site', 'at-site at-room'],
    ['Encounter?location:below=Location/floor', 'at-room'],
    ['Encounter?location:above=room', 'at-site at-room'],
    ['Encounter?location:above=Location/yard', 'at-yard'],
    ['Location?partof:below=site', 'floor room'],
    ['Encounter?location:below=site,yard', 'at-site at-room at-yard'],
  ],
  'URIs are found exactly, by their path, and with a version': [
    ['PlanDefinition?url=http://t.cn/PlanDefinition/p', 'pd4 pd5'],
    ['PlanDefinition?url=http://t.cn/PlanDefinition/p|1.a', 'pd4'],
    ['PlanDefinition?url=http://t.cn/PlanDefinition/p|2,http://t.cn/PlanDefinition/pq', 'pd5 pd6'],
    ['PlanDefinition?url=http://t.cn/PlanDefinition/P', ''],
    ['PlanDefinition?url=urn:oid:1.2.3', 'pd7'],
    ['PlanDefinition?url:below=http://t.cn/PlanDefinition/p', 'pd4 pd5'],
    ['PlanDefinition?url:below=http://t.cn', 'pd4 pd5 pd6'],
    ['PlanDefinition?url:above=http://t.cn/PlanDefinition/p/1', 'pd4 pd5'],
    ['PlanDefinition?url:missing=true', 'pd1 pd2 pd3'],
    ['PlanDefinition?_profile=http://t.cn/StructureDefinition/s', 'pd6'],
    ['PlanDefinition?_profile=http://t.cn/StructureDefinition/s|1.2', 'pd6'],
    ['PlanDefinition?_profile:below=http://t.cn/StructureDefinition/s|1', 'pd6'],
    ['PlanDefinition?_profile:below=http://t.cn/StructureDefinition', 'pd6'],
  ],
};

describe.each(stores)('in $name', ({ open }) => {
  const store = filledStore(open, search.layout, writes);

  describe.each(Object.entries(cases))('%s', (_, queries) => {
    test.each(queries)('%s finds [%s]', async (query, expected) => {
      const planned = plan(query);
      const { matches } = await search.run(store(), planned, unrestricted);
      expect(matches.map(({ id }) => id).join(' ')).toBe(expected);
      expect((await inMemory(planned.where)).map(({ id }) => id).join(' ')).toBe(expected);
    });
  });
});

describe('what cannot be told is refused, and the value set and the reason are named', () => {
  test.each([
    ['Condition?code:in=http://t.cn/ValueSet/none', 'not-supported', 'http://t.cn/ValueSet/none'],
    ['Condition?code:in=ValueSet/none', 'not-supported', 'no ValueSet/none here'],
    ['Condition?code:in=http://t.cn/ValueSet/nowhere', 'not-supported', 'imports http://t.cn/ValueSet/none'],
    ['Condition?code:in=http://t.cn/ValueSet/fragment', 'not-supported', 'http://t.cn/part is not here in full'],
    ['Condition?code:in=http://t.cn/ValueSet/unknown-without', 'not-supported', 'http://t.cn/unknown is not known here'],
    ['Condition?code:in=http://t.cn/ValueSet/huge', 'too-costly', 'more codes than the 2000'],
    ['Condition?code:in=http://t.cn/ValueSet/slow', 'not-supported', 'filter "code regex (?=A).*"'],
    ['Condition?code:in=http://t.cn/ValueSet/misshapen', 'not-supported', 'cannot be read as a value set'],
    ['Condition?code:in=http://t.cn/ValueSet/empty', 'not-supported', 'neither a composition nor an expansion'],
    ['Condition?code:in=http://t.cn/ValueSet/doubling0', 'not-supported', 'more than 10000 value sets'],
    ['Condition?code:in=listed', 'invalid', 'the URL of a value set or ValueSet/id'],
    ['Condition?code:below=A00', 'invalid', 'system|code'],
    ['Condition?code:below=http://t.cn/unknown|A00', 'not-supported', 'http://t.cn/unknown is not known here'],
    ['Condition?code:above=http://t.cn/part|A00', 'not-supported', 'http://t.cn/part is not here in full'],
    ['Patient?identifier:of-type=x|MR', 'invalid', 'all three'],
    ['Patient?identifier:of-type=x||446053', 'invalid', 'all three'],
    ['Patient?identifier:of-type=a|b|c|d', 'invalid', 'all three'],
    ['Condition?code:text= ', 'invalid', 'not blank'],
    ['Patient?telecom=phone|13800000000', 'invalid', 'without a system'],
    ['Patient?active=|true', 'invalid', 'without a system'],
    ['Condition?code=a|b|c', 'invalid', 'system|code'],
    ['Condition?code=|', 'invalid', 'system|code'],
    ['Condition?subject=Practitioner/1', 'invalid', 'Group or Patient'],
    ['Condition?subject=http://127.0.0.1:8080/fhir/Practitioner/1', 'invalid', 'Group or Patient'],
    ['Condition?subject=#x', 'invalid', 'Type/id'],
    ['Condition?subject:Patient=http://elsewhere.cn/Patient/1', 'invalid', 'id of a Patient'],
    ['Encounter?location:below=http://elsewhere.cn/Location/1', 'invalid', 'Location/id'],
    ['PlanDefinition?depends-on:identifier=x', 'not-supported', ':below'],
    ['PlanDefinition?url:contains=x', 'not-supported', ':below, :above, :missing'],
    ['PlanDefinition?url:below=urn:oid:1.2', 'invalid', 'does not apply to URNs'],
  ])('%s: %s, %s', (query, code, words) => {
    const fault = faultOf(() => plan(query));
    expect(fault).toMatchObject({ status: 400, code });
    expect(fault?.text).toContain(words);
  });
});

test('the codes of a large code system cost two entries, however many there are; without a url they are not in memory and too many', () => {
  const concept = Array.from({ length: 60_000 }, (_, at) => ({ code: `x${at}` }));
  const large = { resourceType: 'CodeSystem', id: 'large', url: 'http://t.cn/large', concept } as unknown as Resource;
  const entries = search.extract(large).entries.filter(({ param }) => param.startsWith('code'));
  expect(entries.map(({ param }) => param)).toEqual(['code', 'code:many']);
  const { url: _, ...nameless } = large;
  expect(faultOf(() => search.extract(nameless))).toMatchObject({ status: 422, code: 'too-costly' });
});

test('a resource may have more texts of codes than other strings', () => {
  const item = Array.from({ length: 3000 }, (_, at) => ({
    linkId: `${at}`,
    type: 'string',
    code: [{ code: 'x', display: `question ${at}` }],
  }));
  const { entries } = search.extract({ resourceType: 'Questionnaire', id: 'q', status: 'active', item } as unknown as Resource);
  expect(entries.filter(({ param }) => param === 'code:text')).toHaveLength(3000);
});
