import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

describe('Conformance resources of the packages', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ demandedProfiles: { Group: ['http://example.org/not-known'] } });
  });
  afterAll(() => server.close());

  test('are read and found', async () => {
    const read = await server.ask('GET', '/StructureDefinition/Patient');
    expect([read.status, read.body.url, read.body.meta.versionId]).toEqual([200, 'http://hl7.org/fhir/StructureDefinition/Patient', '1']);
    const found = await server.ask('GET', '/StructureDefinition?url=http://hl7.org/fhir/StructureDefinition/Patient');
    expect(found.body.entry.map(({ resource }: { resource: { id: string } }) => resource.id)).toEqual(['Patient']);
  });

  test('cannot be written, alone or in a Bundle; others of the type can', async () => {
    const { body } = await server.ask('GET', '/CodeSystem/administrative-gender');
    const put = await server.ask('PUT', '/CodeSystem/administrative-gender', body);
    expect([put.status, issuesOf(put)]).toEqual([405, ['error: definition-read-only']]);
    const entry = [{ resource: body, request: { method: 'PUT', url: 'CodeSystem/administrative-gender' } }];
    expect((await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(405);
    const own = { resourceType: 'CodeSystem', id: 'own', url: 'http://example.org/own', status: 'active', content: 'complete' };
    expect((await server.ask('PUT', '/CodeSystem/own', own)).status).toBe(201);
  });

  test('a profile the server demands must hold for every write of its type', async () => {
    const group = { resourceType: 'Group', type: 'person', actual: true };
    const refused = await server.ask('POST', '/Group', group);
    expect([refused.status, issuesOf(refused).join()]).toEqual([422, expect.stringContaining('error: profile-not-found')]);
    expect((await server.ask('POST', '/Patient', { resourceType: 'Patient' })).status).toBe(201);
  });
});
