import { describe, expect, test } from '@jest/globals';
import { type Access, unrestricted } from '../../src/access/access.js';
import { searchWalk } from '../../src/search/links.js';
import type { Predicate } from '../../src/store/port.js';
import { definitions } from '../built-definitions.js';
import { faultOf, parametersOf, planOf, predicateOf, search } from './fixture.js';

const match = (param: string, kind: string, rest: object) => ({ kind: 'match', param, match: { kind, ...rest } });
const token = (param: string, ...values: object[]) => match(param, 'token', { values });
const string = (param: string, how: string, ...values: string[]) => match(param, 'string', { how, values });
const reference = (param: string, ...targets: string[]) => match(param, 'reference', { targets });
const range = (param: string, ...values: object[]) => match(param, 'range', { values });
const keyed = (param: string, key: string, ...values: object[]) => match(param, 'range', { key, values });
const alsoInside = (type: string, predicate: object) => [
  { type, predicate },
  { type: `#${type}`, predicate },
];

const day = { low: Date.parse('2024-02-28T16:00:00Z'), high: Date.parse('2024-02-29T16:00:00Z') };

describe('one parameter becomes one predicate', () => {
  test.each<[string, object]>([
    ['Patient?gender=male', token('gender', { code: 'male' })],
    ['Patient?gender=male,female', token('gender', { code: 'male' }, { code: 'female' })],
    ['Observation?code=http://loinc.org|8480-6', token('code', { system: 'http://loinc.org', code: '8480-6' })],
    ['Observation?code=http://loinc.org|', token('code', { system: 'http://loinc.org' })],
    ['Observation?code=|8480-6', token('code', { system: null, code: '8480-6' })],
    ['Patient?identifier=a\\|b\\,c', token('identifier', { code: 'a|b,c' })],
    ['Patient?gender:not=male', { kind: 'not', of: token('gender', { code: 'male' }) }],
    ['Patient?gender:missing=true', { kind: 'not', of: { kind: 'present', param: 'gender', entry: 'token' } }],
    ['Patient?birthdate:missing=false', { kind: 'present', param: 'birthdate', entry: 'range' }],
    ['Patient?name=Müller', string('name', 'prefix', 'muller')],
    ['Patient?name:contains=Ü', string('name', 'contains', 'u')],
    ['Patient?name:exact=Müller', string('name', 'exact', 'Müller')],
    ['Patient?family=張', string('family', 'prefix', '张')],
    ['Observation?subject=Patient/1', reference('subject', 'Patient/1')],
    ['Observation?subject=http://127.0.0.1:8080/fhir/Patient/1', reference('subject', 'Patient/1')],
    ['Observation?subject=http://elsewhere.cn/Patient/1', reference('subject', 'http://elsewhere.cn/Patient/1')],
    ['Observation?subject:Patient=1', reference('subject', 'Patient/1')],
    ['Observation?subject:Patient=Patient/1', reference('subject', 'Patient/1')],
    ['Observation?subject=1', reference('subject', 'Group/1', 'Device/1', 'Patient/1', 'Location/1')],
    ['Observation?encounter=Encounter/1/_history/2', reference('encounter', 'Encounter/1/_history/2')],
    ['Patient?_id=a,b', { kind: 'id', ids: ['a', 'b'] }],
    ['Patient?_lastUpdated=ge2024-02-29', { kind: 'updated', values: [{ highAfter: day.low }] }],
    ['ValueSet?url=http://a.cn/x', match('url', 'uri', { how: 'equal', values: ['http://a.cn/x'] })],
    ['Observation?date=2024-02-29', range('date', { lowFrom: day.low, highTo: day.high })],
    ['Observation?date=ne2024-02-29', range('date', { lowBefore: day.low }, { highAfter: day.high })],
    ['Observation?date=lt2024-02-29,sa2024-02-29', range('date', { lowBefore: day.low }, { lowFrom: day.high })],
    ['RiskAssessment?probability=100', range('probability', { lowFrom: 99.5, highTo: 100.5 })],
    ['Observation?value-quantity=gt5||mg', keyed('value-quantity', '||mg', { highAfter: 5.000000000000001 })],
    ['Observation?value-quantity=le5|http://u.org|mg', keyed('value-quantity', '|http://u.org|mg', { lowBefore: 5.000000000000001 })],
    ['Observation?value-quantity=5', range('value-quantity', { lowFrom: 4.5, highTo: 5.5 })],
    [
      'Observation?subject:Patient.name=x',
      { kind: 'chain', param: 'subject', where: alsoInside('Patient', string('name', 'prefix', 'x')) },
    ],
    [
      'Observation?subject.birthdate=2024-02-29',
      {
        kind: 'chain',
        param: 'subject',
        where: alsoInside('Patient', range('birthdate', { lowFrom: day.low, highTo: day.high })),
      },
    ],
    [
      'Patient?_list=42,List/43',
      { kind: 'reverse', param: 'item', where: [{ type: 'List', predicate: { kind: 'id', ids: ['42', '43'] } }] },
    ],
    [
      'Observation?subject:Patient._id=1',
      {
        kind: 'any',
        of: [
          {
            kind: 'all',
            of: [
              { kind: 'match', param: 'subject', match: { kind: 'reference', targets: ['Patient/1'] } },
              { kind: 'chain', param: 'subject', where: [{ type: 'Patient', predicate: { kind: 'id', ids: ['1'] } }] },
            ],
          },
          { kind: 'chain', param: 'subject', where: [{ type: '#Patient', predicate: { kind: 'id', ids: ['1'] } }] },
        ],
      },
    ],
    [
      'Patient?_has:Observation:patient:code=x',
      { kind: 'reverse', param: 'patient', where: [{ type: 'Observation', predicate: token('code', { code: 'x' }) }] },
    ],
  ])('%s', (query, expected) => {
    expect(predicateOf(query)).toEqual(expected);
  });

  test('an element of type code is found with the system its binding draws on', () => {
    expect(predicateOf('Patient?gender=http://hl7.org/fhir/administrative-gender|male')).toEqual(
      token(
        'gender',
        { system: 'http://hl7.org/fhir/administrative-gender', code: 'male' },
        // Its other name.
        { system: 'urn:oid:2.16.840.1.113883.4.642.4.2', code: 'male' },
        { system: null, code: 'male' },
      ),
    );
  });

  test('a chain without type reaches every target type that has the parameter', () => {
    const chain = predicateOf('Observation?subject.identifier=x');
    expect(chain?.kind === 'chain' && chain.where.map(({ type }) => type)).toEqual(
      ['Group', 'Device', 'Patient', 'Location'].flatMap((type) => [type, `#${type}`]),
    );
  });

  test('uri :below takes the uri itself and what is under it, :above every path above it', () => {
    expect(predicateOf('ValueSet?url:below=http://a.cn/x')).toEqual({
      kind: 'any',
      of: [
        match('url', 'uri', { how: 'equal', values: ['http://a.cn/x'] }),
        match('url', 'uri', { how: 'below', values: ['http://a.cn/x/'] }),
      ],
    });
    expect(predicateOf('ValueSet?url:above=http://a.cn/x')).toEqual(
      match('url', 'uri', { how: 'equal', values: ['http://a.cn/x', 'http://a.cn/x/', 'http://a.cn', 'http://a.cn/'] }),
    );
  });

  test('approximate dates reach a tenth of the time from now', () => {
    const middle = (day.low + day.high) / 2;
    const slack = (middle - Date.parse('2024-01-01T00:00:00Z')) / 10;
    expect(predicateOf('Observation?date=ap2024-02-29')).toEqual(
      range('date', { lowBefore: day.high + slack, highAfter: day.low - slack }),
    );
  });

  test('a plus sign that arrived as a space still is one', () => {
    expect(predicateOf('Observation?date=2024-02-29T08:00:00 08:00')).toEqual(predicateOf('Observation?date=2024-02-29T00:00:00Z'));
  });
});

