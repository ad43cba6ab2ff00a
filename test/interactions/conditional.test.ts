import { describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

const system = 'urn:oid:1.2.3';
const person = (value: string, more: object = {}) => ({ resourceType: 'Patient', identifier: [{ system, value }], ...more });

jest.setTimeout(60_000);

describe.each(stores)('Conditional interactions on $name', ({ open }) => {
  const server = serverOn(open);

  const createUnless = (criteria: string, resource: object): Promise<Answered> =>
    server.ask('POST', '/Patient', resource, { 'if-none-exist': criteria });
  const total = async (value: string): Promise<number> =>
    (await server.ask('GET', `/Patient?identifier=${system}|${value}&_summary=count`)).body.total;

  test('If-None-Exist: none creates, one is shown and left as it is, many are 412 (http.html#ccreate)', async () => {
    const created = await createUnless(`identifier=${system}|c1`, person('c1'));
    const found = await createUnless(`?identifier=${system}|c1`, person('c1', { active: true }));
    expect([created.status, found.status]).toEqual([201, 200]);
    expect(found.headers.get('location')).toBe(`${server.url}/Patient/${created.body.id}/_history/1`);
    expect(found.body).toEqual(created.body);
    await server.ask('POST', '/Patient', person('c1'));
    const many = await createUnless(`identifier=${system}|c1`, person('c1'));
    expect([many.status, issuesOf(many)]).toEqual([412, ['error: multiple-matches']]);
  });

  test('criteria that are empty, unknown or only about the result are refused', async () => {
    for (const criteria of ['_count=1', 'nonsense=1', 'identifier=']) {
      const answer = await createUnless(criteria, person('c2'));
      expect([criteria, answer.status]).toEqual([criteria, 400]);
    }
    expect(await total('c2')).toBe(0);
  });

  test.each([
    ['system and value', (value: string) => [`identifier=${system}|${value}`]],
    ['different forms of the same', (value: string) => [`identifier=${system}|${value}`, `identifier=${value}`]],
  ])('sixty-four creates at once with If-None-Exist by %s make one resource', async (what, criteria) => {
    const value = what.replaceAll(' ', '-');
    const forms = criteria(value);
    const answers = await Promise.all(Array.from({ length: 64 }, (_, n) => createUnless(forms[n % forms.length] ?? '', person(value))));
    const statuses = answers.map(({ status }) => status);
    expect([statuses.filter((status) => status === 201).length, statuses.filter((status) => status === 200).length]).toEqual([1, 63]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await total(value)).toBe(1);
  });

  test('conditional update: none creates, one is updated, another id is 400, many are 412 (http.html#cond-update)', async () => {
    const path = `/Patient?identifier=${system}|u1`;
    const created = await server.ask('PUT', path, person('u1'));
    const updated = await server.ask('PUT', path, person('u1', { active: true }));
    expect([created.status, updated.status, updated.body.id, updated.headers.get('etag')]).toEqual([201, 200, created.body.id, 'W/"2"']);
    const other = await server.ask('PUT', path, person('u1', { id: 'other' }));
    expect([other.status, issuesOf(other)]).toEqual([400, ['error: id-mismatch at Patient.id']]);
    await server.ask('POST', '/Patient', person('u1'));
    expect((await server.ask('PUT', path, person('u1'))).status).toBe(412);
    const named = await server.ask('PUT', `/Patient?identifier=${system}|u2`, person('u2', { id: 'named' }));
    expect([named.status, named.body.id]).toEqual([201, 'named']);
  });

  test('conditional delete: one is deleted, none is 204, many are 412, no criteria 400 (http.html#cdelete)', async () => {
    const path = `/Patient?identifier=${system}|d1`;
    const { body } = await server.ask('POST', '/Patient', person('d1'));
    expect((await server.ask('DELETE', path)).status).toBe(204);
    expect((await server.ask('GET', `/Patient/${body.id}`)).status).toBe(410);
    expect((await server.ask('DELETE', path)).status).toBe(204);
    await server.ask('POST', '/Patient', person('d2'));
    await server.ask('POST', '/Patient', person('d2'));
    expect((await server.ask('DELETE', `/Patient?identifier=${system}|d2`)).status).toBe(412);
    expect((await server.ask('DELETE', '/Patient')).status).toBe(400);
    expect(await total('d2')).toBe(2);
  });

  test.each([
    ['another type', `Observation?identifier=${system}|c3`, 'if-none-exist-place at http.If-None-Exist'],
    ['a whole URL', `http://example.org/Patient?identifier=${system}|c3`, 'if-none-exist-place at http.If-None-Exist'],
    ['an include', `identifier=${system}|c3&_include=*`, 'criteria-result-parameter at http.If-None-Exist'],
    ['a cursor', `identifier=${system}|c3&_cursor=x`, 'criteria-result-parameter at http.If-None-Exist'],
    ['a broken percent sign', 'identifier=%zz', 'bad-percent-encoding at http.If-None-Exist'],
    ['an unknown parameter', 'nonsense=1', 'search-parameter-unknown at http.If-None-Exist'],
  ])('If-None-Exist with %s is 400, alone and in an entry (http.html#ccreate)', async (_what, criteria, expected) => {
    const alone = await createUnless(criteria, person('c3'));
    expect([alone.status, issuesOf(alone)]).toEqual([400, [`error: ${expected}`]]);
    const entry = { resource: person('c3'), request: { method: 'POST', url: 'Patient', ifNoneExist: criteria } };
    const inEntry = [`error: ${expected.replace('http.If-None-Exist', 'Bundle.entry[0].request.ifNoneExist')}`];
    const whole = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry] });
    expect([whole.status, issuesOf(whole)]).toEqual([400, inEntry]);
    const batch = await server.ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [entry] });
    expect(issuesOf({ ...batch, body: batch.body.entry[0].response.outcome })).toEqual(inEntry);
    expect(await total('c3')).toBe(0);
  });

  test.each([
    ['If-None-Exist', 'PUT', '/Patient/misplaced', 'identifier=x'],
    ['If-None-Exist', 'PUT', '/Patient?identifier=misplaced', 'identifier=x'],
    ['If-None-Exist', 'DELETE', '/Patient/misplaced', 'identifier=x'],
    ['If-None-Exist', 'GET', '/Patient', 'identifier=x'],
    ['If-None-Exist', 'POST', '/Patient/$validate', 'identifier=x'],
    ['If-None-Exist', 'POST', '', 'identifier=x'],
    ['If-Match', 'POST', '/Patient', 'W/"1"'],
    ['If-Match', 'POST', '', 'W/"1"'],
  ])('%s on %s %s is 400, and nothing is written (http.html#ccreate, http.html#concurrency)', async (field, method, path, value) => {
    const sent = path === '' ? { resourceType: 'Bundle', type: 'batch', entry: [] } : { resourceType: 'Patient', id: 'misplaced' };
    const body = method === 'GET' || method === 'DELETE' ? undefined : sent;
    const refused = await server.ask(method, path, body, { [field]: value });
    expect([refused.status, issuesOf(refused)]).toEqual([400, [`error: ${field.toLowerCase()}-misplaced at http.${field}`]]);
    expect((await server.ask('GET', '/Patient/misplaced')).status).toBe(404);
  });

  test('If-Match on a read is 412 when the version is another; on a search by POST it says nothing (RFC 9110 §13.1.1)', async () => {
    await server.ask('PUT', '/Patient/if-match', { resourceType: 'Patient', id: 'if-match' });
    const other = await server.ask('GET', '/Patient/if-match', undefined, { 'if-match': 'W/"2"' });
    expect([other.status, issuesOf(other)]).toEqual([412, ['error: version-mismatch at http.If-Match']]);
    expect((await server.ask('GET', '/Patient/if-match', undefined, { 'if-match': 'W/"1"' })).status).toBe(200);
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'if-match': 'W/"2"' };
    expect((await server.ask('POST', '/Patient/_search', '_id=if-match', form)).status).toBe(200);
  });

  test('If-None-Exist may name the type it is for', async () => {
    const answer = await createUnless(`Patient?identifier=${system}|c4`, person('c4'));
    const again = await createUnless(`Patient?identifier=${system}|c4`, person('c4'));
    expect([answer.status, again.status]).toEqual([201, 200]);
  });

  test('a conditional update or delete that shapes a result is 400', async () => {
    const asked = `/Patient?identifier=${system}|c5&_count=1`;
    for (const answer of [await server.ask('PUT', asked, person('c5')), await server.ask('DELETE', asked)]) {
      expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: criteria-result-parameter at _count']]);
    }
  });

  test('what is read is what the criteria find, at whatever is asked: chains, _has, dates, tags, :missing, :not, several at once', async () => {
    const tag = 'urn:lianyi:test:tag';
    const { body } = await server.ask(
      'POST',
      '/Patient',
      person('s1', { birthDate: '1990-05-17', meta: { tag: [{ system: tag, code: 's1' }] } }),
    );
    const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${body.id}` } };
    await server.ask('POST', '/Observation', { ...observation, identifier: [{ system, value: 's1' }] });
    const found = [
      `_id=${body.id}&birthdate=1990-05`,
      `_tag=${tag}|s1`,
      `_lastUpdated=ge2020&identifier=s1`,
      `_has:Observation:subject:identifier=${system}|s1`,
      `identifier=s1&gender:missing=true`,
      `identifier=s1&gender:not=male`,
    ];
    for (const criteria of found) {
      const answer = await createUnless(criteria, person('s1'));
      expect([criteria, answer.status, answer.body.id]).toEqual([criteria, 200, body.id]);
    }
    for (const criteria of ['identifier=s1&gender:missing=false', 'identifier=s1&birthdate=gt1990-05-17', `_tag=${tag}|other`]) {
      const answer = await server.ask('PATCH', `/Patient?${criteria}`, [], { 'content-type': 'application/json-patch+json' });
      expect([criteria, answer.status, issuesOf(answer)]).toEqual([criteria, 404, ['error: no-match']]);
    }
    const chained = await server.ask('DELETE', `/Observation?subject:Patient.identifier=${system}|s1`);
    expect([chained.status, chained.headers.get('etag')]).toEqual([204, 'W/"2"']);
  });

  test('criteria are not read leniently', async () => {
    const lenient = { prefer: 'handling=lenient' };
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const body = method === 'DELETE' ? undefined : method === 'PUT' ? person('c6') : [];
      const type = method === 'PATCH' ? 'application/json-patch+json' : 'application/fhir+json';
      const answer = await server.ask(method, '/Patient?identifier=c6&nonsense=1', body, { ...lenient, 'content-type': type });
      expect([method, answer.status, issuesOf(answer)]).toEqual([method, 400, ['error: search-parameter-unknown at nonsense']]);
    }
  });

  test('a conditional update that finds nothing does not write over what stands under the id of its body; a deletion is brought back', async () => {
    const path = `/Patient?identifier=${system}|u3`;
    const taken = person('other', { id: 'taken' });
    await server.ask('PUT', '/Patient/taken', taken);
    const entry = { resource: person('u3', { id: 'taken' }), request: { method: 'PUT', url: path.slice(1) } };
    const alone = await server.ask('PUT', path, person('u3', { id: 'taken' }));
    const whole = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [entry] });
    expect([alone.status, issuesOf(alone)]).toEqual([409, ['error: id-taken at Patient.id']]);
    expect([whole.status, issuesOf(whole)]).toEqual([409, ['error: id-taken at Bundle.entry[0].resource.id']]);
    expect((await server.ask('GET', '/Patient/taken')).headers.get('etag')).toBe('W/"1"');
    await server.ask('DELETE', '/Patient/taken');
    const back = await server.ask('PUT', path, person('u3', { id: 'taken' }));
    expect([back.status, back.headers.get('etag')]).toEqual([201, 'W/"3"']);
  });

  test('If-Match and If-None-Match hold for what the criteria find (http.html#concurrency)', async () => {
    const path = `/Patient?identifier=${system}|p1`;
    const patch = { 'content-type': 'application/json-patch+json' };
    const ask = async (method: string, headers: Record<string, string>): Promise<number> => {
      const body = method === 'PUT' ? person('p1') : method === 'PATCH' ? [{ op: 'add', path: '/active', value: true }] : undefined;
      return (await server.ask(method, path, body, method === 'PATCH' ? { ...patch, ...headers } : headers)).status;
    };
    expect([await ask('PUT', { 'if-match': 'W/"1"' }), await ask('DELETE', { 'if-match': 'W/"1"' })]).toEqual([412, 412]);
    expect(await ask('PUT', { 'if-none-match': '*' })).toBe(201);
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      expect([method, await ask(method, { 'if-none-match': '*' }), await ask(method, { 'if-match': 'W/"9"' })]).toEqual([method, 412, 412]);
    }
    expect([await ask('PUT', { 'if-match': 'W/"1"' }), await ask('PATCH', { 'if-match': 'W/"2"' })]).toEqual([200, 200]);
    expect(await ask('DELETE', { 'if-match': 'W/"3"' })).toBe(204);
  });

  test('what a deletion answers: nothing, or an outcome where one is preferred; a read of it tells the version to bring it back by', async () => {
    const { body } = await server.ask('POST', '/Patient', person('d3'));
    const outcome = await server.ask('DELETE', `/Patient?identifier=${system}|d3`, undefined, { prefer: 'return=OperationOutcome' });
    expect([outcome.status, issuesOf(outcome), outcome.headers.get('etag')]).toEqual([200, ['information: deleted-count'], 'W/"2"']);
    const gone = await server.ask('GET', `/Patient/${body.id}`);
    expect([gone.status, gone.headers.get('etag')]).toEqual([410, 'W/"2"']);
  });

  test.each(['constructor', '__proto__', 'toString'])(
    'the parameter %s of an entry is told like any other that is unknown',
    async (name) => {
      const entry = { request: { method: 'GET', url: `Patient?${name}=1` } };
      const answer = await server.ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry: [entry] });
      const { outcome } = answer.body.entry[0].response;
      expect(issuesOf({ ...answer, body: outcome })).toEqual(['error: search-parameter-unknown at Bundle.entry[0]']);
    },
  );
});

describe.each(stores)('Conditional delete of many on $name', ({ open }) => {
  const server = serverOn(open, { conditionalDelete: 'multiple', limits: { bundleEntries: 5 } });
  const path = (value: string) => `/Patient?identifier=${system}|${value}`;
  const make = async (value: string, count: number) => {
    for (let made = 0; made < count; made++) await server.ask('POST', '/Patient', person(value));
  };
  const total = async (value: string): Promise<number> => (await server.ask('GET', `${path(value)}&_summary=count`)).body.total;

  test('deletes all that match and tells how many, unless little is wanted (http.html#cdelete)', async () => {
    await make('m1', 3);
    const three = await server.ask('DELETE', path('m1'), undefined, { 'accept-language': 'en' });
    expect([three.status, three.body.issue[0].details.text, await total('m1')]).toEqual([200, '3 resources were deleted', 0]);
    await make('m1', 2);
    const minimal = await server.ask('DELETE', path('m1'), undefined, { prefer: 'return=minimal' });
    const none = await server.ask('DELETE', path('m1'));
    expect([minimal.status, minimal.text, none.status, await total('m1')]).toEqual([204, '', 204, 0]);
    const { body } = await server.ask('GET', '/metadata');
    expect(body.rest[0].resource[0].conditionalDelete).toBe('multiple');
  });

  test('deletes no more than a Bundle may have entries, and none of more; a version is that of one', async () => {
    await make('m2', 6);
    const many = await server.ask('DELETE', path('m2'));
    expect([many.status, issuesOf(many), await total('m2')]).toEqual([412, ['error: too-many-matches'], 6]);
    const versioned = await server.ask('DELETE', path('m2'), undefined, { 'if-match': 'W/"1"' });
    expect([versioned.status, await total('m2')]).toEqual([412, 6]);
  });

  test('does so in a transaction, which sees what remains', async () => {
    await make('m3', 3);
    const entry = [
      { resource: person('m3'), request: { method: 'POST', url: 'Patient', ifNoneExist: path('m3').slice('/Patient?'.length) } },
      { request: { method: 'DELETE', url: path('m3').slice(1) } },
      { request: { method: 'DELETE', url: path('m9').slice(1) } },
    ];
    const { body } = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }, { 'accept-language': 'en' });
    const responses: readonly { status: string; outcome?: { issue: [{ details: { text: string } }] } }[] = body.entry.map(
      (one: { response: unknown }) => one.response,
    );
    expect(responses.map(({ status }) => status.slice(0, 3))).toEqual(['201', '200', '204']);
    expect([responses[1]?.outcome?.issue[0].details.text, await total('m3')]).toEqual(['3 resources were deleted', 1]);
  });
});
