/** What roles and scopes let be seen and written, over HTTP. Source: SMART App Launch 2.2, R4 compartmentdefinition-patient.html */
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { institutionSystem } from '../../src/access/policy/institution.js';
import type { Principal } from '../../src/access/principal.js';
import { accessOf, as } from '../access/policy-server.js';
import { type Answered, issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

jest.setTimeout(60_000);

type Who = Partial<Principal>;

/** Systems of two hospitals, a doctor of the first, a patient and their app. */
const his = (institution: string): Who => ({
  role: 'system-integration',
  client: `his-${institution}`,
  institution,
  scope: 'system/*.cruds',
});
const doctor: Who = { account: 'li', fhirUser: 'Practitioner/li', institution: 'a', scope: 'user/*.cruds' };
const patient = (id: string, scope = 'patient/*.cruds'): Who => ({
  role: 'patient',
  account: id,
  fhirUser: `Patient/${id}`,
  patient: id,
  scope,
});

const ids = ({ body }: Answered): string[] => (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id).sort();
const refer = (reference: string) => ({ reference });
const observation = (id: string, of: string, more: object = {}) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
  subject: refer(`Patient/${of}`),
  ...more,
});
const encounter = (id: string, of: string, institution: string, more: object = {}) => ({
  resourceType: 'Encounter',
  id,
  status: 'finished',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject: refer(`Patient/${of}`),
  serviceProvider: refer(`Organization/${institution}`),
  period: { start: '2026-06-01', end: '2026-06-01' },
  ...more,
});

