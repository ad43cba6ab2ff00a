import { describe, expect, test } from '@jest/globals';
import { type Access, unrestricted } from '../../src/access/access.js';
import { restrictedToCompartment } from '../../src/access/compartment-access.js';
import { keyText, type Resource } from '../../src/model/resource.js';
import type { PlanOptions, SearchResult } from '../../src/search/search.js';
import { definitions } from '../built-definitions.js';
import { stores } from '../stores.js';
import { filledStore, heldResources } from './filled-store.js';
import { faultOf, parametersOf, search } from './fixture.js';

const refer = (reference: string) => ({ reference });
const quantity = (value: number, more: object = {}) => ({
  value,
  unit: 'mmHg',
  system: 'http://unitsofmeasure.org',
  code: 'mm[Hg]',
  ...more,
});

const resources: readonly Resource[] = [
  {
    resourceType: 'Patient',
    id: 'zhang',
    active: true,
    gender: 'male',
    birthDate: '1988-07-01',
    name: [{ family: '张', given: ['三'], text: '张三' }],
    identifier: [{ system: 'urn:cn:id', value: 'A1' }],
    managingOrganization: refer('Organization/o'),
    generalPractitioner: [refer('Practitioner/d')],
  },
  { resourceType: 'Patient', id: 'zeng', gender: 'female', birthDate: '1990', name: [{ text: '曾小贤' }], identifier: [{ value: 'A1' }] },
  { resourceType: 'Patient', id: 'smith', birthDate: '1988-07', name: [{ family: 'Müller-Smith', given: ['Eve'] }], link: [] },
  { resourceType: 'Practitioner', id: 'd', name: [{ family: '鍾', given: ['醫生'] }], identifier: [{ system: 's', value: 'D1' }] },
  { resourceType: 'Organization', id: 'o', name: '第一人民医院' },
  {
    resourceType: 'Encounter',
    id: 'e',
    status: 'finished',
    class: { code: 'AMB' },
    subject: refer('Patient/zhang'),
    period: { start: '2024-01-01' },
  },
  {
    resourceType: 'Observation',
    id: 'bp1',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
    subject: refer('Patient/zhang'),
    encounter: refer('http://127.0.0.1:8080/fhir/Encounter/e'),
    performer: [refer('Practitioner/d')],
    effectiveDateTime: '2024-02-29T08:00:00+08:00',
    valueQuantity: quantity(120),
  },
  {
    resourceType: 'Observation',
    id: 'bp2',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
    subject: refer('Patient/zeng'),
    effectivePeriod: { start: '2024-03-01' },
    valueQuantity: quantity(90, { comparator: '<' }),
  },
  {
    resourceType: 'Observation',
    id: 'note',
    status: 'preliminary',
    code: { text: '…' },
    subject: refer('http://elsewhere.cn/fhir/Patient/zhang'),
    valueString: 'Etwas',
  },
  { resourceType: 'RiskAssessment', id: 'r', status: 'final', subject: refer('Patient/zhang'), prediction: [{ probabilityDecimal: 0.5 }] },
  { resourceType: 'ValueSet', id: 'v', status: 'active', url: 'http://a.cn/ValueSet/x', version: 'V1' },
] as unknown as readonly Resource[];

const written = Date.parse('2024-05-01T00:00:00Z');
const { writes, candidates, inMemory } = heldResources(search, resources, written);

