import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { ResourceStore } from '../../src/store/port.js';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

jest.setTimeout(60_000);

describe.each(stores)('What is answered once a transaction is stored, on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  const logged: unknown[] = [];
  beforeAll(async () => {
    opened = await open();
    const { store } = opened;
    // Behind its back the disk begins to fail once it serves: searches for Basic do, in no way a store knows of.
    let serves = false;
    const failing: ResourceStore = Object.create(store, {
      search: {
        value: (query: Parameters<ResourceStore['search']>[0]) =>
          serves && query.where.some(({ type }) => type === 'Basic')
            ? Promise.reject(new Error('disk'))
            : store.search.call(failing, query),
      },
    }) as ResourceStore;
    server = await startServer({ store: failing, logged });
    serves = true;
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  test('a search that fails unexpectedly fails for itself alone, and is logged under the id it tells', async () => {
    const entry = [
      { resource: { resourceType: 'Patient', id: 'stands' }, request: { method: 'PUT', url: 'Patient/stands' } },
      { request: { method: 'GET', url: 'Basic?code=x' } },
      { request: { method: 'GET', url: 'Patient?_id=stands' } },
    ];
    const answer = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(answer.status).toBe(200);
    const [written, failed, found] = answer.body.entry;
    expect([written.response.status, failed.response.status, found.resource.total]).toEqual([
      '201 Created',
      '500 Internal Server Error',
      1,
    ]);
    const { outcome } = failed.response;
    expect(issuesOf({ ...answer, body: outcome })).toEqual(['error: unexpected at Bundle.entry[1]']);
    expect(logged).toEqual([{ err: new Error('disk'), requestId: expect.any(String) }]);
    const [{ requestId }] = logged as [{ requestId: string }];
    expect(outcome.issue[0].details.text).toContain(requestId);
  });
});
