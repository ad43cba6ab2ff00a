/** What the validator says of a write short of an error: kept, and given to whoever prefers it. Source: R4 http.html#ops (Prefer) */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

jest.setTimeout(60_000);

const preferring = { prefer: 'return=OperationOutcome' };
/** Without narrative, and with a claim nobody here can check. */
const doubtful = { resourceType: 'Patient', meta: { profile: ['http://example.org/StructureDefinition/unknown'] } };
const warnings = ['warning: dom-6 at Patient', 'warning: profile-unknown at Patient.meta.profile[0]'];
const invalid = { ...doubtful, gender: 'wrong' };

describe.each(stores)('on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.store });
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  test('create, update and patch answer with the warnings under Prefer: return=OperationOutcome', async () => {
    const created = await server.ask('POST', '/Patient', doubtful, preferring);
    expect([created.status, issuesOf(created), created.body.issue[1].extension]).toEqual([
      201,
      warnings,
      expect.arrayContaining([{ url: 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line', valueInteger: 1 }]),
    ]);
    const updated = await server.ask('PUT', '/Patient/w', { ...doubtful, id: 'w' }, preferring);
    expect([updated.status, issuesOf(updated)]).toEqual([201, warnings]);
    const patched = await server.ask('PATCH', '/Patient/w', JSON.stringify([{ op: 'add', path: '/active', value: true }]), {
      ...preferring,
      'content-type': 'application/json-patch+json',
    });
    expect([patched.status, issuesOf(patched)]).toEqual([200, warnings]);
  });

  test.each(['batch', 'transaction'])('each entry of a %s has them in its response', async (type) => {
    const entry = [{ request: { method: 'POST', url: 'Patient' }, resource: doubtful }];
    const { body } = await server.ask('POST', '', { resourceType: 'Bundle', type, entry }, preferring);
    const { status, outcome } = body.entry[0].response;
    const seenFromBundle = warnings.map((one) => one.replace('Patient', 'Bundle.entry[0].resource'));
    expect([status, issuesOf({ body: outcome } as never)]).toEqual(['201 Created', seenFromBundle]);
  });

  test('an error refuses the whole with 422 and all that was found, the error first, and nothing is stored', async () => {
    const before = (await server.ask('GET', '/Patient?_summary=count')).body.total;
    const expected = ['error: code-not-in-value-set at Patient.gender', 'warning: dom-6 at Patient', warnings[1]];
    const created = await server.ask('POST', '/Patient', invalid);
    expect([created.status, issuesOf(created)]).toEqual([422, expected]);
    const entry = [doubtful, invalid].map((resource) => ({ request: { method: 'POST', url: 'Patient' }, resource }));
    const transaction = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect([transaction.status, issuesOf(transaction)[0]]).toEqual([
      422,
      'error: code-not-in-value-set at Bundle.entry[1].resource.gender',
    ]);
    expect((await server.ask('GET', '/Patient?_summary=count')).body.total).toBe(before);
  });
});
