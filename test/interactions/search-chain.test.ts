/** Chains, `_has`, `_list` and `_filter`, on both stores, over HTTP. Source: R4 search.html#chaining, #has, #list, search_filter.html */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

jest.setTimeout(120_000);

const to = (name: string) => ({ reference: name });

describe.each(stores)('links between resources on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.url });
    const put = async (name: string, more: object) => {
      const [resourceType = '', id = ''] = name.split('/');
      const answer = await server.ask('PUT', `/${name}`, { resourceType, id, ...more });
      expect([name, answer.status < 300 ? '' : answer.text]).toEqual([name, '']);
    };
    await put('Organization/top', { name: '省卫健委' });
    await put('Organization/mid', { name: '市卫健委', partOf: to('Organization/top') });
    await put('Organization/low', { name: '市一院', partOf: to('Organization/mid') });
    await put('Practitioner/joe', { name: [{ family: 'Joe' }], address: [{ state: 'CA' }] });
    await put('Practitioner/jane', { name: [{ family: 'Jane' }], address: [{ state: 'MN' }] });
    await put('Patient/a', {
      name: [{ family: '张', given: ['三'] }],
      gender: 'male',
      birthDate: '1990-05-01',
      identifier: [{ system: 'http://id.cn', value: 'A1' }],
      managingOrganization: to('Organization/low'),
      generalPractitioner: [to('Practitioner/joe'), to('Practitioner/jane')],
    });
    await put('Patient/b', { name: [{ family: '李', given: ['四'] }], gender: 'female', managingOrganization: to('Organization/mid') });
    await put('Patient/c', { name: [{ family: '张', given: ['五'] }], gender: 'female', birthDate: '2000' });
    await put('Group/g', { type: 'person', actual: true, identifier: [{ value: 'A1' }] });
    const observation = { status: 'final', code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] } };
    await put('Observation/a1', {
      ...observation,
      subject: to('Patient/a'),
      valueQuantity: { value: 120 },
      effectiveDateTime: '2024-02-29',
    });
    await put('Observation/a2', {
      ...observation,
      status: 'amended',
      subject: to('Patient/a'),
      effectivePeriod: { start: '2024-02-01', end: '2024-03-31' },
    });
    await put('Observation/b1', { ...observation, subject: to('Patient/b'), code: { coding: [{ code: 'x' }] } });
    await put('Observation/g1', { ...observation, subject: to('Group/g') });
    await put('Observation/n1', { ...observation });
    await put('Provenance/1', {
      target: [to('Observation/a1')],
      recorded: '2024-01-01T00:00:00Z',
      agent: [{ who: to('Practitioner/joe') }],
    });
    await put('List/l', {
      status: 'current',
      mode: 'working',
      entry: [{ item: to('Patient/a') }, { item: to('Patient/b') }, { item: to('Observation/n1') }],
    });
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  test.each([
    ['Observation?subject:Patient.name=张', 'a1 a2'],
    ['Observation?subject.name=张', 'a1 a2'],
    ['Observation?subject.name=zhang', 'a1 a2'],
    ['Observation?subject:Patient.identifier=http://id.cn|A1', 'a1 a2'],
    ['Observation?subject.identifier=A1', 'a1 a2 g1'],
    ['Observation?subject:Group.identifier=A1', 'g1'],
    ['Observation?subject:Patient._id=b', 'b1'],
    ['Observation?patient.organization.name=市一院', 'a1 a2'],
    ['Observation?patient.organization.partof.name=省卫健委', 'b1'],
    ['Observation?patient.organization.partof.partof.name=省卫健委', 'a1 a2'],
    ['Observation?patient.organization:Organization.partof._id=top', 'b1'],
    ['Observation?subject:Patient.birthdate:missing=true', 'b1'],
    ['Observation?subject:Patient.gender:not=male', 'b1'],
    ['Observation?subject:Patient.name:exact=张', 'a1 a2'],
    ['Observation?patient.name=张&patient.gender=male&status=final', 'a1'],
    ['Observation?patient.name=张,李', 'a1 a2 b1'],
    ['Patient?general-practitioner:Practitioner.name=Joe&general-practitioner:Practitioner.address-state=MN', 'a'],
    ['Patient?organization.partof.name=省卫健委', 'b'],
    ['Patient?_has:Observation:patient:code=http://loinc.org|8480-6', 'a'],
    ['Patient?_has:Observation:patient:code=x,8480-6', 'a b'],
    ['Patient?_has:Observation:patient:status=amended&_has:Observation:patient:status=final', 'a'],
    ['Patient?_has:Observation:patient:status=amended&_has:Observation:patient:code=x', ''],
    ['Patient?_has:Observation:patient:value-quantity:missing=true', 'a b'],
    ['Patient?_has:Observation:patient:_has:Provenance:target:agent=Practitioner/joe', 'a'],
    ['Patient?_has:Observation:patient:_has:Provenance:target:agent:Practitioner.name=joe', 'a'],
    ['Organization?_has:Patient:organization:_has:Observation:patient:code=x', 'mid'],
    ['Observation?patient:Patient._has:List:item:_id=l&status=final', 'a1 b1'],
    ['Practitioner?_has:Patient:general-practitioner:name=张', 'jane joe'],
    ['Patient?_list=l', 'a b'],
    ['Patient?_list=List/l&gender=female', 'b'],
    ['Observation?_list=l', 'n1'],
    ['Patient?_list=none', ''],
    ['Observation?patient:Patient._list=l&status=final', 'a1 b1'],
    ['Patient?_filter=name sw "张"', 'a c'],
    ['Patient?_filter=name co "四" or gender eq male', 'a b'],
    ['Patient?_filter=family eq "张" and given eq 三', 'a'],
    ['Organization?_filter=name eq "市一院"', 'low'],
    ['Organization?_filter=name eq "市一"', ''],
    ['Practitioner?_filter=name eq "JOE"', 'joe'],
    ['Practitioner?_filter=family eq "jo"', ''],
    ['Patient?_filter=not (gender eq male)', 'b c'],
    ['Patient?_filter=gender ne male', 'b c'],
    ['Patient?_filter=birthdate pr false', 'b'],
    ['Patient?_filter=birthdate lt 1995 or birthdate pr false and gender eq female', 'b'],
    ['Patient?_filter=birthdate lt 1995 or (birthdate pr false and gender eq female)', 'a b'],
    ['Patient?_filter=organization.partof.name sw "省"', 'b'],
    ['Patient?_filter=general-practitioner[name sw "joe"].address-state sw "MN"', ''],
    ['Patient?_filter=general-practitioner[name sw "joe"].address-state sw "CA"', 'a'],
    ['Patient?_filter=general-practitioner re Practitioner/joe', 'a'],
    ['Patient?_filter=_id eq a or _id eq c&gender=male', 'a'],
    ['Observation?_filter=code eq loinc|8480-6 and subject pr true', 'a1 a2 g1'],
    ['Observation?_filter=date po 2024-03', 'a2'],
    ['Observation?_filter=date co 2024-02-29', 'a1 a2'],
    ['Observation?_filter=date co 2024-02', 'a2'],
    ['Observation?_filter=value-quantity ge 120 and patient.gender eq male', 'a1'],
  ])('%s', async (query, expected) => {
    const { status, body } = await server.ask('GET', `/${query}&_total=accurate&_count=50`);
    const ids = (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id).sort();
    expect([status, ids.join(' '), body.total]).toEqual([200, expected, expected === '' ? 0 : expected.split(' ').length]);
  });
});