describe('repetition is AND, comma is OR, empty values ask for nothing', () => {
  test('repeated parameters', () => {
    expect(predicateOf('Patient?name=a&name=b')).toEqual({
      kind: 'all',
      of: [string('name', 'prefix', 'a'), string('name', 'prefix', 'b')],
    });
  });
  test.each(['Patient?', 'Patient?name=', 'Patient?name=,', 'Patient?nonsense=', 'Patient?_sort=&_count='])('%s', (query) => {
    expect(predicateOf(query)).toEqual({ kind: 'all', of: [] });
    expect(planOf(query).self).toEqual([['_count', '20']]);
  });
  test.each(['name=', 'name=,', 'identifier=', '_id=', '_filter= '])('Patient?%s is ignored with a warning that names it', (criterion) => {
    const [name = ''] = criterion.split('=');
    expect(planOf(`Patient?gender=male&${criterion}`).warnings).toEqual([
      expect.objectContaining({
        severity: 'warning',
        expression: name,
        message: expect.objectContaining({
          en: `The search parameter "${name}" was ignored because it has no value`,
          zh: `检索参数“${name}”没有值，已忽略`,
        }),
      }),
    ]);
  });
});

test.each(['-', 'patient.name'])('what is no name is not sorted by: _sort=%s', (sort) => {
  expect(faultOf(() => planOf(`Patient?_sort=${sort}`))).toMatchObject({
    status: 400,
    expression: '_sort',
    text: expect.stringContaining('expected names of search parameters'),
  });
});

