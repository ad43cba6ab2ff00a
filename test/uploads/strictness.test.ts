/** What is demanded per type is a setting; the statement about the server says so. Source: R4 capabilitystatement.html, profiling.html */
import { describe, expect, jest, test } from '@jest/globals';
import { ConfigError } from '../../src/config.js';
import { createServer } from '../../src/server.js';
import { issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import { differential, patientWith } from './samples.js';

jest.setTimeout(60_000);

const [sqlite] = stores;
if (sqlite === undefined) throw new Error('There is no store to test on');
const born = differential('born', [{ path: 'Patient.birthDate', min: 1 }]);

describe('Profiles that are demanded of a type', () => {
  const server = serverOn(sqlite.open, { demandedProfiles: { Patient: ['http://a.cn/born'] } });

  const resourceOf = async (type: string) => {
    const { body } = await server.ask('GET', '/metadata');
    return body.rest[0].resource.find((one: { type: string }) => one.type === type);
  };

  test('may be uploaded to the server that demands them; until then nothing of the type is stored', async () => {
    const refused = await server.ask('POST', '/Patient', { resourceType: 'Patient' });
    expect([refused.status, issuesOf(refused)]).toEqual([422, expect.arrayContaining(['error: profile-not-found at Patient'])]);
    expect((await server.ask('PUT', '/StructureDefinition/born', born)).status).toBe(201);
    expect((await server.ask('POST', '/Patient', { resourceType: 'Patient' })).status).toBe(422);
    expect((await server.ask('POST', '/Patient', { resourceType: 'Patient', birthDate: '2000' })).status).toBe(201);
  });

  test('are named by the CapabilityStatement, with those that are known', async () => {
    const patient = await resourceOf('Patient');
    expect(patient.profile).toBe('http://a.cn/born');
    expect(patient.supportedProfile).toEqual(expect.arrayContaining(['http://a.cn/born', 'http://a.cn/born|1']));
    expect((await resourceOf('Group')).profile).toBe('http://hl7.org/fhir/StructureDefinition/Group');
    const before = (await server.ask('GET', '/metadata')).headers.get('etag');
    await server.ask(
      'PUT',
      '/StructureDefinition/group',
      differential('group', [{ path: 'Group', short: 'x' }], {
        type: 'Group',
        baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Group',
      }),
    );
    expect((await resourceOf('Group')).supportedProfile).toEqual(['http://a.cn/group|1']);
    expect((await server.ask('GET', '/metadata')).headers.get('etag')).not.toBe(before);
  });

  test.each([
    ['of a type that R4 does not have', { Patent: ['http://a.cn/born'] }, 'Patent is no resource type'],
    [
      'of a type that the profile is not for',
      { Patient: ['http://hl7.org/fhir/StructureDefinition/bmi'] },
      'on Observation, not on Patient',
    ],
  ])('%s are refused at the start by the name of the setting', async (_what, demandedProfiles, said) => {
    const starting = createServer({ store: 'sqlite::memory:', demandedProfiles });
    await expect(starting).rejects.toThrow(`DEMANDED_PROFILES: `);
    await expect(starting).rejects.toThrow(said);
    await expect(starting).rejects.toBeInstanceOf(ConfigError);
  });

  test('of a type that a stored profile is not for are refused before anything is served', async () => {
    const { store, close: closeStore } = await sqlite.open();
    const first = await createServer({ store });
    const { url, close } = await first.listen(0);
    const body = JSON.stringify(born);
    const headers = { 'content-type': 'application/fhir+json' };
    expect((await fetch(`${url}/StructureDefinition/born`, { method: 'PUT', body, headers })).status).toBe(201);
    await close();
    const second = await createServer({ store, demandedProfiles: { Group: ['http://a.cn/born'] } });
    await expect(second.listen(0)).rejects.toThrow('DEMANDED_PROFILES: http://a.cn/born is a profile on Patient, not on Group');
    await second.close();
    await closeStore();
  });
});

describe('What is no clear fault', () => {
  const resource = {
    ...patientWith('http://a.cn/unknown'),
    extension: [{ url: 'http://a.cn/unknown', valueString: 'x' }],
  };

  describe('may be refused', () => {
    const server = serverOn(sqlite.open, { strictness: { unknownProfiles: 'error', unknownExtensions: 'error', bestPractice: 'error' } });
    test('and is not stored then', async () => {
      const refused = await server.ask('POST', '/Patient', resource);
      expect([refused.status, issuesOf(refused).sort()]).toEqual([
        422,
        [
          'error: dom-6 at Patient',
          'error: extension-unknown at Patient.extension[0]',
          'error: profile-unknown at Patient.meta.profile[0]',
        ],
      ]);
    });
  });

  describe('may be passed over', () => {
    const server = serverOn(sqlite.open, {
      strictness: { unknownProfiles: 'ignore', unknownExtensions: 'ignore', bestPractice: 'ignore' },
    });
    test('and nothing is said of it then', async () => {
      const stored = await server.ask('POST', '/Patient', resource, { prefer: 'return=OperationOutcome' });
      expect([stored.status, issuesOf(stored).filter((issue) => !issue.startsWith('information'))]).toEqual([201, []]);
    });
  });
});