const cases: readonly (readonly [query: string, found: string])[] = [
  ['Patient?', 'zhang zeng smith'],
  ['Patient?gender=male', 'zhang'],
  ['Patient?gender=male,female', 'zhang zeng'],
  ['Patient?gender=http://hl7.org/fhir/administrative-gender|male', 'zhang'],
  ['Patient?gender:not=male', 'zeng smith'],
  ['Patient?gender:missing=true', 'smith'],
  ['Patient?gender:missing=false', 'zhang zeng'],
  ['Patient?active=true', 'zhang'],
  ['Patient?identifier=A1', 'zhang zeng'],
  ['Patient?identifier=a1', ''],
  ['Patient?identifier=urn:cn:id|A1', 'zhang'],
  ['Patient?identifier=|A1', 'zeng'],
  ['Patient?identifier=urn:cn:id|', 'zhang'],
  ['Patient?name=张三', 'zhang'],
  ['Patient?name=張', 'zhang'],
  ['Patient?name=zhangsan', 'zhang'],
  ['Patient?name=zhangs', 'zhang'],
  ['Patient?name=zhang san', 'zhang'],
  ['Patient?name=zengxiaoxian', 'zeng'],
  ['Patient?name=cengxiaoxian', 'zeng'],
  ['Patient?name=三', 'zhang'],
  ['Patient?family=zhang', 'zhang'],
  ['Patient?given=san', 'zhang'],
  ['Patient?name=muller', 'smith'],
  ['Patient?name=smith', 'smith'],
  ['Patient?name=Eve Müller', 'smith'],
  ['Patient?name:exact=Eve', 'smith'],
  ['Patient?name:exact=eve', ''],
  ['Patient?name:exact=zhangsan', ''],
  ['Patient?birthdate=1988-07-01', 'zhang'],
  ['Patient?birthdate=1988-07', 'zhang smith'],
  ['Patient?birthdate=1988', 'zhang smith'],
  ['Patient?birthdate=ne1988-07-01', 'zeng smith'],
  ['Patient?birthdate=ge1989', 'zeng'],
  ['Patient?birthdate=lt1988-07-01', ''],
  ['Patient?birthdate=1988-07-01,1990', 'zhang zeng'],
  ['Patient?birthdate=ge1988&birthdate=lt1989', 'zhang smith'],
  ['Patient?_id=zhang,zeng,nobody', 'zhang zeng'],
  ['Patient?_lastUpdated=2024-05-01', 'zhang zeng smith'],
  ['Patient?_lastUpdated=gt2024-05-01T00:00:00.000Z', 'zeng smith'],
  ['Patient?organization=Organization/o', 'zhang'],
  ['Patient?organization=o', 'zhang'],
  ['Patient?organization:missing=true', 'zeng smith'],
  ['Patient?organization.name=第一', 'zhang'],
  ['Patient?general-practitioner.name=钟医', 'zhang'],
  ['Patient?general-practitioner:Practitioner.identifier=s|D1', 'zhang'],
  ['Patient?general-practitioner:Organization.name=x', ''],
  ['Patient?_has:Observation:patient:code=8480-6', 'zhang zeng'],
  ['Patient?_has:Observation:subject:value-quantity=120', 'zhang'],
  ['Patient?_has:Encounter:subject:status=planned', ''],
  ['Observation?subject=Patient/zhang', 'bp1'],
  ['Observation?subject=zhang', 'bp1'],
  ['Observation?subject:Patient=zhang', 'bp1'],
  ['Observation?subject=http://127.0.0.1:8080/fhir/Patient/zhang', 'bp1'],
  ['Observation?subject=http://elsewhere.cn/fhir/Patient/zhang', 'note'],
  ['Observation?encounter=e', 'bp1'],
  ['Observation?subject.name=zhangsan', 'bp1'],
  ['Observation?subject:Patient.birthdate=1990', 'bp2'],
  ['Observation?subject:Patient._id=zeng', 'bp2'],
  ['Observation?subject.gender:missing=true', ''],
  ['Observation?code=http://loinc.org|8480-6&subject=Patient/zeng', 'bp2'],
  ['Observation?code:missing=true', ''],
  ['Observation?date=2024-02-29', 'bp1'],
  ['Observation?date=2024-02-29T00:00:00Z', 'bp1'],
  ['Observation?date=2024-02-29T08:00:00', 'bp1'],
  ['Observation?date=ge2025', 'bp2'],
  ['Observation?date=sa2024-02', 'bp2'],
  ['Observation?date=eb2024-03-01', 'bp1'],
  ['Observation?date:missing=true', 'note'],
  ['Observation?value-quantity=120', 'bp1'],
  ['Observation?value-quantity=120||mmHg', 'bp1'],
  ['Observation?value-quantity=120|http://unitsofmeasure.org|mm[Hg]', 'bp1'],
  ['Observation?value-quantity=120||kPa', ''],
  ['Observation?value-quantity=lt100', 'bp2'],
  ['Observation?value-quantity=gt89', 'bp1 bp2'],
  ['Observation?value-quantity=gt90', 'bp1'],
  ['Observation?value-string=etwas', 'note'],
  ['RiskAssessment?probability=0.5', 'r'],
  ['RiskAssessment?probability=gt0.5', ''],
  ['RiskAssessment?probability=ge0.5', 'r'],
  ['RiskAssessment?probability=le5e-1', 'r'],
  ['ValueSet?url=http://a.cn/ValueSet/x', 'v'],
  ['ValueSet?url:below=http://a.cn/ValueSet', 'v'],
  ['ValueSet?url:below=http://a.cn/Value', ''],
  ['ValueSet?url:above=http://a.cn/ValueSet/x/1', 'v'],
  ['ValueSet?version=v1', 'v'],
];