test('an element that is written otherwise is refused with the one that is near', () => {
  expect(faultOf(() => planOf('Patient?_elements=birthdate'))?.text).toContain('perhaps "birthDate" is meant');
});

test('unknown parameters are told together', () => {
  expect(() => planOf('Patient?nam=x&gender=male&birthdat=2000')).toThrow(
    expect.objectContaining({
      issues: [expect.objectContaining({ expression: 'nam' }), expect.objectContaining({ expression: 'birthdat' })],
    }),
  );
});

test('where no name is near none is offered', () => {
  expect(faultOf(() => planOf('Patient?shoesize=44'))?.text).toBe('Patient has no search parameter "shoesize"');
});

describe('what cannot be done is refused by name', () => {
  test.each([
    ['Patient?nam=x', 'nam', 'Patient has no search parameter "nam"; the nearest known ones: name'],
    ['Patient?birthDate=2000', 'birthDate', 'birthdate'],
    ['Patient?sex=male', 'sex', 'ones: gender'],
    ['Patient?mobile=138', 'mobile', 'ones: phone, telecom'],
    ['Patient?姓名=张', '姓名', 'ones: name'],
    ['Observation?value=5', 'value', 'ones: value-quantity'],
    ['Patient?_offset=20', '_offset', 'pages are turned by the next link'],
    ['Patient?name:Exact=x', 'name:Exact', 'perhaps ":exact" was meant'],
    ['Patient?name:contain=x', 'name:contain', 'perhaps ":contains" was meant'],
    ['Observation?subject:Pateint=1', 'subject:Pateint', 'no resource type "Pateint"'],
    ['Patient?name:within=x', 'name:within', ':exact, :contains'],
    ['Patient?gender:of-type=x', 'gender:of-type', ':not, :in, :not-in, :above, :below, :missing'],
    ['Observation?subject:exact=x', 'subject:exact', ':[type], :identifier, :above, :below, :missing'],
    ['Observation?subject:Medication=1', 'subject:Medication', 'Patient'],
    ['Patient?_lastUpdated:exact=2000', '_lastUpdated:exact', ':missing'],
    ['Patient?_text=x', '_text', 'for Patient, which the setting FULL_TEXT leaves out, is not supported'],
    ['Composition?_text:exact=x', '_text:exact', ':missing'],
    ['Patient?_query=mine', '_query', 'mine'],
    ['Patient?_list=$current-allergies', '_list', '$current-allergies'],
    ['Patient?_list:exact=1', '_list:exact', '_list'],
    ['Patient?_summary=text&_include=Patient:link', '_include', 'without _include'],
    ['Observation?_sort=code-value-quantity', '_sort', '_lastUpdated'],
    ['Location?_sort=near', '_sort', 'near'],
    ['Composition?_sort=_text', '_sort', '_text'],
    ['Patient?_sort=_score', '_sort', '_score'],
    ['Patient?_sort=nonsense', '_sort', 'nonsense'],
    ['Patient?_include:recurse=Patient:link', '_include:recurse', ':iterate'],
    ['Patient?_include=Patient:nonsense', '_include', 'nonsense'],
    ['Observation?_include=Observation:subject:Medication', '_include', 'Patient'],
    [
      'Observation?subject:Patient.general-practitioner:PractitionerRole.organization.partof.partof.partof.name=x',
      'subject:Patient.general-practitioner:PractitionerRole.organization.partof.partof.partof.name',
      'more than 5 chains',
    ],
    ['Observation?subject.nonsense=x', 'subject.nonsense', 'nonsense'],
    ['Patient?_has:Observation:nonsense:code=x', '_has:Observation:nonsense:code', 'nonsense'],
  ])('%s', (query, expression, text) => {
    const fault = faultOf(() => planOf(query));
    expect(fault).toMatchObject({ status: 400, code: 'not-supported', expression });
    expect(fault?.text?.toLowerCase()).toContain(text.toLowerCase());
  });
});

