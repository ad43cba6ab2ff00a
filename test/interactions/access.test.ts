import type { IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Access, unrestricted } from '../../src/access/access.js';
import { restrictedToCompartment } from '../../src/access/compartment-access.js';
import { definitions } from '../built-definitions.js';
import { type Answered, issuesOf, type RunningServer } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

jest.setTimeout(60_000);

const as = (id: string) => ({ 'x-patient': id });
const ids = ({ body }: Answered): string[] => (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id).sort();

describe.each(stores)('Access restricted to a compartment on $name', ({ open }) => {
  const accessOf = (req: IncomingMessage): Access => {
    const id = req.headers['x-patient'];
    return typeof id === 'string'
      ? restrictedToCompartment({ definitions, compartment: 'Patient', id, sharedTypes: ['Practitioner'] })
      : unrestricted;
  };
  const server = serverOn(open, { accessOf });

  beforeAll(async () => {
    const put = (type: string, id: string, more: object) => server.ask('PUT', `/${type}/${id}`, { resourceType: type, id, ...more });
    await put('Practitioner', 'dr', {});
    for (const id of ['a', 'b']) {
      await put('Patient', id, { identifier: [{ system: 'urn:a', value: id }], generalPractitioner: [{ reference: 'Practitioner/dr' }] });
      await put('Observation', `of-${id}`, observationOf(id));
    }
    await put('Location', 'ward', {});
  });

  const observationOf = (patient: string) => ({
    resourceType: 'Observation',
    id: `of-${patient}`,
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/${patient}` },
  });
  const status = async (...asked: Parameters<RunningServer['ask']>): Promise<number> => (await server.ask(...asked)).status;

  test('a patch is judged before and after, like an update', async () => {
    const patch = (path: string, operations: unknown) =>
      server.ask('PATCH', path, operations, { ...as('a'), 'content-type': 'application/json-patch+json' });
    const note = { op: 'add', path: '/note', value: [{ text: 'n' }] };
    expect((await patch('/Observation/of-a', [note])).status).toBe(200);
    const hidden = await patch('/Observation/of-b', [{ op: 'test', path: '/status', value: 'final' }, note]);
    expect([hidden.status, issuesOf(hidden)]).toEqual([404, ['error: not-found']]);
    const away = await patch('/Observation/of-a', [{ op: 'replace', path: '/subject/reference', value: 'Patient/b' }]);
    expect([away.status, issuesOf(away)]).toEqual([403, ['error: outside-of-access']]);
    expect((await patch('/Location/ward', [])).status).toBe(403);
    expect((await patch('/Observation?subject=Patient/b', [note])).status).toBe(404);
    expect((await patch('/Observation?subject=Patient/a', [note])).status).toBe(200);
  });

  test('what is hidden reads like what is absent; types outside are refused', async () => {
    expect(await status('GET', '/Observation/of-a', undefined, as('a'))).toBe(200);
    const hidden = await server.ask('GET', '/Observation/of-b', undefined, as('a'));
    expect([hidden.status, issuesOf(hidden)]).toEqual([404, ['error: not-found']]);
    expect(await status('GET', '/Observation/of-b/_history/1', undefined, as('a'))).toBe(404);
    expect(await status('GET', '/Observation/of-b/_history', undefined, as('a'))).toBe(404);
    expect(await status('GET', '/Patient/b', undefined, as('a'))).toBe(404);
    expect(await status('GET', '/Practitioner/dr', undefined, as('a'))).toBe(200);
    expect(await status('GET', '/Location/ward', undefined, as('a'))).toBe(403);
  });

  test('search, includes and chains find only what may be seen', async () => {
    expect(ids(await server.ask('GET', '/Observation', undefined, as('a')))).toEqual(['of-a']);
    expect(ids(await server.ask('GET', '/Observation?subject=Patient/b', undefined, as('a')))).toEqual([]);
    expect(ids(await server.ask('GET', '/Observation?subject:Patient.identifier=urn:a|b', undefined, as('a')))).toEqual([]);
    expect(ids(await server.ask('GET', '/Practitioner?_revinclude=Patient:general-practitioner', undefined, as('a')))).toEqual(['a', 'dr']);
    expect(await status('GET', '/Location', undefined, as('a'))).toBe(403);
  });

  test('writes must stay inside before and after', async () => {
    expect(await status('POST', '/Observation', observationOf('a'), as('a'))).toBe(201);
    const outside = await server.ask('POST', '/Observation', observationOf('b'), as('a'));
    expect([outside.status, issuesOf(outside)]).toEqual([403, ['error: outside-of-access']]);
    expect(await status('PUT', '/Observation/of-a', observationOf('a'), as('a'))).toBe(200);
    const moved = { ...observationOf('b'), id: 'of-a' };
    expect(await status('PUT', '/Observation/of-a', moved, as('a'))).toBe(403);
    const stolen = { ...observationOf('a'), id: 'of-b' };
    expect(await status('PUT', '/Observation/of-b', stolen, as('a'))).toBe(404);
    expect(await status('DELETE', '/Observation/of-b', undefined, as('a'))).toBe(404);
    expect(await status('DELETE', '/Observation/never', undefined, as('a'))).toBe(404);
    expect(await status('POST', '/Practitioner', { resourceType: 'Practitioner' }, as('a'))).toBe(403);
    expect((await server.ask('GET', '/Observation/of-b')).headers.get('etag')).toBe('W/"1"');
  });

  test('history shows only the versions that may be seen, and no total', async () => {
    await server.ask('PUT', '/Observation/moved', { ...observationOf('b'), id: 'moved' });
    await server.ask('PUT', '/Observation/moved', { ...observationOf('a'), id: 'moved' });
    const { body } = await server.ask('GET', '/Observation/moved/_history', undefined, as('a'));
    expect(body.entry.map(({ response }: { response: { etag: string } }) => response.etag)).toEqual(['W/"2"']);
    expect(body.total).toBeUndefined();
    await server.ask('DELETE', '/Observation/moved');
    expect(await status('GET', '/Observation/moved', undefined, as('a'))).toBe(410);
    expect(await status('GET', '/Observation/moved', undefined, as('b'))).toBe(404);
  });

  test('entries of Bundles are judged one by one, a transaction as a whole', async () => {
    const entry = [
      { resource: observationOf('a'), request: { method: 'POST', url: 'Observation' } },
      { resource: observationOf('b'), request: { method: 'POST', url: 'Observation' } },
      { request: { method: 'GET', url: 'Patient/b' } },
    ];
    const batch = await server.ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry }, as('a'));
    expect(batch.body.entry.map(({ response }: { response: { status: string } }) => response.status)).toEqual([
      '201 Created',
      '403 Forbidden',
      '404 Not Found',
    ]);
    const before = (await server.ask('GET', '/Observation?_summary=count')).body.total;
    const whole = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }, as('a'));
    expect([whole.status, issuesOf(whole)]).toEqual([403, ['error: outside-of-access at Bundle.entry[1]']]);
    expect((await server.ask('GET', '/Observation?_summary=count')).body.total).toBe(before);
  });

  test('conditional references and criteria do not see what is hidden', async () => {
    const resource = { ...observationOf('a'), performer: [{ reference: 'Patient?identifier=urn:a|b' }] };
    const entry = [{ resource, request: { method: 'POST', url: 'Observation' } }];
    const answer = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }, as('a'));
    expect([answer.status, issuesOf(answer)]).toEqual([
      412,
      ['error: conditional-reference-no-match at Bundle.entry[0].resource.performer[0].reference'],
    ]);
  });
});