describe.each(stores)('in $name', ({ open }) => {
  const store = filledStore(open, search.layout, writes);

  async function run(text: string, access: Access = unrestricted, options: PlanOptions = {}): Promise<SearchResult> {
    const mark = text.indexOf('?');
    return search.run(store(), search.plan([text.slice(0, mark)], parametersOf(text.slice(mark + 1)), access, options), access);
  }

  async function ids(text: string, access: Access = unrestricted): Promise<readonly string[]> {
    return (await run(text, access)).matches.map(({ id }) => id);
  }

  describe('a search finds what it asks for, in the store and in memory alike', () => {
    test.each(cases)('%s finds [%s]', async (query, expected) => {
      expect((await ids(query)).join(' ')).toBe(expected);
      const mark = query.indexOf('?');
      const { where } = search.plan([query.slice(0, mark)], parametersOf(query.slice(mark + 1)), unrestricted);
      expect((await inMemory(where)).map(({ id }) => id).join(' ')).toBe(expected);
    });
  });

  describe('searches at the limit of their size are still answered', () => {
    const many = (length: number, value: (at: number) => string) => Array.from({ length }, (_, at) => value(at)).join(',');
    test.each([
      ['ids', `Patient?_id=${many(1999, (at) => `x${at}`)},zhang`, 'zhang'],
      ['tokens', `Patient?identifier=${many(1999, (at) => `x${at}`)},A1`, 'zhang zeng'],
      ['tokens with systems', `Patient?identifier=${many(1999, (at) => `s${at}|x${at}`)},urn:cn:id|A1`, 'zhang'],
      ['tokens denied', `Patient?identifier:not=${many(1999, (at) => `|x${at}`)},|A1`, 'zhang smith'],
      ['uris', `ValueSet?url=${many(1999, (at) => `http://a.cn/${at}`)},http://a.cn/ValueSet/x`, 'v'],
      ['a uri of many characters', `ValueSet?url:below=http://a.cn/${'x'.repeat(7900)},http://a.cn/ValueSet`, 'v'],
      ['uris below', `ValueSet?url:below=${many(199, (at) => `http://a.cn/${at}`)},http://a.cn/ValueSet`, 'v'],
      ['quantities in lanes of their own', `Observation?value-quantity=${many(199, (at) => `${at + 1000}||u${at}`)},120`, 'bp1'],
      ['dates', `Patient?birthdate=${many(199, (at) => `sa${at + 3800}`)},1988-07-01`, 'zhang'],
      ['strings', `Patient?name=${many(199, (at) => `x${at}`)},zhang`, 'zhang'],
      ['references', `Observation?subject=${many(1999, (at) => `Patient/x${at}`)},Patient/zhang`, 'bp1'],
      ['parameters', `Patient?${'name=zhang&'.repeat(99)}`, 'zhang'],
      ['strings in many parameters', `Patient?${`name=${many(9, (at) => `x${at}`)},zhang&`.repeat(20)}`, 'zhang'],
      ['dates in many parameters', `Patient?${`birthdate=${many(3, (at) => `sa${at + 3800}`)},1988-07-01&`.repeat(50)}`, 'zhang'],
      ['strings in a chain', `Observation?subject:Patient.name=${many(199, (at) => `x${at}`)},zhang`, 'bp1'],
      ['chains', `Observation?${`subject:Patient.name=${many(19, (at) => `x${at}`)},zhang&`.repeat(10)}`, 'bp1'],
      ['one and the same sort', `Patient?name=zhang&_sort=${many(2000, () => '_id')}`, 'zhang'],
      ['sorts', 'Patient?name=zhang&_sort=_id,-_id,birthdate,-birthdate,_lastUpdated,-_lastUpdated,name,-name,gender,-gender', 'zhang'],
    ])('%s', async (_, query, expected) => {
      expect((await ids(query)).join(' ')).toBe(expected);
    });

    test.each([
      ['values', `Patient?_id=${many(2001, (at) => `x${at}`)}`],
      ['values in two parameters', `Patient?_id=${many(1001, (at) => `x${at}`)}&identifier:not=${many(1000, (at) => `x${at}`)}`],
      ['values that are compared', `Patient?name=${many(201, (at) => `x${at}`)}`],
      ['values that are compared, in many parameters', `Patient?${`name=${many(21, (at) => `x${at}`)}&`.repeat(10)}`],
      [
        'values of many kinds that are compared',
        `Patient?name=${many(100, (at) => `x${at}`)}&birthdate=${many(51, (at) => `ne${at + 1900}`)}`,
      ],
      ['values in a chain', `Observation?subject.name=${many(101, (at) => `x${at}`)}`],
      ['values behind _has', `Patient?_has:Observation:patient:date=${many(201, (at) => `ge${at + 1000}`)}`],
      ['chains', `Observation?${'subject:Patient.gender=male&'.repeat(6)}${'_has:Provenance:target:agent=x&'.repeat(5)}`],
      ['types that chains lead to', 'Basic?subject.identifier=x&subject.identifier=y'],
      ['characters in a value', `Patient?identifier=${'\\,'.repeat(4001)}`],
      ['paths above', `ValueSet?url:above=http://a.cn${'/a'.repeat(900)},http://b.cn${'/b'.repeat(200)}`],
      ['sorts', `Patient?_sort=${many(11, (at) => `x${at}`)}`],
      ['parameters', `Patient?${'name=zhang&'.repeat(101)}`],
      ['bare ids of a reference to anything', `Provenance?target=${many(100, (at) => `x${at}`)}`],
    ])('beyond it too many %s are refused', (_, query) => {
      const mark = query.indexOf('?');
      const parameters = parametersOf(query.slice(mark + 1));
      const refused = faultOf(() => search.plan([query.slice(0, mark)], parameters, unrestricted));
      expect([refused?.status, refused?.code]).toEqual([400, /^(bare|characters)/.test(_) ? 'invalid' : 'too-costly']);
      expect(refused?.text).toMatch(/at most \d+|ambiguous/);
      if (!query.includes('_sort')) {
        expect(faultOf(() => search.criteria(query.slice(0, mark), parameters, unrestricted))).toEqual(refused);
      }
    });
  });

  test('a total that could not be counted in time is left out with a warning, an estimate is given', async () => {
    const slow = new Proxy(store(), {
      get: (target, name) => (name === 'count' ? async () => ({ total: 2, exact: false }) : Reflect.get(target, name).bind(target)),
    });
    const totalOf = async (query: string) => {
      const { total, warnings } = await search.run(slow, search.plan(['Patient'], parametersOf(query), unrestricted), unrestricted);
      return [total?.total, warnings.map(({ code }) => code)];
    };
    expect(await totalOf('_count=1&_total=accurate')).toEqual([undefined, ['incomplete']]);
    expect(await totalOf('_summary=count')).toEqual([undefined, ['incomplete']]);
    expect(await totalOf('_count=1&_total=estimate')).toEqual([2, []]);
    expect(await totalOf('_summary=count&_total=estimate')).toEqual([2, []]);
  });

  describe('pages', () => {
    test('sorted pages follow each other without loss or repetition', async () => {
      const seen: string[] = [];
      for (let next: string | undefined = ''; next !== undefined; ) {
        const page: SearchResult = await run(`Patient?_sort=-birthdate&_count=1${next === '' ? '' : `&_cursor=${next}`}`);
        seen.push(...page.matches.map(({ id }) => id));
        next = page.pages.find(({ relation }) => relation === 'next')?.cursor;
      }
      expect(seen).toEqual(['zeng', 'smith', 'zhang'].sort((a, b) => seen.indexOf(a) - seen.indexOf(b)));
      expect(seen[0]).toBe('zeng');
      expect(seen).toHaveLength(3);
    });

    test.each([
      ['Patient?_sort=family', 'zeng smith zhang'],
      ['Patient?_sort=name', 'smith zeng zhang'],
      ['Patient?_sort=-name', 'zhang zeng smith'],
      ['Patient?_sort=-_lastUpdated', 'smith zeng zhang'],
      ['Patient?_sort=_id', 'smith zeng zhang'],
      ['Observation?_sort=date', 'note bp1 bp2'],
      ['Observation?_sort=-date', 'bp2 bp1 note'],
    ])('%s: %s', async (query, expected) => {
      expect((await ids(query)).join(' ')).toBe(expected);
    });

    test('the total is given where it is free or asked for, else absent', async () => {
      expect((await run('Patient?')).total).toEqual({ total: 3, exact: true });
      expect((await run('Patient?_count=1')).total).toBeUndefined();
      expect((await run('Patient?_count=1&_total=accurate')).total).toEqual({ total: 3, exact: true });
      expect((await run('Patient?_total=none')).total).toBeUndefined();
      expect((await run('Patient?name=nobody')).total).toEqual({ total: 0, exact: true });
    });

    test.each(['Patient?_count=0', 'Patient?_summary=count'])('%s gives the total alone', async (query) => {
      expect(await run(query)).toMatchObject({ matches: [], included: [], total: { total: 3, exact: true } });
    });
  });

  describe('includes', () => {
    const included = async (query: string, access?: Access) => (await run(query, access)).included.map(keyText).sort().join(' ');
    test.each([
      ['Observation?_include=Observation:subject', 'Patient/zeng Patient/zhang'],
      ['Observation?_id=bp1&_include=Observation:*', 'Encounter/e Patient/zhang Practitioner/d'],
      ['Observation?_id=bp1&_include=*', 'Encounter/e Patient/zhang Practitioner/d'],
      ['Observation?_id=bp1&_include=Observation:performer:Organization', ''],
      ['Patient?_id=zhang&_revinclude=Observation:subject', 'Observation/bp1'],
      ['Patient?_revinclude=Observation:subject&_revinclude=Encounter:subject', 'Encounter/e Observation/bp1 Observation/bp2'],
      ['Patient?_id=zhang&_revinclude=*', 'Encounter/e Observation/bp1 RiskAssessment/r'],
      ['Patient?_id=zhang&_include=Patient:organization&_revinclude=Observation:subject:Patient', 'Observation/bp1 Organization/o'],
      ['Patient?_id=zhang&_include=Encounter:subject', ''],
      ['Patient?_count=1&_include=Patient:link', ''],
    ])('%s includes [%s]', async (query, expected) => {
      expect(await included(query)).toBe(expected);
    });

    test('what the request may not see is left out silently', async () => {
      const access = restrictedToCompartment({ definitions, compartment: 'Patient', id: 'zhang' });
      expect(await included('Observation?_include=*', access)).toBe('Encounter/e Patient/zhang');
      expect(await included('Patient?_revinclude=*', access)).toBe('Encounter/e Observation/bp1 RiskAssessment/r');
    });
  });

  describe('a request restricted to one compartment', () => {
    const access = restrictedToCompartment({ definitions, compartment: 'Patient', id: 'zhang', sharedTypes: ['Practitioner'] });
    test.each([
      ['Patient?', 'zhang'],
      ['Patient?_id=zeng', ''],
      ['Patient?gender:not=male', ''],
      ['Observation?', 'bp1'],
      ['Observation?code=8480-6', 'bp1'],
      ['Observation?subject:Patient._id=zeng', ''],
      ['Observation?subject:missing=false', 'bp1'],
      ['Practitioner?', 'd'],
      ['Practitioner?_has:Observation:performer:code=8480-6', 'd'],
      ['Patient?_has:Observation:subject:code=8480-6', 'zhang'],
    ])('%s finds [%s]', async (query, expected) => {
      expect((await ids(query, access)).join(' ')).toBe(expected);
    });

    test.each(['Organization?', 'Patient?organization.name=x', 'Organization?_has:Patient:organization:gender=male'])(
      '%s is refused',
      (query) => {
        const mark = query.indexOf('?');
        const fault = faultOf(() => search.plan([query.slice(0, mark)], parametersOf(query.slice(mark + 1)), access));
        expect(fault).toMatchObject({ status: 403, code: 'forbidden' });
      },
    );

    test('totals do not count what is hidden', async () => {
      expect((await run('Observation?_summary=count', access)).total).toEqual({ total: 1, exact: true });
    });
  });

  test('a compartment search finds what belongs to it', async () => {
    expect((await run('Observation?', unrestricted, { compartment: 'Practitioner/d' })).matches.map(({ id }) => id)).toEqual(['bp1']);
  });

  test('criteria find by every form of an identifier', async () => {
    const found = async (query: string) => {
      const [keys = []] = await store().find([search.criteria('Patient', parametersOf(query), unrestricted).where], 2);
      return keys.map(keyText);
    };
    expect(await found('identifier=urn:cn:id|A1')).toEqual(['Patient/zhang']);
    expect(await found('identifier=A1')).toEqual(['Patient/zhang', 'Patient/zeng']);
  });
});

test('a predicate with a chain cannot be judged without anyone to follow it', async () => {
  const { where } = search.plan(['Observation'], parametersOf('subject.name=x'), unrestricted);
  const candidate = candidates.find(({ id }) => id === 'bp1');
  await expect(candidate && search.matches(where, candidate)).rejects.toThrow('chain');
});
