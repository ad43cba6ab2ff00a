/** Profiles, value sets and code systems take effect with the answer to their write. */
import { describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf, type RunningServer } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import { codeSystem, patientWith, profile, type Sample, valueSet } from './samples.js';

jest.setTimeout(60_000);

type Asking = Pick<RunningServer, 'ask'>;

async function issuesFor(server: Asking, resource: Sample): Promise<readonly string[]> {
  const answered = await server.ask('POST', `/${resource.resourceType}/$validate`, resource);
  expect(answered.status).toBe(200);
  return issuesOf(answered).filter((issue) => !issue.includes('dom-6') && !issue.endsWith(': valid'));
}

const errorsOf = (answered: Answered) => issuesOf(answered).filter((issue) => issue.startsWith('error'));

describe.each(stores)('On $name', ({ open }) => {
  const server = serverOn(open);

  test('a profile holds as soon as its write is answered, and no more when it is deleted', async () => {
    const claiming = patientWith('http://a.cn/born');
    expect(await issuesFor(server, claiming)).toEqual(['warning: profile-unknown at Patient.meta.profile[0]']);
    expect((await server.ask('PUT', '/StructureDefinition/born', profile('born', [{ path: 'Patient.birthDate', min: 1 }]))).status).toBe(
      201,
    );
    expect(await issuesFor(server, claiming)).toEqual([expect.stringMatching(/^error: .* at Patient$/)]);
    expect((await server.ask('POST', '/Patient', claiming)).status).toBe(422);
    expect(await issuesFor(server, { ...claiming, birthDate: '1990-01-01' })).toEqual([]);
    expect((await server.ask('DELETE', '/StructureDefinition/born')).status).toBe(204);
    expect(await issuesFor(server, claiming)).toEqual(['warning: profile-unknown at Patient.meta.profile[0]']);
  });

  test('a value set is decided when its code system comes', async () => {
    const coded = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, meta: { profile: ['http://a.cn/coded'] } };
    const observation = { ...coded, valueCodeableConcept: { coding: [{ system: 'http://a.cn/system', code: 'z' }] } };
    const bound = profile(
      'coded',
      [{ path: 'Observation.value[x]', binding: { strength: 'required', valueSet: 'http://a.cn/set|1' } }],
      'Observation',
    );
    expect((await server.ask('PUT', '/StructureDefinition/coded', bound)).status).toBe(201);
    expect(await issuesFor(server, observation)).toEqual([expect.stringContaining('warning: code-undecided')]);
    expect((await server.ask('PUT', '/ValueSet/set', valueSet('set', 'http://a.cn/system'))).status).toBe(201);
    expect(await issuesFor(server, observation)).toEqual([expect.stringContaining('warning: code-undecided')]);
    expect((await server.ask('PUT', '/CodeSystem/system', codeSystem('system', ['a', 'b']))).status).toBe(201);
    expect(await issuesFor(server, observation)).toContainEqual(expect.stringContaining('error: code-not-in-value-set'));
    expect((await server.ask('PUT', '/CodeSystem/system', codeSystem('system', ['a', 'z']))).status).toBe(200);
    expect(await issuesFor(server, observation)).toEqual([]);
  });

  test('what R4 defines cannot be defined anew', async () => {
    const patient = {
      ...profile('patient', [{ path: 'Patient.birthDate', min: 1 }]),
      url: 'http://hl7.org/fhir/StructureDefinition/Patient',
    };
    const refused = await server.ask('POST', '/StructureDefinition', patient);
    expect([refused.status, errorsOf(refused)]).toEqual([422, ['error: definition-of-r4 at StructureDefinition.url']]);
    const gender = { ...codeSystem('gender', ['x']), url: 'http://hl7.org/fhir/administrative-gender' };
    expect((await server.ask('PUT', '/CodeSystem/gender', gender)).status).toBe(422);
    expect((await server.ask('GET', '/CodeSystem/gender')).status).toBe(404);
  });

  test('a transaction may bring a profile and what claims it, in any order', async () => {
    const claiming = patientWith('http://a.cn/together');
    const entry = (resource: Sample) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    });
    const bundle = (...resources: Parameters<typeof entry>[0][]) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: resources.map(entry),
    });
    const together = profile('together', [{ path: 'Patient.birthDate', min: 1 }]);
    const refused = await server.ask('POST', '', bundle({ ...claiming, id: 'claims' }, together));
    expect([refused.status, errorsOf(refused)]).toEqual([422, ['error: required-element at Bundle.entry[0].resource']]);
    expect((await server.ask('GET', '/StructureDefinition/together')).status).toBe(404);
    expect((await server.ask('POST', '', bundle({ ...claiming, id: 'claims', birthDate: '1990' }, together))).status).toBe(200);
    expect(await issuesFor(server, claiming)).toEqual([expect.stringMatching(/^error: .* at Patient$/)]);
  });
});
