/** How long a resource may be is the same on every store. Source: src/interactions/size.ts; R4 http.html#Status-Codes (413) */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

const MEBI = 1024 * 1024;

/** Each identifier is found by its value, and by its system and value. */
function patient(id: string, identifiers: number) {
  const identifier = Array.from({ length: identifiers }, (_, n) => ({ system: 'urn:s', value: `${n}-${'v'.repeat(7_900)}` }));
  return { resourceType: 'Patient', id, identifier };
}

function binary(id: string, megabytes: number) {
  return { resourceType: 'Binary', id, contentType: 'application/octet-stream', data: 'AAAA'.repeat((megabytes * MEBI) / 4) };
}

describe.each(stores.map((store) => [store.name, store] as const))('the length of a resource on %s', (_name, store) => {
  let opened: OpenedStore;
  let server: RunningServer;
  const logged: unknown[] = [];
  beforeAll(async () => {
    opened = await store.open();
    server = await startServer({ store: opened.store, logged });
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  const put = (resource: { readonly resourceType: string; readonly id: string }) =>
    server.ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);

  test('its text and what it is found by fit into 16 MiB together: more is too long, although its text alone is not', async () => {
    const long = await put(patient('long', 900));
    expect([long.status, ...issuesOf(long)]).toEqual([413, 'error: resource-too-long']);
    expect(long.body.issue[0].code).toBe('too-long');
    expect((await server.ask('GET', '/Patient/long')).status).toBe(404);
    expect((await put(patient('fitting', 500))).status).toBe(201);
  }, 60_000);

  test('one of 9.9 MiB is stored and read back, one of 16 in a Bundle is too long, and nothing of the Bundle is stored', async () => {
    const data = binary('large', 9.9);
    const kept = await put(data);
    expect([kept.status, logged.map((one) => (one as { readonly err?: Error }).err?.stack)]).toEqual([201, []]);
    expect((await server.ask('GET', '/Binary/large', undefined, { accept: 'application/fhir+json' })).body.data === data.data).toBe(true);
    const entry = [patient('beside', 1), binary('over', 16)].map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    const refused = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect([refused.status, refused.body.issue[0].code]).toEqual([413, 'too-long']);
    expect((await server.ask('GET', '/Patient/beside')).status).toBe(404);
  }, 60_000);
});
