/** AuditEvents among the resources: read and searched like others, written by nobody. Source: R4 auditevent.html#search, http.html#paging */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { type AuditedServer, startAudited, written } from './running-audited.js';

describe.each(stores)('AuditEvents in $name', (kind) => {
  let opened: OpenedStore;
  let server: AuditedServer;
  /** Of what the doctor did, the oldest first. */
  let ids: readonly string[];
  const begun = new Date(Date.now() - 1000).toISOString();
  beforeAll(async () => {
    opened = await kind.open();
    server = await startAudited(opened.store);
    for (const id of ['a', 'b']) {
      await server.as('doctor', 'PUT', `/Patient/${id}`, { resourceType: 'Patient', id, name: [{ family: `name-${id}` }] });
      for (let i = 0; i < 4; i++) await server.as('doctor', 'GET', `/Patient/${id}`);
    }
    await server.as('doctor', 'GET', '/Patient/nobody');
    await server.as('doctor', 'GET', '/Patient?_id=a,b');
    ids = (await written(server, 'agent=Practitioner/wang', 13)).map(({ id }) => id).reverse();
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });
  const count = async (query: string) => (await server.events(`agent=Practitioner/wang&${query}`)).length;

  test.each([
    ['patient=Patient/a', 6],
    ['patient=a,b', 12],
    ['entity=Patient/b', 6],
    ['action=R', 9],
    ['action=R&outcome=0', 8],
    ['outcome=4', 1],
    ['subtype=read', 9],
    ['subtype=http://hl7.org/fhir/restful-interaction|search-type', 2],
    ['type=rest', 13],
    ['agent-name=王医', 13],
    ['altid=dr-wang', 13],
    ['agent-role=clinician', 13],
    ['policy=urn:ietf:params:oauth:jti:token-1', 13],
    ['address=127.0.0.1', 13],
    ['source:identifier=urn:ietf:rfc:3986|none', 0],
    ['entity-role=24', 2],
    ['date=gt2020', 13],
    ['date=lt2020', 0],
    ['patient.family=name-a', 6],
    ['patient.family=nobody', 0],
    ['patient:missing=true', 0],
  ])('are found by %s', async (query, found) => {
    expect(await count(query)).toBe(found);
  });

  test('are found by when they were recorded, by id and by a version', async () => {
    expect(await count(`_lastUpdated=gt${encodeURIComponent(begun)}`)).toBe(13);
    const [first = '', second = ''] = ids;
    expect((await server.events(`_id=${second},${first}&_sort=date`)).map(({ id }) => id)).toEqual([first, second]);
    const { body } = await server.as('auditor', 'GET', `/AuditEvent/${first}`);
    expect(body.id).toBe(first);
    expect((await server.as('auditor', 'GET', `/AuditEvent/${first}/_history/1`)).status).toBe(200);
    expect((await server.as('auditor', 'GET', `/AuditEvent/${first}/_history/2`)).status).toBe(404);
    expect((await server.as('auditor', 'GET', `/AuditEvent/${first}/_history`)).body.entry.length).toBe(1);
    expect((await server.as('auditor', 'GET', '/AuditEvent/nothing')).status).toBe(404);
  });

  test.each([
    ['', true],
    ['&_sort=date', false],
    ['&_sort=-date', true],
    ['&_sort=_lastUpdated', false],
  ])('are walked through by pages, there and back%s', async (sort, newestFirst) => {
    const shown: string[][] = [];
    const follow = async (path: string, relation: string) => {
      const pages: string[][] = [];
      for (let next: string | undefined = path; next !== undefined; ) {
        const { body } = await server.as('auditor', 'GET', next);
        pages.push((body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id));
        next = body.link.find((link: { relation: string }) => link.relation === relation)?.url;
        if (relation === 'next') last = body.link.find((link: { relation: string }) => link.relation === 'last')?.url ?? last;
      }
      return pages;
    };
    let last = '';
    shown.push(...(await follow(`/AuditEvent?agent=Practitioner/wang&_count=3${sort}`, 'next')));
    expect(shown.flat()).toEqual(newestFirst ? [...ids].reverse() : ids);
    const back = await follow(last, 'previous');
    expect(back.reverse().flat()).toEqual(shown.flat());
  });

  test('are counted, and bring along what they refer to', async () => {
    const total = async (query: string) => (await server.as('auditor', 'GET', `/AuditEvent?agent=Practitioner/wang&${query}`)).body.total;
    expect(await total('_summary=count')).toBe(13);
    expect(await total('_total=accurate&_count=2')).toBe(13);
    const { body } = await server.as('auditor', 'GET', '/AuditEvent?patient=a&_include=AuditEvent:patient&_count=2');
    expect(body.entry.map(({ resource }: { resource: { resourceType: string } }) => resource.resourceType)).toEqual([
      'AuditEvent',
      'AuditEvent',
      'Patient',
    ]);
    const reverse = await server.as('auditor', 'GET', '/Patient?_id=a&_revinclude=AuditEvent:patient');
    expect(reverse.body.entry.length).toBeGreaterThan(6);
  });

  test('stand in no other order, and are not searched from what they refer to', async () => {
    expect((await server.as('auditor', 'GET', '/AuditEvent?_sort=action')).status).toBe(422);
    const has = await server.as('auditor', 'GET', '/Patient?_has:AuditEvent:patient:action=R');
    expect([has.status, has.body.issue[0].details.coding[0].code]).toEqual([400, 'audit-no-links']);
    expect((await server.as('auditor', 'GET', '/AuditEvent/_history')).status).toBe(400);
  });

  test('are written, changed and deleted by nobody', async () => {
    const [id = ''] = ids;
    const { body } = await server.as('auditor', 'GET', `/AuditEvent/${id}`);
    const tried = [
      await server.as('auditor', 'POST', '/AuditEvent', body),
      await server.as('auditor', 'PUT', `/AuditEvent/${id}`, body),
      await server.as('auditor', 'DELETE', `/AuditEvent/${id}`),
      await server.as('auditor', 'DELETE', '/AuditEvent?outcome=4'),
      await server.as('auditor', 'PUT', '/AuditEvent?outcome=4', body),
      await server.as('auditor', 'POST', '/', {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [{ request: { method: 'DELETE', url: `AuditEvent/${id}` } }],
      }),
    ];
    expect(tried.map(({ status }) => status)).toEqual([405, 405, 405, 405, 405, 405]);
    const capabilities = (await server.ask('GET', '/metadata')).body.rest[0].resource.find(
      ({ type }: { type: string }) => type === 'AuditEvent',
    );
    expect(capabilities.interaction.map(({ code }: { code: string }) => code)).toEqual([
      'read',
      'vread',
      'history-instance',
      'search-type',
    ]);
  });
});
