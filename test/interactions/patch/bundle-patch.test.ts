import { describe, expect, jest, test } from '@jest/globals';
import { issuesOf } from '../../running-server.js';
import { serverOn } from '../../server-on.js';
import { stores } from '../../stores.js';
import { patchParameters } from './parameters.js';

jest.setTimeout(60_000);

const patient = { resourceType: 'Patient', active: true, name: [{ family: 'x', given: ['a'] }] };

function binary(patch: unknown, contentType = 'application/json-patch+json') {
  return { resourceType: 'Binary', contentType, data: Buffer.from(JSON.stringify(patch)).toString('base64') };
}

const replaced = (value: boolean) => binary([{ op: 'replace', path: '/active', value }]);

describe.each(stores)('PATCH in a Bundle on $name', ({ open }) => {
  const server = serverOn(open);

  const create = async (resource: object = patient): Promise<string> => (await server.ask('POST', '/Patient', resource)).body.id;
  const read = async (id: string) => (await server.ask('GET', `/Patient/${id}`)).body;
  const send = (type: 'batch' | 'transaction', ...entry: readonly object[]) =>
    server.ask('POST', '', { resourceType: 'Bundle', type, entry });
  const patchEntry = (url: string, resource: object | undefined, request: object = {}) => ({
    resource,
    request: { method: 'PATCH', url, ...request },
  });

  test.each(['batch', 'transaction'] as const)('a %s takes all formats (http.html#patch)', async (type) => {
    const ids = [await create(), await create(), await create()];
    const { status, body } = await send(
      type,
      patchEntry(`Patient/${ids[0]}`, replaced(false)),
      patchEntry(`Patient/${ids[1]}`, binary({ gender: 'male', active: null }, 'application/merge-patch+json; charset=utf-8')),
      patchEntry(`Patient/${ids[2]}`, patchParameters({ type: 'delete', path: 'Patient.name' })),
    );
    expect([status, body.entry.map(({ response }: { response: object }) => response)]).toEqual([
      200,
      ids.map((id) => expect.objectContaining({ status: '200 OK', etag: 'W/"2"', location: `${server.url}/Patient/${id}/_history/2` })),
    ]);
    expect(await read(ids[0] ?? '')).toMatchObject({ active: false });
    expect(await read(ids[1] ?? '')).toMatchObject({ gender: 'male' });
    expect((await read(ids[2] ?? '')).name).toBeUndefined();
  });

  test.each<[string, object | undefined, string, number]>([
    ['no resource', undefined, 'entry-patch at Bundle.entry[0].resource', 400],
    ['another resource', patient, 'entry-patch at Bundle.entry[0].resource', 400],
    ['a Binary of another type', binary([], 'application/json'), 'media-type at Bundle.entry[0].resource.contentType', 415],
    [
      'a Binary without data',
      { resourceType: 'Binary', contentType: 'application/json-patch+json' },
      'entry-patch-data at Bundle.entry[0].resource.data',
      400,
    ],
    ['a Binary that is no base64', { ...replaced(true), data: '!' }, 'entry-patch-data at Bundle.entry[0].resource.data', 400],
    [
      'a Binary that holds no JSON',
      { ...replaced(true), data: Buffer.from('[').toString('base64') },
      'json-syntax at Bundle.entry[0]',
      400,
    ],
    [
      'a FHIRPath Patch that cannot be done',
      patchParameters({ type: 'delete', path: 'Patient.nickname' }),
      'patch-path-failed at Bundle.entry[0].resource.parameter[0]',
      422,
    ],
    ['a JSON Patch whose test fails', binary([{ op: 'test', path: '/active', value: false }]), 'patch-test-failed at Bundle.entry[0]', 422],
  ])('%s fails the transaction, and nothing is stored', async (_what, resource, expected, status) => {
    const [id, other] = [await create(), await create()];
    const answer = await send('transaction', patchEntry(`Patient/${id}`, resource), patchEntry(`Patient/${other}`, replaced(false)));
    expect([answer.status, issuesOf(answer)]).toEqual([status, [`error: ${expected}`]]);
    expect([(await read(id)).meta.versionId, (await read(other)).meta.versionId]).toEqual(['1', '1']);
  });

  test('a batch keeps what fails to itself', async () => {
    const id = await create();
    const { body } = await send('batch', patchEntry('Patient/never', replaced(false)), patchEntry(`Patient/${id}`, replaced(false)));
    expect(body.entry.map(({ response }: { response: { status: string } }) => response.status)).toEqual(['404 Not Found', '200 OK']);
  });

  test('what a patch brings may refer to what the transaction creates (http.html#trules)', async () => {
    const [id, other] = [await create(), await create()];
    const urn = 'urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a';
    const { status, body } = await send(
      'transaction',
      patchEntry(
        `Patient/${id}`,
        patchParameters({ type: 'add', path: 'Patient', name: 'managingOrganization', value: { valueReference: { reference: urn } } }),
      ),
      patchEntry(`Patient/${other}`, binary([{ op: 'add', path: '/managingOrganization', value: { reference: urn } }])),
      { fullUrl: urn, resource: { resourceType: 'Organization', name: 'O' }, request: { method: 'POST', url: 'Organization' } },
    );
    const organization = body.entry[2].response.location.match(/Organization\/[^/]+/)[0];
    expect([status, (await read(id)).managingOrganization, (await read(other)).managingOrganization]).toEqual([
      200,
      { reference: organization },
      { reference: organization },
    ]);
  });

  test('a conditional reference finds a resource as its patch leaves it', async () => {
    const id = await create();
    const identifier = { system: 'urn:test:patched', value: String(Math.random()) };
    const observation = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'c' },
      subject: { reference: `Patient?identifier=${identifier.system}|${identifier.value}` },
    };
    const { status, body } = await send(
      'transaction',
      { resource: observation, request: { method: 'POST', url: 'Observation' } },
      patchEntry(`Patient/${id}`, binary([{ op: 'add', path: '/identifier', value: [identifier] }])),
    );
    expect(status).toBe(200);
    const stored = await server.ask('GET', body.entry[0].response.location);
    expect(stored.body.subject).toEqual({ reference: `Patient/${id}` });
  });

  test('reads of the transaction see what its patches leave', async () => {
    const id = await create();
    const { body } = await send(
      'transaction',
      { request: { method: 'GET', url: `Patient/${id}` } },
      patchEntry(`Patient/${id}`, replaced(false)),
    );
    expect(body.entry[0].resource.active).toBe(false);
  });

  test('conditional patch: one is patched, none 404, many 412', async () => {
    const identifier = { system: 'urn:test:conditional', value: String(Math.random()) };
    const url = `Patient?identifier=${identifier.system}|${identifier.value}`;
    const none = await send('transaction', patchEntry(url, replaced(false)));
    expect([none.status, issuesOf(none)]).toEqual([404, ['error: no-match at Bundle.entry[0]']]);
    const id = await create({ ...patient, identifier: [identifier] });
    expect((await send('transaction', patchEntry(url, replaced(false)))).status).toBe(200);
    expect((await send('batch', patchEntry(url, replaced(true)))).body.entry[0].response.etag).toBe('W/"3"');
    expect(await read(id)).toMatchObject({ active: true });
    await create({ ...patient, identifier: [identifier] });
    const many = await send('transaction', patchEntry(url, replaced(false)));
    expect([many.status, issuesOf(many)]).toEqual([412, ['error: multiple-matches at Bundle.entry[0]']]);
  });

  test('the same resource twice is refused, also where criteria lead to it (http.html#trules)', async () => {
    const identifier = { system: 'urn:test:twice', value: String(Math.random()) };
    const id = await create({ ...patient, identifier: [identifier] });
    const criteria = `Patient?identifier=${identifier.system}|${identifier.value}`;
    const put = { resource: { ...patient, id }, request: { method: 'PUT', url: `Patient/${id}` } };
    for (const other of [put, patchEntry(criteria, replaced(false)), { request: { method: 'DELETE', url: `Patient/${id}` } }]) {
      const answer = await send('transaction', patchEntry(`Patient/${id}`, replaced(false)), other);
      expect([answer.status, issuesOf(answer)[0]]).toEqual([400, expect.stringContaining('same-target-twice')]);
    }
  });

  test('ifMatch is kept', async () => {
    const id = await create();
    const stale = await send('transaction', patchEntry(`Patient/${id}`, replaced(false), { ifMatch: 'W/"7"' }));
    expect([stale.status, issuesOf(stale)]).toEqual([412, ['error: version-mismatch at Bundle.entry[0].request.ifMatch']]);
    expect((await send('transaction', patchEntry(`Patient/${id}`, replaced(false), { ifMatch: 'W/"1"' }))).status).toBe(200);
  });

  test('transactions that patch one resource at the same moment lose nothing', async () => {
    const id = await create();
    const values = Array.from({ length: 16 }, (_, index) => `t${index}`);
    const answers = await Promise.all(
      values.map((value) => send('transaction', patchEntry(`Patient/${id}`, binary([{ op: 'add', path: '/name/0/given/-', value }])))),
    );
    expect(answers.map(({ status }) => status)).toEqual(values.map(() => 200));
    expect((await read(id)).name[0].given.slice(1).sort()).toEqual(values.sort());
  });
});