describe('a value that cannot be read is refused with parameter and value', () => {
  test.each([
    ['Observation?date=2020-13', 'date', '2020-13'],
    ['Observation?date=xx2020', 'date', 'xx2020'],
    ['Patient?_lastUpdated=yesterday', '_lastUpdated', 'yesterday'],
    ['Patient?_count=-1', '_count', '-1'],
    ['Patient?_count=ten', '_count', 'ten'],
    ['Patient?_total=exact', '_total', 'exact'],
    ['Patient?_summary=yes', '_summary', 'yes'],
    ['Patient?active=yes', 'active', 'yes'],
    ['Patient?gender:missing=maybe', 'gender:missing', 'maybe'],
    ['Patient?identifier=|', 'identifier', '|'],
    ['Patient?identifier=a|b|c', 'identifier', 'a|b|c'],
    ['Patient?name=a\\b', 'name', 'a\\b'],
    ['Patient?name=%', 'name', undefined],
    ['RiskAssessment?probability=high', 'probability', 'high'],
    ['Observation?value-quantity=5|mg', 'value-quantity', '5|mg'],
    ['Observation?value-quantity=mg', 'value-quantity', 'mg'],
    ['Observation?subject=not an id', 'subject', 'not an id'],
    ['Observation?subject:Patient=Group/1', 'subject:Patient', 'Group/1'],
    ['ValueSet?url:below=urn:oid:1.2', 'url:below', 'urn:oid:1.2'],
    ['Patient?birthdate.year=1', 'birthdate.year', 'a date'],
    ['Observation?_include=subject', '_include', 'subject'],
    ['Observation?_include=Observation:code', '_include', 'a token'],
    ['Patient?_has:Observation:performer=x', '_has:Observation:performer', 'x'],
    ['Patient?_has:Encounter:location:status=x', '_has:Encounter:location:status', 'Patient'],
    ['Patient?_cursor=abc', '_cursor', 'not one'],
    ['Patient?_type=Nonsense', '_type', 'Nonsense'],
  ])('%s', (query, expression, shown) => {
    const fault = faultOf(() => planOf(query));
    if (shown === undefined) return expect(fault).toBeUndefined();
    expect(fault).toMatchObject({ status: 400, code: 'invalid', expression });
    expect(fault?.text).toContain(shown);
  });
});

describe('handling=lenient', () => {
  test('ignores unknown and unsupported parameters, says so, and leaves them out of self', () => {
    const plan = planOf('Patient?nonsense=1&name=a&_text=b', { lenient: true });
    expect(plan.where[0]?.predicate).toEqual(string('name', 'prefix', 'a'));
    expect(plan.self).toEqual([
      ['name', 'a'],
      ['_count', '20'],
    ]);
    expect(plan.warnings.map(({ severity, expression }) => [severity, expression])).toEqual([
      ['warning', 'nonsense'],
      ['warning', '_text'],
    ]);
  });
  test.each(['Patient?name:within=x', 'Patient?birthdate=x', 'Patient?_sort=x'])(
    'never ignores a wrong modifier, value or sort: %s',
    (query) => {
      expect(faultOf(() => planOf(query, { lenient: true }))?.status).toBe(400);
    },
  );
});

