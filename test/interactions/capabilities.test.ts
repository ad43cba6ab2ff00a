import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

describe('capabilities', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  test('the CapabilityStatement names the server, its version of FHIR and all types (http.html#capabilities)', async () => {
    const { status, body } = await server.ask('GET', '/metadata');
    expect([status, body.resourceType, body.fhirVersion, body.kind, body.implementation.url]).toEqual([
      200,
      'CapabilityStatement',
      '4.0.1',
      'instance',
      server.url,
    ]);
    expect(body.format).toEqual(['application/fhir+json', 'application/fhir+xml', 'json', 'xml']);
    expect(body.rest[0].resource).toHaveLength(146);
    expect(body.patchFormat).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/fhir+json',
      'application/fhir+xml',
    ]);
    expect(body.rest[0].resource[0].interaction).toContainEqual({ code: 'patch' });
    expect(body.rest[0].interaction.map(({ code }: { code: string }) => code)).toEqual(['transaction', 'batch', 'search-system']);
  });

  test('it is a valid CapabilityStatement by our own validator', async () => {
    const { body } = await server.ask('GET', '/metadata');
    const outcome = (await server.ask('POST', '/CapabilityStatement/$validate', body)).body;
    expect(outcome.issue.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([]);
  });

  test('every search parameter it names can be searched, others are refused', async () => {
    const { body } = await server.ask('GET', '/metadata');
    const ofType = (wanted: string) => body.rest[0].resource.find(({ type }: { type: string }) => type === wanted);
    for (const type of ['Patient', 'Observation', 'ImagingStudy']) {
      for (const { name } of ofType(type).searchParam) {
        const answer = await server.ask('GET', `/${type}?${name}:missing=true&_count=1`);
        expect([type, name, answer.status]).toEqual([type, name, 200]);
      }
    }
    const names = ofType('Observation').searchParam.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['_id', '_lastUpdated', 'code', 'subject', 'value-quantity']));
    expect(names).not.toContain('code-value-quantity');
    expect((await server.ask('GET', '/Observation?code-value-quantity=a$1')).status).toBe(400);
  });
});
