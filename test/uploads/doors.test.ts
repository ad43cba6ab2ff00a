/** Every way to write a definition is one: what is stored is in effect, what is refused is neither. Source: R4 http.html#create, #patch, #trules */
import { describe, expect, jest, test } from '@jest/globals';
import { issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import { codeSystem, differential, patientWith, type Sample, valueSet } from './samples.js';

jest.setTimeout(60_000);

const [sqlite] = stores;
if (sqlite === undefined) throw new Error('There is no store to test on');

describe('A profile', () => {
  const server = serverOn(sqlite.open);
  const told = async (resource: Sample) => {
    const issues = issuesOf(await server.ask('POST', `/${resource.resourceType}/$validate`, resource));
    return issues.filter((issue) => issue.startsWith('error') || issue.includes('profile-unknown'));
  };
  const requires = (id: string, element: string) => differential(id, [{ path: `Patient.${element}`, min: 1 }]);
  const missing = ['error: required-element at Patient'];

  test('is created, patched, updated by condition and deleted by condition, and followed at each step', async () => {
    const sent = requires('steps', 'gender');
    const created = await server.ask('POST', '/StructureDefinition', sent);
    expect(created.status).toBe(201);
    const claiming = { ...patientWith('http://a.cn/steps'), gender: 'male' };
    expect(await told(claiming)).toEqual([]);
    const patch = [
      { op: 'replace', path: '/differential/element/0/id', value: 'Patient.birthDate' },
      { op: 'replace', path: '/differential/element/0/path', value: 'Patient.birthDate' },
    ];
    const headers = { 'content-type': 'application/json-patch+json' };
    expect((await server.ask('PATCH', `/StructureDefinition/${created.body.id}`, patch, headers)).status).toBe(200);
    expect(await told(claiming)).toEqual(missing);
    const bad = [{ op: 'replace', path: '/differential/element/0/path', value: 'Patient.nothing' }];
    expect((await server.ask('PATCH', `/StructureDefinition/${created.body.id}`, bad, headers)).status).toBe(422);
    expect(await told(claiming)).toEqual(missing);
    const { id: _, ...anonymous } = requires('steps', 'gender');
    expect((await server.ask('PUT', '/StructureDefinition?url=http://a.cn/steps', anonymous)).status).toBe(200);
    expect(await told(claiming)).toEqual([]);
    expect((await server.ask('DELETE', '/StructureDefinition?url=http://a.cn/steps')).status).toBe(204);
    expect(await told(claiming)).toEqual(['warning: profile-unknown at Patient.meta.profile[0]']);
  });

  test('in a batch is refused or taken by itself', async () => {
    const entry = [requires('good', 'gender'), requires('bad', 'nothing')].map((resource) => ({
      resource,
      request: { method: 'PUT', url: `StructureDefinition/${resource.id}` },
    }));
    const { body } = await server.ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
    expect(body.entry.map(({ response }: { response: { status: string } }) => response.status.slice(0, 3))).toEqual(['201', '422']);
    expect(await told(patientWith('http://a.cn/good'))).toEqual(missing);
    expect(await told(patientWith('http://a.cn/bad'))).toEqual(['warning: profile-unknown at Patient.meta.profile[0]']);
  });

  test('of a transaction that fails is not in effect; one that a transaction deletes is not asked for in it', async () => {
    const entries = (...requests: readonly [string, Sample][]) =>
      requests.map(([method, resource]) => ({
        ...(method === 'DELETE' ? {} : { resource }),
        request: { method, url: `${resource.resourceType}/${resource.id}` },
      }));
    const transaction = (...requests: readonly [string, Sample][]) =>
      server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: entries(...requests) });
    const wrong = { resourceType: 'Patient', id: 'wrong', gender: 'none' };
    expect((await transaction(['PUT', requires('undone', 'gender')], ['PUT', wrong])).status).toBe(422);
    expect(await told(patientWith('http://a.cn/undone'))).toEqual(['warning: profile-unknown at Patient.meta.profile[0]']);
    const gone = requires('gone', 'gender');
    const claims = { ...patientWith('http://a.cn/gone'), id: 'claims' };
    expect((await transaction(['PUT', gone])).status).toBe(200);
    expect((await transaction(['PUT', claims])).status).toBe(422);
    expect((await transaction(['PUT', claims], ['DELETE', gone])).status).toBe(200);
  });

  test('says in $validate what keeps it from being created', async () => {
    const sent = differential('orphan', [{ path: 'Patient.gender', min: 1 }], { baseDefinition: 'http://a.cn/none' });
    const issues = issuesOf(await server.ask('POST', '/StructureDefinition/$validate?mode=create', sent));
    expect(issues).toContain('error: base-unknown at StructureDefinition.baseDefinition');
  });

  test('written again and again while resources are checked: every answer is that of one version, the last that of the last', async () => {
    const versions = Array.from({ length: 20 }, (_, i) => requires('raced', i % 2 === 0 ? 'gender' : 'birthDate'));
    const claiming = { ...patientWith('http://a.cn/raced'), gender: 'male' };
    expect((await server.ask('PUT', '/StructureDefinition/raced', versions[0])).status).toBe(201);
    const writes = Promise.all(versions.map((one) => server.ask('PUT', '/StructureDefinition/raced', one)));
    const reads = Promise.all(Array.from({ length: 100 }, () => told(claiming)));
    expect(new Set((await writes).map(({ status }) => status))).toEqual(new Set([200]));
    for (const issues of await reads) expect([[], missing]).toContainEqual(issues);
    const { body } = await server.ask('GET', '/StructureDefinition/raced');
    expect(await told(claiming)).toEqual(body.differential.element[0].path === 'Patient.gender' ? [] : missing);
  });

  test('may be bound to a code system of 40,000 codes', async () => {
    const large = codeSystem('large', []);
    const concept = Array.from({ length: 40_000 }, (_, i) => ({ code: `C${i}`, display: `概念${i}` }));
    expect((await server.ask('PUT', '/CodeSystem/large', { ...large, concept })).status).toBe(201);
    expect((await server.ask('PUT', '/ValueSet/large', valueSet('large', 'http://a.cn/large'))).status).toBe(201);
    const binding = { strength: 'required', valueSet: 'http://a.cn/large' } as const;
    expect(
      (await server.ask('PUT', '/StructureDefinition/large', differential('large', [{ path: 'Patient.maritalStatus', binding }]))).status,
    ).toBe(201);
    const patient = (code: string) => ({
      ...patientWith('http://a.cn/large'),
      maritalStatus: { coding: [{ system: 'http://a.cn/large', code }] },
    });
    expect(await told(patient('C39999'))).toEqual([]);
    expect(await told(patient('C40000'))).toEqual([expect.stringMatching(/^error: code-/)]);
  });
});