describe('the page', () => {
  test('the count is capped, and self shows what holds', () => {
    const plan = planOf('Patient?_count=5000&_sort=-birthdate,_id');
    expect(plan.count).toBe(1000);
    expect(plan.self).toEqual([
      ['_count', '1000'],
      ['_sort', '-birthdate,_id'],
    ]);
    expect(plan.sort).toEqual([
      { slot: 'birthdate', descending: true },
      { slot: '_id', descending: false },
    ]);
  });

  test('what has no slot is sorted by its entries, texts by their first reading either way', () => {
    expect(planOf('Patient?_sort=-identifier,identifier,-address-city,general-practitioner,_profile').sort).toEqual([
      { param: 'identifier', entry: 'token', end: 'high', descending: true },
      { param: 'identifier', entry: 'token', end: 'low', descending: false },
      { param: 'address-city', entry: 'string', end: 'low', descending: true },
      { param: 'general-practitioner', entry: 'reference', end: 'low', descending: false },
      { param: '_profile', entry: 'uri', end: 'low', descending: false },
    ]);
    const sorts = (types: readonly string[], query: string) => search.plan(types, parametersOf(query), unrestricted).sort;
    expect(sorts(['Patient', 'Observation'], '_sort=identifier')).toEqual([
      { param: 'identifier', entry: 'token', end: 'low', descending: false },
    ]);
    expect(faultOf(() => sorts(['Patient', 'Observation'], '_sort=birthdate'))).toMatchObject({ status: 400, expression: '_sort' });
  });

  test('dates that span time sort by their beginning upwards and by their end downwards', () => {
    expect(planOf('Observation?_sort=date,-date').sort.map((sort) => 'slot' in sort && sort.slot)).toEqual(['date:low', 'date:high']);
  });

  test('what is to be included is one rule for each type, however often it stands there', () => {
    const query = `_include=Observation:subject&${'_include=Observation:subject&'.repeat(50)}_include=Observation:encounter`;
    expect(planOf(`Observation?${query}`).includes).toEqual([
      { direction: 'forward', source: 'Observation', params: ['subject', 'encounter'] },
    ]);
    const everything = planOf(`Patient?${'_revinclude=*&'.repeat(50)}_revinclude=Observation:*&_revinclude=Observation:subject`).includes;
    expect(everything.filter(({ source }) => source === 'Observation')).toHaveLength(1);
  });

  test('types that stand twice are searched once', () => {
    const plan = search.plan(definitions.resourceTypes, parametersOf(`_type=${'Patient,'.repeat(10_000)}Basic`), unrestricted);
    expect(plan.where.map(({ type }) => type)).toEqual(['Basic', 'Patient']);
  });

  test('_count=0 and _summary=count ask for the total alone', () => {
    expect([planOf('Patient?_count=0'), planOf('Patient?_summary=count')].map(({ count, total }) => [count, total])).toEqual([
      [0, 'accurate'],
      [0, 'accurate'],
    ]);
  });

  test('a cursor is good for its own search alone, whatever the page size', () => {
    const turn = { position: { values: ['x'], number: 7 }, backward: true };
    const cursor = search.cursors.encode(turn, searchWalk(planOf('Patient?name=a&_sort=family')));
    expect(planOf(`Patient?name=a&_sort=family&_count=3&_cursor=${cursor}`).turn).toEqual(turn);
    for (const query of [
      'Patient?name=b&_sort=family',
      'Practitioner?name=a&_sort=family',
      'Patient?name=a&_sort=given',
      'Patient?name=a',
    ]) {
      expect(faultOf(() => planOf(`${query}&_cursor=${cursor}`))).toMatchObject({ status: 400, expression: '_cursor' });
    }
  });
});

describe('every type is searched under its own restriction', () => {
  const own: Predicate = { kind: 'compartment', name: 'Patient/1' };
  const access: Access = { restriction: (_act, type) => (type === 'Observation' || type === 'Patient' ? own : undefined) };
  const planned = (types: readonly string[], query: string) => search.plan(types, parametersOf(query), access).where;

  test('the type searched', () => {
    expect(planned(['Observation'], 'code=x')).toEqual([
      { type: 'Observation', predicate: { kind: 'all', of: [token('code', { code: 'x' }), own] } },
    ]);
  });
  test('the target of a chain, and only targets that are allowed', () => {
    expect(planned(['Observation'], 'subject.identifier=x')[0]?.predicate).toMatchObject({
      of: [
        {
          kind: 'chain',
          where: [
            { type: 'Patient', predicate: { kind: 'all', of: [token('identifier', { code: 'x' }), own] } },
            { type: '#Patient', predicate: token('identifier', { code: 'x' }) },
          ],
        },
        own,
      ],
    });
  });
  test('what refers, in _has', () => {
    expect(planned(['Patient'], '_has:Observation:subject:code=x')[0]?.predicate).toMatchObject({
      of: [{ kind: 'reverse', where: [{ type: 'Observation', predicate: { kind: 'all', of: [token('code', { code: 'x' }), own] } }] }, own],
    });
  });
  test('refused types are 403, in chains and _has too', () => {
    for (const [type, query] of [
      ['Encounter', ''],
      ['Observation', 'encounter.status=x'],
      ['Observation', 'subject:Group.identifier=x'],
      ['Patient', '_has:Encounter:subject:status=x'],
    ] as const) {
      expect(faultOf(() => planned([type], query))).toMatchObject({ status: 403, code: 'forbidden' });
    }
  });
  test('a search over several types leaves refused ones out', () => {
    expect(planned(['Encounter', 'Observation', 'Patient'], '').map(({ type }) => type)).toEqual(['Observation', 'Patient']);
  });
});