describe.each(stores)('Access by policy on $name', ({ open }) => {
  const server = serverOn(open, { accessOf });
  const put = async (who: Who, resource: { resourceType: string; id: string }) => {
    const { status } = await server.ask('PUT', `/${resource.resourceType}/${resource.id}`, resource, as(who));
    if (status !== 201) throw new Error(`${resource.resourceType}/${resource.id}: ${status}`);
  };
  const get = (who: Who, path: string) => server.ask('GET', path, undefined, as(who));
  const status = async (who: Who, method: string, path: string, body?: unknown) => (await server.ask(method, path, body, as(who))).status;
  const tagsOf = async (path: string): Promise<readonly string[]> =>
    ((await server.ask('GET', path)).body.meta.tag ?? []).map(({ system, code }: { system?: string; code: string }) =>
      system === institutionSystem ? `institution ${code}` : code,
    );

  beforeAll(async () => {
    for (const institution of ['a', 'b']) {
      await server.ask('PUT', `/Organization/${institution}`, { resourceType: 'Organization', id: institution, name: institution });
    }
    await server.ask('PUT', '/Practitioner/li', { resourceType: 'Practitioner', id: 'li' });
    await put(his('a'), { resourceType: 'Patient', id: 'pa' });
    // Patients of b: one who came to a lately, one long ago, one who cancelled, one whose visit has no end, one never.
    for (const id of ['pb', 'old', 'off', 'open', 'never']) await put(his('b'), { resourceType: 'Patient', id });
    await put(his('b'), { resourceType: 'Patient', id: 'gp', generalPractitioner: [refer('Practitioner/li')] } as never);
    await put(his('a'), encounter('e-pb', 'pb', 'a'));
    await put(his('a'), encounter('e-old', 'old', 'a', { period: { start: '2026-01-01', end: '2026-01-02' } }));
    await put(his('a'), encounter('e-off', 'off', 'a', { status: 'cancelled' }));
    await put(his('a'), encounter('e-open', 'open', 'a', { period: { start: '2020-01-01' } }));
    await put(his('a'), observation('o-pa', 'pa'));
    for (const id of ['pb', 'old', 'off', 'open', 'never', 'gp']) await put(his('b'), observation(`o-${id}`, id));
    await put(his('b'), observation('by-pa', 'never', { performer: [refer('Patient/pa')] }));
  });

  test('a resource is tagged with the institution that recorded it, and keeps the tag', async () => {
    const id = 'tagged';
    await put(his('a'), observation(id, 'pa', { meta: { tag: [{ system: institutionSystem, code: 'b' }, { code: 'x' }] } }));
    expect(await tagsOf(`/Observation/${id}`)).toEqual(['x', 'institution a']);
    expect(await status(his('a'), 'PUT', `/Observation/${id}`, observation(id, 'pa'))).toBe(200);
    expect(await tagsOf(`/Observation/${id}`)).toEqual(['institution a']);
    const patch = [{ op: 'replace', path: '/meta/tag', value: [{ system: institutionSystem, code: 'b' }] }];
    const patched = await server.ask('PATCH', `/Observation/${id}`, patch, {
      ...as(his('a')),
      'content-type': 'application/json-patch+json',
    });
    expect(patched.status).toBe(200);
    expect(await tagsOf(`/Observation/${id}`)).toEqual(['institution a']);
    expect(await status(his('a'), 'DELETE', `/Observation/${id}`)).toBe(204);
  });

  test('a clinician sees what the own institution recorded, and the records of whom it treats', async () => {
    expect(ids(await get(doctor, '/Observation'))).toEqual(['o-gp', 'o-pa', 'o-pb']);
    expect(ids(await get(doctor, '/Patient'))).toEqual(['gp', 'pa', 'pb']);
    expect((await get(doctor, '/Observation?_summary=count')).body.total).toBe(3);
    expect(await status(doctor, 'GET', '/Observation/o-pb')).toBe(200);
    for (const id of ['old', 'off', 'open', 'never']) {
      expect([id, await status(doctor, 'GET', `/Observation/o-${id}`)]).toEqual([id, 404]);
      expect(await status(doctor, 'GET', `/Observation/o-${id}/_history`)).toBe(404);
    }
    const { body } = await get(doctor, '/Observation/_history?_count=100');
    const urls = body.entry.map(({ fullUrl }: { fullUrl: string }) => fullUrl.split('/').at(-1));
    expect([...new Set(urls)].sort()).toEqual(['o-gp', 'o-pa', 'o-pb', 'tagged']);
  });

  test('a chain, _has and an include lead to nothing that may not be seen', async () => {
    expect(ids(await get(doctor, '/Observation?subject:Patient._id=never'))).toEqual([]);
    expect(ids(await get(doctor, '/Patient?_has:Observation:patient:performer=Patient/pa'))).toEqual([]);
    expect(ids(await get(doctor, '/Encounter?_include=Encounter:subject'))).toEqual(['e-off', 'e-old', 'e-open', 'e-pb', 'pb']);
    expect(ids(await get(doctor, '/Patient?_id=never&_revinclude=Observation:subject'))).toEqual([]);
  });

  test('without an institution and a person nothing of anybody is seen', async () => {
    const nobody: Who = { account: 'x', scope: 'user/*.cruds' };
    expect(await status(nobody, 'GET', '/Observation')).toBe(403);
    expect(await status(nobody, 'GET', '/Organization/a')).toBe(200);
    expect(await status({ ...doctor, role: 'unknown' }, 'GET', '/Organization/a')).toBe(403);
  });

  test('the broken glass shows what institution and relationship hide, for roles that may break it', async () => {
    const emergency = { reason: '昏迷送入急诊', purpose: 'BTG' };
    expect(await status({ ...doctor, emergency }, 'GET', '/Observation/o-never')).toBe(200);
    expect(await status({ ...his('a'), emergency }, 'GET', '/Observation/o-never')).toBe(404);
    expect(await status({ ...patient('pa'), emergency }, 'GET', '/Observation/o-never')).toBe(404);
    expect(await status({ ...doctor, emergency, scope: 'user/Patient.rs' }, 'GET', '/Observation/o-never')).toBe(403);
  });

  test('what another institution recorded is not changed: 403 where it may be read, 404 where it is hidden', async () => {
    const tryAll = async (id: string, of: string) => [
      await status(doctor, 'PUT', `/Observation/${id}`, observation(id, of)),
      (
        await server.ask('PATCH', `/Observation/${id}`, [{ op: 'test', path: '/status', value: 'final' }], {
          ...as(doctor),
          'content-type': 'application/json-patch+json',
        })
      ).status,
      await status(doctor, 'DELETE', `/Observation/${id}`),
    ];
    expect(await tryAll('o-pb', 'pb')).toEqual([403, 403, 403]);
    expect(await tryAll('o-never', 'never')).toEqual([404, 404, 404]);
    expect(await tryAll('nothing', 'pb')).toEqual([404, 404, 404]);
    const hidden = await server.ask('PUT', '/Observation/o-never', observation('o-never', 'never'), as(doctor));
    const absent = await server.ask('PUT', '/Observation/nothing', observation('nothing', 'never'), as(doctor));
    expect(issuesOf(hidden)).toEqual(issuesOf(absent));
    expect((await server.ask('GET', '/Observation/o-never')).headers.get('etag')).toBe('W/"1"');
  });

  test('nothing is written about a patient who may not be seen, and it is not told whether there is one', async () => {
    expect(await status(doctor, 'POST', '/Observation', observation('x', 'pb'))).toBe(201);
    const about = (id: string) => server.ask('POST', '/Observation', observation('x', id), as(doctor));
    const [hidden, absent] = [await about('never'), await about('nobody')];
    expect([hidden.status, issuesOf(hidden)]).toEqual([403, ['error: outside-of-access']]);
    expect([absent.status, absent.text]).toEqual([403, hidden.text]);
    // What makes a treating relationship is not for those whom it lets see.
    expect(await status(doctor, 'POST', '/Encounter', encounter('x', 'never', 'a'))).toBe(403);
    const own = (await get(doctor, '/Observation?patient=pb')).body.entry.find(
      ({ resource }: { resource: { id: string } }) => resource.id !== 'o-pb',
    );
    const moved = await server.ask('PUT', `/Observation/${own.resource.id}`, observation(own.resource.id, 'never'), as(doctor));
    expect(moved.status).toBe(403);
  });

  test('a system that may write about anybody says of no patient who is hidden from it who else may see the record', async () => {
    const optOut = (of: string) => ({
      resourceType: 'Consent',
      status: 'active',
      scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
      category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
      policyRule: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'OPTOUT' }] },
      patient: refer(`Patient/${of}`),
      provision: { type: 'deny' },
    });
    expect(await status(his('a'), 'POST', '/Observation', observation('any', 'never'))).toBe(201);
    for (const hidden of ['never', 'nobody']) expect(await status(his('a'), 'POST', '/Consent', optOut(hidden))).toBe(403);
    const { headers } = await server.ask('POST', '/Consent', optOut('pa'), as(his('a')));
    const place = headers.get('location')?.split('/fhir')[1]?.split('/_history')[0] ?? '';
    expect(await status(his('a'), 'PUT', place, { ...optOut('never'), id: place.split('/')[2] })).toBe(403);
    expect(await status(his('a'), 'DELETE', place)).toBe(204);
  });

  test('a version that is named of a hidden resource is told apart from that of an absent one by nobody', async () => {
    const named = async (who: Who, id: string) => {
      const answer = await server.ask('PUT', `/Observation/${id}`, observation(id, 'pa'), { ...as(who), 'if-match': 'W/"7"' });
      return [answer.status, answer.text.replaceAll(id, 'ID')];
    };
    for (const [who, status] of [
      [his('a'), 412],
      [doctor, 404],
    ] as const) {
      const hidden = await named(who, 'o-never');
      expect(hidden[0]).toBe(status);
      expect(await named(who, 'absent')).toEqual(hidden);
    }
  });

  test('criteria of conditional interactions find only what may be seen', async () => {
    const body = { ...observation('x', 'pa'), id: undefined };
    const once = await server.ask('POST', '/Observation', body, { ...as(doctor), 'if-none-exist': '_id=o-never' });
    expect(once.status).toBe(201);
    const found = await server.ask('POST', '/Observation', body, { ...as(doctor), 'if-none-exist': '_id=o-pb' });
    expect([found.status, found.body.id]).toEqual([200, 'o-pb']);
    expect(await status(doctor, 'PUT', '/Observation?_id=o-never', body)).toBe(201);
    expect(await status(doctor, 'DELETE', '/Observation?_id=o-never')).toBe(204);
    expect(await status(doctor, 'DELETE', '/Observation?_id=o-pb')).toBe(403);
    expect((await server.ask('GET', '/Observation/o-never')).status).toBe(200);
  });

  test('a transaction finds its own resources by criteria, under the tags they will have', async () => {
    const identifier = [{ system: 'urn:mrn', value: '7' }];
    const entry = [
      {
        resource: { resourceType: 'Patient', identifier },
        request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=urn:mrn|7' },
      },
      {
        resource: { ...observation('x', 'y'), id: undefined, subject: refer('Patient?identifier=urn:mrn|7') },
        request: { method: 'POST', url: 'Observation' },
      },
      { resource: { resourceType: 'Basic', code: { text: 'x' } }, request: { method: 'PUT', url: 'Basic?identifier=urn:x|1' } },
    ];
    const sent = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }, as(his('b')));
    expect(sent.status).toBe(200);
    const [{ resource: made }] = (await server.ask('GET', '/Patient?identifier=urn:mrn|7')).body.entry;
    expect(await tagsOf(`/Patient/${made.id}`)).toEqual(['institution b']);
    expect(ids(await get(his('b'), `/Observation?patient=${made.id}`))).toHaveLength(1);
    await server.ask('DELETE', `/Observation?patient=${made.id}`);
  });

  test('an app of a patient sees that record by its primary subject alone', async () => {
    expect(ids(await get(patient('pa'), '/Observation'))).not.toContain('by-pa');
    expect(await status(patient('pa'), 'GET', '/Observation/by-pa')).toBe(404);
    expect(await status(patient('pa'), 'GET', '/Observation/o-pa')).toBe(200);
    expect(await status(patient('pa'), 'GET', '/Patient/pb')).toBe(404);
    expect(ids(await get(patient('pa'), '/Practitioner'))).toEqual(['li']);
    expect(await status(patient('pa'), 'GET', '/Group')).toBe(403);
    expect(await status(patient('pa'), 'GET', '/AuditEvent')).toBe(403);
    // Of the token's patient, whoever the account is; and of both it is none.
    expect(ids(await get({ ...doctor, patient: 'pb', scope: 'patient/Observation.rs' }, '/Observation?_id=o-pb,o-pa'))).toEqual(['o-pb']);
    expect(ids(await get({ ...patient('pa'), patient: 'pb' }, '/Observation'))).toEqual([]);
    expect(await status({ ...doctor, scope: 'patient/*.rs' }, 'GET', '/Observation')).toBe(403);
  });

  test('a patient writes into the own record only, and changes nothing that an institution recorded', async () => {
    const own = await server.ask('POST', '/Observation', { ...observation('x', 'pa'), id: undefined }, as(patient('pa')));
    expect([own.status, await tagsOf(`/Observation/${own.body.id}`)]).toEqual([201, []]);
    expect(await status(patient('pa'), 'PUT', `/Observation/${own.body.id}`, { ...own.body, note: [{ text: 'n' }] })).toBe(200);
    expect(await status(patient('pa'), 'PUT', `/Observation/${own.body.id}`, observation(own.body.id, 'pb'))).toBe(403);
    expect(await status(patient('pa'), 'PUT', '/Observation/o-pa', observation('o-pa', 'pa'))).toBe(403);
    expect(await status(patient('pa'), 'POST', '/Observation', observation('x', 'pb'))).toBe(403);
    expect(await status(patient('pa'), 'POST', '/Observation', { ...observation('x', 'pb'), performer: [refer('Patient/pa')] })).toBe(403);
    expect(await status(patient('pa'), 'POST', '/Practitioner', { resourceType: 'Practitioner' })).toBe(403);
    expect(await status(patient('pa'), 'DELETE', `/Observation/${own.body.id}`)).toBe(204);
  });

  test('a guardian sees the records of all whose guardian they are', async () => {
    const guardian: Who = { role: 'guardian', account: 'g', fhirUser: 'RelatedPerson/g', patients: ['pa', 'pb'], scope: 'user/*.rs' };
    expect(ids(await get(guardian, '/Patient'))).toEqual(['pa', 'pb']);
    expect(ids(await get({ ...guardian, patient: 'pb', scope: 'patient/*.rs' }, '/Patient'))).toEqual(['pb']);
    expect(await status({ ...guardian, patients: [] }, 'GET', '/Patient')).toBe(403);
  });

  test('the letters of the scopes are judged one by one', async () => {
    const having = (scope: string): Who => ({ ...his('a'), scope });
    const read = (scope: string) => status(having(scope), 'GET', '/Observation/o-pa');
    const find = (scope: string) => status(having(scope), 'GET', '/Observation?_id=o-pa');
    expect([await read('system/Observation.r'), await find('system/Observation.r')]).toEqual([200, 403]);
    expect([await read('system/Observation.s'), await find('system/Observation.s')]).toEqual([403, 200]);
    expect([await read('system/Observation.read'), await find('system/Observation.read')]).toEqual([200, 200]);
    expect(await read('openid fhirUser')).toBe(403);
    expect(await read('user/Observation.r patient/Observation.r')).toBe(403);
    const create = (scope: string) =>
      status(having(scope), 'POST', '/Observation', { ...observation('x', 'pa'), status: 'registered', id: undefined });
    expect([await create('system/Observation.c'), await create('system/Observation.rus')]).toEqual([201, 403]);
    const change = (id: string, scope: string) =>
      status(having(scope), 'PUT', `/Observation/${id}`, observation(id, 'pa', { status: 'registered' }));
    expect([await change('made', 'system/Observation.c'), await change('made', 'system/Observation.u')]).toEqual([403, 201]);
    expect(await status(having('system/Observation.u'), 'DELETE', '/Observation/made')).toBe(403);
    expect(await status(having('system/Observation.d'), 'DELETE', '/Observation/made')).toBe(204);
    expect(await status(having('system/Observation.ds'), 'DELETE', '/Observation?status=registered')).toBe(204);
  });

  test('granular scopes are the search engine’s own parameters, joined by or', async () => {
    const having = (scope: string): Who => ({ ...his('a'), scope });
    await put(his('a'), observation('lab', 'pa', { status: 'amended', category: [{ coding: [{ system: 'urn:c', code: 'laboratory' }] }] }));
    await put(his('a'), observation('vital', 'pa', { category: [{ coding: [{ system: 'urn:c', code: 'vital-signs' }] }] }));
    const lab = 'system/Observation.rs?category=urn:c%7Claboratory';
    expect(ids(await get(having(lab), '/Observation'))).toEqual(['lab']);
    expect((await get(having(lab), '/Observation?_summary=count')).body.total).toBe(1);
    expect([await status(having(lab), 'GET', '/Observation/lab'), await status(having(lab), 'GET', '/Observation/vital')]).toEqual([
      200, 404,
    ]);
    expect(ids(await get(having(`${lab} system/Observation.rs?category=vital-signs`), '/Observation'))).toEqual(['lab', 'vital']);
    expect(await status(having('system/Observation.rs?nonsense=1'), 'GET', '/Observation')).toBe(403);
    expect(await status(having('system/Observation.rs?category=a&nonsense=1'), 'GET', '/Observation')).toBe(403);
    const writing = having('system/Observation.cu?category=laboratory');
    expect(await status(writing, 'POST', '/Observation', observation('x', 'pa'))).toBe(403);
    expect(await status(writing, 'PUT', '/Observation/lab', observation('lab', 'pa'))).toBe(403);
    for (const id of ['lab', 'vital']) await server.ask('DELETE', `/Observation/${id}`);
  });

  test('a Binary is seen with the resource that is its security context, by scopes that are for Binaries', async () => {
    for (const [id, of] of [
      ['scan-pb', 'o-pb'],
      ['scan-never', 'o-never'],
    ] as const) {
      const binary = { resourceType: 'Binary', id, contentType: 'text/plain', data: 'eA==', securityContext: refer(`Observation/${of}`) };
      await put(his('b'), binary);
    }
    const json = async (who: Who, path: string) =>
      (await server.ask('GET', path, undefined, { ...as(who), accept: 'application/fhir+json' })).status;
    expect([await json(doctor, '/Binary/scan-pb'), await json(doctor, '/Binary/scan-never')]).toEqual([200, 404]);
    expect([await json(patient('pb'), '/Binary/scan-pb'), await json(patient('pa'), '/Binary/scan-pb')]).toEqual([200, 404]);
    expect(await json({ ...doctor, scope: 'user/Observation.rs' }, '/Binary/scan-pb')).toBe(403);
  });

  test('what is included by a reference takes the right to read it, what refers here that to search', async () => {
    const include = async (scope: string, query: string) => ids(await get({ ...his('a'), scope }, `/Observation?_id=o-pa&${query}`));
    const forward = '_include=Observation:subject';
    expect(await include('system/Observation.s system/Patient.r', forward)).toEqual(['o-pa', 'pa']);
    expect(await include('system/Observation.s system/Patient.s', forward)).toEqual(['o-pa', 'pa']);
    expect(await include('system/Observation.s system/Patient.cud', forward)).toEqual(['o-pa']);
    const reverse = async (scope: string) =>
      ids(await get({ ...his('a'), scope }, '/Patient?_id=pa&_revinclude=Observation:subject&_elements=id'));
    expect(await reverse('system/Patient.s system/Observation.r')).toEqual(['pa']);
    expect(await reverse('system/Patient.s system/Observation.s')).toContain('o-pa');
  });

  test('who signed in, and the encounter of the launch, may be read by an app that may know of them', async () => {
    const app = (scope: string): Who => ({ ...doctor, patient: 'pb', encounter: 'e-pb', scope });
    expect(await status(app('openid fhirUser'), 'GET', '/Practitioner/li')).toBe(200);
    expect(await status(app('openid'), 'GET', '/Practitioner/li')).toBe(403);
    expect(await status(app('launch'), 'GET', '/Encounter/e-pb')).toBe(200);
    expect(await status(app('launch'), 'GET', '/Encounter/e-old')).toBe(404);
  });

  test('administrators see no patient, auditors the audit alone', async () => {
    const admin = (role: string): Who => ({ role, account: role, scope: 'user/*.cruds' });
    for (const role of ['system-admin', 'security-admin', 'audit-admin', 'auditor']) {
      expect([role, await status(admin(role), 'GET', '/Patient')]).toEqual([role, 403]);
    }
    expect(await status(admin('auditor'), 'GET', '/AuditEvent')).toBe(200);
    expect(await status(admin('auditor'), 'GET', '/Organization')).toBe(403);
    expect(await status(admin('system-admin'), 'GET', '/AuditEvent')).toBe(403);
    expect(await status(admin('system-admin'), 'POST', '/ValueSet', { resourceType: 'ValueSet', status: 'draft' })).toBe(201);
    expect(await status({ ...his('a'), institution: '*' }, 'GET', '/AuditEvent')).toBe(403);
  });
});
