import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

const system = 'urn:oid:1.2.3.4';
const patient = (value: string, more: object = {}) => ({ resourceType: 'Patient', identifier: [{ system, value }], ...more });
const practitioner = (value: string) => ({ resourceType: 'Practitioner', identifier: [{ system, value }] });
const observation = (subject: string, more: object = {}) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'weight' },
  subject: { reference: subject },
  ...more,
});
const post = (resource: { resourceType: string }, more: { fullUrl?: string; ifNoneExist?: string } = {}) => ({
  ...(more.fullUrl === undefined ? {} : { fullUrl: more.fullUrl }),
  resource,
  request: { method: 'POST', url: resource.resourceType, ...(more.ifNoneExist === undefined ? {} : { ifNoneExist: more.ifNoneExist }) },
});
const bundle = (entry: readonly object[]) => ({ resourceType: 'Bundle', type: 'transaction', entry });
const urn = (n: number) => `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

jest.setTimeout(60_000);

describe.each(stores)('Transactions on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  const logged: unknown[] = [];
  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.store, logged });
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
    expect(logged).toEqual([]);
  });

  const send = (entry: readonly object[], headers: Record<string, string> = {}): Promise<Answered> =>
    server.ask('POST', '', bundle(entry), headers);
  const full = (entry: readonly object[]): Promise<Answered> => send(entry, { prefer: 'return=representation' });
  const total = async (query: string): Promise<number> => (await server.ask('GET', `/${query}&_summary=count`)).body.total;
  const statuses = ({ body }: Answered): string[] => body.entry.map(({ response }: { response: { status: string } }) => response.status);

  test('answers come in the order of the request, with status, location, etag and lastModified (http.html#transaction-response)', async () => {
    await server.ask('PUT', '/Patient/t-old', patient('t-old', { id: 't-old' }));
    await server.ask('PUT', '/Patient/t-gone', patient('t-gone', { id: 't-gone' }));
    const answer = await send([
      { request: { method: 'GET', url: `Patient?identifier=${system}|t-new` } },
      { resource: patient('t-old', { id: 't-old', active: true }), request: { method: 'PUT', url: 'Patient/t-old' } },
      post(patient('t-new')),
      { request: { method: 'DELETE', url: 'Patient/t-gone' } },
      { request: { method: 'GET', url: 'Patient/t-old' } },
    ]);
    expect([answer.status, answer.body.type]).toEqual([200, 'transaction-response']);
    expect(statuses(answer)).toEqual(['200 OK', '200 OK', '201 Created', '204 No Content', '200 OK']);
    const [search, put, created, , read] = answer.body.entry;
    expect(search.resource.total).toBe(1);
    expect(put).toEqual({
      fullUrl: `${server.url}/Patient/t-old`,
      response: { status: '200 OK', location: `${server.url}/Patient/t-old/_history/2`, etag: 'W/"2"', lastModified: expect.any(String) },
    });
    expect(created.resource).toBeUndefined();
    expect([read.resource.active, read.resource.meta.versionId]).toEqual([true, '2']);
  });

  test('links into the Bundle are replaced in references, uris and narrative, but not in canonicals and strings (http.html#trules)', async () => {
    const div = `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${urn(1)}">p</a><img src='${urn(1)}' alt="x"/></div>`;
    const answer = await full([
      post(
        {
          ...observation(urn(1)),
          text: { status: 'generated', div },
          meta: { profile: [urn(1)] },
          identifier: [{ system: 'urn:ietf:rfc:3986', value: urn(1) }],
          extension: [
            { url: 'http://example.org/a', valueReference: { reference: urn(1) } },
            { url: 'http://example.org/b', valueUri: urn(1) },
            { url: 'http://example.org/c', valueAttachment: { url: urn(1) } },
          ],
          contained: [
            {
              resourceType: 'Provenance',
              id: 'p',
              target: [{ reference: `${urn(1)}/_history/7` }],
              recorded: '2026-01-01T00:00:00Z',
              agent: [{ who: { reference: urn(1) } }],
            },
          ],
          focus: [{ reference: '#p' }],
        } as { resourceType: string },
        { fullUrl: urn(2) },
      ),
      post(patient('links'), { fullUrl: urn(1) }),
    ]);
    expect([answer.status, answer.status === 200 ? [] : issuesOf(answer)]).toEqual([200, []]);
    const [{ resource }, other] = answer.body.entry;
    const target = `Patient/${other.resource.id}`;
    expect(resource.subject.reference).toBe(target);
    expect(resource.text.div).toBe(div.replaceAll(urn(1), target));
    expect(resource.meta.profile).toEqual([urn(1)]);
    expect(resource.identifier[0].value).toBe(urn(1));
    expect(resource.extension.map((one: Record<string, unknown>) => one.valueUri ?? one.valueReference ?? one.valueAttachment)).toEqual([
      { reference: target },
      target,
      { url: target },
    ]);
    expect(resource.contained[0].target[0].reference).toBe(`${target}/_history/1`);
    expect(resource.contained[0].agent[0].who.reference).toBe(target);
  });

  test('a relative reference leads to the entry whose fullUrl it makes with the base of its own (bundle.html#references)', async () => {
    const answer = await full([
      post(observation('Patient/7'), { fullUrl: 'https://other.example/fhir/Observation/1' }),
      post(patient('relative'), { fullUrl: 'https://other.example/fhir/Patient/7' }),
    ]);
    const [{ resource }, other] = answer.body.entry;
    expect(resource.subject.reference).toBe(`Patient/${other.resource.id}`);
  });

  test('conditional references find one resource, in the store or in the Bundle (http.html#trules)', async () => {
    const { body } = await server.ask('POST', '/Practitioner', practitioner('stored'));
    const answer = await full([
      post(observation(`Patient?identifier=${system}|inside`, { performer: [{ reference: `Practitioner?identifier=${system}|stored` }] })),
      post(patient('inside'), { fullUrl: urn(1) }),
    ]);
    const [{ resource }, other] = answer.body.entry;
    expect(resource.performer[0].reference).toBe(`Practitioner/${body.id}`);
    expect(resource.subject.reference).toBe(`Patient/${other.resource.id}`);
  });

  test('a conditional reference that finds nothing, or more than one, fails the Bundle with 412 and its place', async () => {
    const nothing = await send([post(patient('refs')), post(observation(`Patient?identifier=${system}|nobody`))]);
    expect([nothing.status, issuesOf(nothing)]).toEqual([
      412,
      ['error: conditional-reference-no-match at Bundle.entry[1].resource.subject.reference'],
    ]);
    await server.ask('POST', '/Patient', patient('two'));
    await server.ask('POST', '/Patient', patient('two'));
    const many = await send([post(patient('refs')), post(observation(`Patient?identifier=${system}|two`))]);
    expect([many.status, issuesOf(many)]).toEqual([
      412,
      ['error: conditional-reference-many-matches at Bundle.entry[1].resource.subject.reference'],
    ]);
    expect(await total(`Patient?identifier=${system}|refs`)).toBe(0);
  });

  test('a conditional reference looks at the store as the Bundle leaves it', async () => {
    await server.ask('PUT', '/Patient/leaves', patient('leaves', { id: 'leaves' }));
    const answer = await send([
      { request: { method: 'DELETE', url: 'Patient/leaves' } },
      post(observation(`Patient?identifier=${system}|leaves`)),
    ]);
    expect([answer.status, issuesOf(answer)]).toEqual([
      412,
      ['error: conditional-reference-no-match at Bundle.entry[1].resource.subject.reference'],
    ]);
    expect((await server.ask('GET', '/Patient/leaves')).status).toBe(200);
  });

  test('a chain in criteria is followed through the Bundle and the store', async () => {
    const answer = await full([
      post(patient('chained'), { fullUrl: urn(1) }),
      post(observation(urn(1)), { fullUrl: urn(2) }),
      post({
        resourceType: 'DiagnosticReport',
        status: 'final',
        code: { text: 'x' },
        result: [{ reference: `Observation?subject:Patient.identifier=${system}|chained` }],
      } as {
        resourceType: string;
      }),
    ]);
    expect(answer.body.entry[2].resource.result[0].reference).toBe(`Observation/${answer.body.entry[1].resource.id}`);
  });

  test('ifNoneExist that finds something answers 200, and links lead to what it found (http.html#ccreate)', async () => {
    const { body } = await server.ask('POST', '/Patient', patient('known'));
    const answer = await full([
      post(observation(urn(1))),
      post(patient('known', { active: true }), { fullUrl: urn(1), ifNoneExist: `identifier=${system}|known` }),
    ]);
    expect(statuses(answer)).toEqual(['201 Created', '200 OK']);
    expect(answer.body.entry[0].resource.subject.reference).toBe(`Patient/${body.id}`);
    expect(answer.body.entry[1].resource).toEqual(body);
  });

  test('the same ifNoneExist twice makes one resource, and links of both lead to it', async () => {
    const criteria = { ifNoneExist: `identifier=${system}|once` };
    const answer = await full([
      post(patient('once'), { fullUrl: urn(1), ...criteria }),
      post(patient('once'), { fullUrl: urn(2), ...criteria }),
      post(observation(urn(1))),
      post(observation(urn(2))),
    ]);
    expect(statuses(answer)).toEqual(['201 Created', '200 OK', '201 Created', '201 Created']);
    const [first, second, third, fourth] = answer.body.entry.map(
      ({ resource }: { resource: { id: string; subject?: { reference: string } } }) => resource,
    );
    expect([second.id, third.subject.reference, fourth.subject.reference]).toEqual([
      first.id,
      `Patient/${first.id}`,
      `Patient/${first.id}`,
    ]);
    expect(await total(`Patient?identifier=${system}|once`)).toBe(1);
  });

  test('sixteen Bundles at once with the same ifNoneExist make one resource', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, () =>
        send([post(patient('race'), { fullUrl: urn(1), ifNoneExist: `identifier=${system}|race` }), post(observation(urn(1)))]),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200));
    expect(await total(`Patient?identifier=${system}|race`)).toBe(1);
    expect(await total(`Observation?subject:Patient.identifier=${system}|race`)).toBe(16);
  });

  test('a URN in criteria is what it stands for; criteria that depend on each other are an error', async () => {
    const criteria = `subject=${urn(1)}`;
    const first = await send([
      post(patient('urn'), { fullUrl: urn(1), ifNoneExist: `identifier=${system}|urn` }),
      post(observation(urn(1)), { fullUrl: urn(2), ifNoneExist: criteria }),
    ]);
    const again = await send([
      post(patient('urn'), { fullUrl: urn(1), ifNoneExist: `identifier=${system}|urn` }),
      post(observation(urn(1)), { fullUrl: urn(2), ifNoneExist: criteria }),
    ]);
    expect([statuses(first), statuses(again)]).toEqual([
      ['201 Created', '201 Created'],
      ['200 OK', '200 OK'],
    ]);
    const circle = await send([
      post(observation(urn(2)), { fullUrl: urn(1), ifNoneExist: `subject=${urn(2)}` }),
      post(patient('c'), { fullUrl: urn(2), ifNoneExist: `link=${urn(1)}` }),
    ]);
    expect([circle.status, issuesOf(circle)]).toEqual([400, ['error: criteria-circle at Bundle.entry[0].request']]);
  });

  test('conditional update and delete in a Bundle work as they do alone', async () => {
    await server.ask('POST', '/Patient', patient('cu'));
    await server.ask('POST', '/Patient', patient('cd'));
    const answer = await send([
      { resource: patient('cu', { active: true }), request: { method: 'PUT', url: `Patient?identifier=${system}|cu` } },
      { resource: patient('cn'), request: { method: 'PUT', url: `Patient?identifier=${system}|cn` } },
      { request: { method: 'DELETE', url: `Patient?identifier=${system}|cd` } },
      { request: { method: 'DELETE', url: `Patient?identifier=${system}|nobody` } },
    ]);
    expect(statuses(answer)).toEqual(['200 OK', '201 Created', '204 No Content', '204 No Content']);
    expect([await total(`Patient?identifier=${system}|cd`), await total(`Patient?identifier=${system}|cn`)]).toEqual([0, 1]);
  });

  test('one entry that fails: nothing is stored, its status and its place are told', async () => {
    const before = await total('Patient?identifier=');
    const invalid = await send([post(patient('half')), post(patient('half', { gender: 'wrong' }))]);
    expect(invalid.status).toBe(422);
    expect(issuesOf(invalid)).toContain('error: code-not-in-value-set at Bundle.entry[1].resource.gender');
    const mismatch = await send([
      post(patient('half')),
      { resource: patient('half', { id: 'a' }), request: { method: 'PUT', url: 'Patient/b' } },
    ]);
    expect([mismatch.status, issuesOf(mismatch)]).toEqual([400, ['error: id-mismatch at Bundle.entry[1].resource.id']]);
    const stale = await send([
      post(patient('half')),
      { resource: patient('x', { id: 't-x' }), request: { method: 'PUT', url: 'Patient/t-x', ifMatch: 'W/"3"' } },
    ]);
    expect([stale.status, issuesOf(stale)]).toEqual([412, ['error: version-mismatch at Bundle.entry[1].request.ifMatch']]);
    const missing = await send([post(patient('half')), { request: { method: 'GET', url: 'Patient/not-there' } }]);
    expect([missing.status, issuesOf(missing)]).toEqual([404, ['error: not-found at Bundle.entry[1]']]);
    const unknown = await send([post(patient('half')), { request: { method: 'GET', url: 'Patient?nonsense=1' } }]);
    expect([unknown.status, issuesOf(unknown)[0]]).toEqual([400, 'error: search-parameter-unknown at Bundle.entry[1]']);
    expect(await total('Patient?identifier=')).toBe(before);
    expect(await total(`Patient?identifier=${system}|half`)).toBe(0);
  });

  test('the same resource twice fails the Bundle (http.html#trules)', async () => {
    const put = { resource: patient('same', { id: 'same' }), request: { method: 'PUT', url: 'Patient/same' } };
    const answer = await send([put, { request: { method: 'DELETE', url: 'Patient/same' } }]);
    expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: same-target-twice at Bundle.entry[0]']]);
    const urls = await send([post(patient('same'), { fullUrl: urn(1) }), post(patient('same'), { fullUrl: urn(1) })]);
    expect([urls.status, issuesOf(urls)]).toEqual([400, ['error: same-full-url at Bundle.entry[1].fullUrl']]);
  });

  test('an empty transaction is none to complain about; a Bundle inside is data', async () => {
    const empty = await server.ask('POST', '/', { resourceType: 'Bundle', type: 'transaction' });
    expect([empty.status, empty.body]).toEqual([200, { resourceType: 'Bundle', type: 'transaction-response' }]);
    const inner = { resourceType: 'Bundle', type: 'transaction', entry: [post(patient('inner'))] };
    const answer = await send([{ resource: inner, request: { method: 'POST', url: 'Bundle' } }]);
    expect(statuses(answer)).toEqual(['201 Created']);
    expect(await total(`Patient?identifier=${system}|inner`)).toBe(0);
  });

  test('a thousand entries succeed', async () => {
    const entries = Array.from({ length: 500 }, (_, n) => [
      post(patient(`many-${n}`), { fullUrl: urn(n) }),
      post(observation(`Patient?identifier=${system}|many-${n}`)),
    ]).flat();
    const answer = await send(entries);
    expect([answer.status, answer.body.entry.length]).toEqual([200, 1000]);
    expect(await total(`Observation?subject:Patient.identifier=${system}|many-499`)).toBe(1);
  });
});