describe('several types', () => {
  test('a parameter must be known to all of them', () => {
    const plan = (query: string) => search.plan(['Patient', 'Observation'], parametersOf(query), unrestricted);
    expect(plan('identifier=x').where.map(({ type }) => type)).toEqual(['Patient', 'Observation']);
    expect(faultOf(() => plan('birthdate=2000'))).toMatchObject({ status: 400, expression: 'birthdate' });
    expect(plan('identifier=x&_type=Patient').where.map(({ type }) => type)).toEqual(['Patient']);
  });
  test('a compartment is one more condition', () => {
    expect(planOf('Observation?code=x', { compartment: 'Patient/1' }).where[0]?.predicate).toEqual({
      kind: 'all',
      of: [token('code', { code: 'x' }), { kind: 'compartment', name: 'Patient/1' }],
    });
  });
});

describe('criteria of conditional interactions', () => {
  const criteria = (type: string, query: string) => search.criteria(type, parametersOf(query), unrestricted);
  test.each([
    ['Patient', 'identifier=s|x', ['Patient.identifier=x']],
    ['Patient', 'identifier=x', ['Patient.identifier=x']],
    ['Patient', 'identifier=|x,s|y', ['Patient.identifier=x', 'Patient.identifier=y']],
    ['Patient', 'identifier=x&birthdate=2000', ['Patient.identifier=x']],
    ['Patient', 'identifier=s|', ['Patient']],
    ['Patient', 'name=x', ['Patient']],
    ['Observation', 'subject=Patient/1&code=c', ['Observation.code=c', 'Observation.subject=Patient/1']],
    ['Patient', '_id=1', ['Patient._id=1']],
    ['ValueSet', 'url=http://a.cn/x', ['ValueSet.url=http://a.cn/x']],
    ['Patient', 'gender:not=male', ['Patient']],
    ['Observation', 'patient.identifier=x', ['Observation']],
    ['Observation', 'patient.identifier=x&code=c', ['Observation.code=c']],
    ['Patient', '_has:Observation:patient:code=x', ['Patient']],
    ['Patient', '_list=1', ['Patient']],
    ['Patient', '_filter=identifier eq x and name sw y', ['Patient.identifier=x']],
    ['Patient', '_filter=identifier eq x or identifier eq y', ['Patient.identifier=x', 'Patient.identifier=y']],
    ['Patient', '_filter=identifier eq x or name sw y', ['Patient']],
    ['Observation', 'code-value-quantity=c$5', ['Observation.code=c']],
    ['Observation', 'component-code-value-quantity=c$5', ['Observation']],
  ])('%s?%s holds %j', (type, query, names) => {
    expect(criteria(type, query).names).toEqual(names);
  });
  test.each(['', 'name=', '_count=3', '_sort=_id'])('criteria that ask for nothing are refused: "%s"', (query) => {
    expect(faultOf(() => criteria('Patient', query))).toMatchObject({ status: 400, code: 'invalid' });
  });
  test('a written resource holds the values of its identifiers', () => {
    const { entries } = search.extract({
      resourceType: 'Patient',
      id: '1',
      gender: 'male',
      identifier: [{ system: 's', value: 'x' }, { system: 't' }],
    });
    expect(search.identifierNames('Patient', entries)).toEqual(['Patient.identifier=x']);
  });
});
