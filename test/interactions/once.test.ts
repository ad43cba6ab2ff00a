/** A POST sent again with its Idempotency-Key, through HTTP, on both stores. Source: draft-ietf-httpapi-idempotency-key-header §2 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unrestricted } from '../../src/access/access.js';
import { type ResourceStore, StoreUnknown } from '../../src/store/port.js';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

const SYSTEM = 'https://example.org/fhir/mrn';
const patient = (mrn: string, more: object = {}) => ({ resourceType: 'Patient', identifier: [{ system: SYSTEM, value: mrn }], ...more });
const keyed = (key: string, more: Readonly<Record<string, string>> = {}) => ({ 'idempotency-key': key, ...more });
const replayed = ({ headers }: Answered) => headers.get('idempotency-replayed');
const location = ({ headers }: Answered) => headers.get('location');

interface Entry {
  readonly fullUrl?: string;
  readonly resource?: object;
  readonly request: Readonly<Record<string, string>>;
}

function bundle(type: 'batch' | 'transaction', entry: readonly Entry[]) {
  return { resourceType: 'Bundle', type, entry };
}

/** A patient and an observation of it, linked by their fullUrls, and a search that finds both. */
function linkedBundle(mrn: string) {
  return bundle('transaction', [
    { fullUrl: 'urn:uuid:5a7b5c1e-6a5c-4c60-a1d3-3f3f5a5d0f01', resource: patient(mrn), request: { method: 'POST', url: 'Patient' } },
    {
      fullUrl: 'urn:uuid:5a7b5c1e-6a5c-4c60-a1d3-3f3f5a5d0f02',
      resource: {
        resourceType: 'Observation',
        status: 'final',
        code: { text: mrn },
        subject: { reference: 'urn:uuid:5a7b5c1e-6a5c-4c60-a1d3-3f3f5a5d0f01' },
      },
      request: { method: 'POST', url: 'Observation' },
    },
    { request: { method: 'GET', url: `Observation?subject:Patient.identifier=${mrn}` } },
  ]);
}

function batchOf(mrn: string, size: number) {
  const one = { resource: patient(mrn), request: { method: 'POST', url: 'Patient' } };
  return bundle(
    'batch',
    Array.from({ length: size }, () => one),
  );
}

/** Without the base, which each server has for itself. */
function locationsIn(answer: { readonly entry: readonly { readonly response: { readonly location?: string } }[] }) {
  return answer.entry.map(({ response }) => response.location?.replace(/^.*\/fhir/, ''));
}

describe.each(stores.map((store) => [store.name, store] as const))('Idempotency-Key on %s', (_name, store) => {
  let opened: OpenedStore;
  let server: RunningServer;
  const logged: unknown[] = [];
  beforeAll(async () => {
    opened = await store.open();
    server = await startServer({ store: opened.store, logged });
  }, 60_000);
  afterAll(async () => {
    await server?.close();
    await opened?.close();
    expect(logged).toEqual([]);
  }, 60_000);

  const count = async (mrn: string) => (await server.ask('GET', `/Patient?identifier=${mrn}&_summary=count`)).body.total as number;
  const post = (path: string, body: unknown, headers: Readonly<Record<string, string>>) => server.ask('POST', path, body, headers);

  test('a create sent again with its key is answered as before and stores nothing', async () => {
    const first = await post('/Patient', patient('a1'), keyed('a1'));
    const again = await post('/Patient', patient('a1'), keyed('"a1"'));
    expect([first.status, replayed(first), again.status, replayed(again)]).toEqual([201, null, 201, 'true']);
    expect([again.text, location(again), again.headers.get('etag')]).toEqual([first.text, location(first), first.headers.get('etag')]);
    expect(again.headers.get('content-location')).toBe(first.headers.get('content-location'));
    expect(again.headers.get('last-modified')).toBe(first.headers.get('last-modified'));
    expect(await count('a1')).toBe(1);
    // Without the key, or with another one, it is another patient.
    expect(location(await post('/Patient', patient('a1'), {}))).not.toBe(location(first));
    expect(location(await post('/Patient', patient('a1'), keyed('a1-2')))).not.toBe(location(first));
    expect(await count('a1')).toBe(3);
  });

  test.each(['minimal', 'representation', 'OperationOutcome'])('the answer by Prefer: return=%s is the same again', async (wanted) => {
    const prefer = { prefer: `return=${wanted}` };
    const first = await post('/Patient', patient(`p-${wanted}`), keyed(`p-${wanted}`, prefer));
    const again = await post('/Patient', patient(`p-${wanted}`), keyed(`p-${wanted}`, prefer));
    expect([again.status, again.text, location(again)]).toEqual([201, first.text, location(first)]);
    expect(replayed(again)).toBe('true');
    // What was stored may have changed since: the answer is of then.
    const [type, id] = (location(first) ?? '').split('/').slice(-4);
    await server.ask('PUT', `/${type}/${id}`, { ...patient(`p-${wanted}`), id, active: false });
    await server.ask('DELETE', `/${type}/${id}`);
    const later = await post('/Patient', patient(`p-${wanted}`), keyed(`p-${wanted}`, prefer));
    expect([later.status, later.text, location(later)]).toEqual([201, first.text, location(first)]);
  });

  test('the key with another request is 422: another body, another URL, another condition, another Prefer', async () => {
    await post('/Patient', patient('o1'), keyed('o1'));
    const others = [
      await post('/Patient', patient('o2'), keyed('o1')),
      await post('/Basic', patient('o1'), keyed('o1')),
      await post('/Patient', patient('o1'), keyed('o1', { 'if-none-exist': 'identifier=o1' })),
      await post('/Patient', patient('o1'), keyed('o1', { prefer: 'return=minimal' })),
      await post('', bundle('transaction', []), keyed('o1')),
      await post('', bundle('batch', []), keyed('o1')),
    ];
    for (const other of others) {
      expect([other.status, issuesOf(other)]).toEqual([422, ['error: idempotency-key-reused at http.Idempotency-Key']]);
    }
    expect(await count('o1')).toBe(1);
  });

  test('what was refused may be sent again with its key, also when it has been mended', async () => {
    const wrong = await post('/Patient', patient('r1', { gender: 'x' }), keyed('r1'));
    const again = await post('/Patient', patient('r1', { gender: 'x' }), keyed('r1'));
    const right = await post('/Patient', patient('r1', { gender: 'male' }), keyed('r1'));
    expect([wrong.status, again.status, replayed(again), right.status, replayed(right)]).toEqual([422, 422, null, 201, null]);
    expect(await count('r1')).toBe(1);
  });

  test('a conditional create is answered as the first time, whatever its criteria would find now', async () => {
    const condition = { 'if-none-exist': 'identifier=c1' };
    const first = await post('/Patient', patient('c1'), keyed('c1', condition));
    const found = await post('/Patient', patient('c1'), keyed('c1-found', condition));
    await post('/Patient', patient('c1'), {});
    const [again, foundAgain] = [
      await post('/Patient', patient('c1'), keyed('c1', condition)),
      await post('/Patient', patient('c1'), keyed('c1-found', condition)),
    ];
    expect([first.status, found.status, again.status, foundAgain.status]).toEqual([201, 200, 201, 200]);
    expect([again.text, foundAgain.text, replayed(foundAgain)]).toEqual([first.text, found.text, 'true']);
    expect((await post('/Patient', patient('c1'), keyed('c1-new', condition))).status).toBe(412);
    expect(await count('c1')).toBe(2);
  });

  test('of 64 clients with one key at the same moment one stores, and all are told the same', async () => {
    const answers = await Promise.all(Array.from({ length: 64 }, () => post('/Patient', patient('m1'), keyed('m1'))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(location)).size).toBe(1);
    expect(answers.filter((answer) => replayed(answer) === null).length).toBe(1);
    expect(await count('m1')).toBe(1);
  }, 60_000);

  test.each(['minimal', 'representation', 'OperationOutcome'])('a transaction sent again adds nothing, with return=%s', async (wanted) => {
    const mrn = `t-${wanted}`;
    const headers = keyed(mrn, { prefer: `return=${wanted}` });
    const first = await post('', linkedBundle(mrn), headers);
    const again = await post('', linkedBundle(mrn), headers);
    expect([first.status, again.status, replayed(first), replayed(again)]).toEqual([200, 200, null, 'true']);
    const written = (answer: Answered) => answer.body.entry.slice(0, 2);
    expect(written(again)).toEqual(written(first));
    expect(written(again)[0].response.location).toMatch(/\/Patient\/.+\/_history\/1$/);
    expect([first, again].map((answer) => answer.body.entry[2].resource.total)).toEqual([1, 1]);
    expect(await count(mrn)).toBe(1);
  });

  test('of 16 clients with one transaction at the same moment one stores', async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, () => post('', linkedBundle('tm'), keyed('tm'))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.entry[0].response.location)).size).toBe(1);
    expect(await count('tm')).toBe(1);
  }, 60_000);

  test('a transaction of every kind of entry is answered again as it was, and what it reads is read anew', async () => {
    const { body: kept } = await post('/Patient', patient('k0'), {});
    const { body: gone } = await post('/Patient', patient('k1'), {});
    const entries: Entry[] = [
      { resource: patient('k2'), request: { method: 'POST', url: 'Patient' } },
      { resource: patient('k0'), request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=k0' } },
      { resource: patient('k3'), request: { method: 'PUT', url: 'Patient?identifier=k3' } },
      { request: { method: 'DELETE', url: `Patient/${gone.id}` } },
      { request: { method: 'DELETE', url: 'Patient?identifier=nobody' } },
      { request: { method: 'GET', url: `Patient/${kept.id}` } },
      { request: { method: 'GET', url: 'Patient?identifier=k2,k3' } },
    ];
    const send = () => post('', bundle('transaction', entries), keyed('k', { prefer: 'return=representation' }));
    const first = await send();
    await server.ask('PUT', `/Patient/${kept.id}`, { ...patient('k0'), id: kept.id, active: true });
    const again = await send();
    expect(first.body.entry.map((entry: { response: { status: string } }) => entry.response.status.slice(0, 3))).toEqual([
      '201',
      '200',
      '201',
      '204',
      '204',
      '200',
      '200',
    ]);
    expect(again.body.entry.slice(0, 5)).toEqual(first.body.entry.slice(0, 5));
    expect([first, again].map(({ body }) => body.entry[5].resource.meta.versionId)).toEqual(['1', '2']);
    expect(again.body.entry[6].resource.total).toBe(2);
  });

  test('a transaction that is refused is not remembered', async () => {
    const entries = [{ resource: patient('x1'), request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=twice' } }];
    await post('/Patient', patient('twice'), {});
    const { body: second } = await post('/Patient', patient('twice'), {});
    const send = () => post('', bundle('transaction', entries), keyed('x1'));
    expect((await send()).status).toBe(412);
    await server.ask('DELETE', `/Patient/${second.id}`);
    const done = await send();
    expect([done.status, replayed(done), done.body.entry[0].response.status]).toEqual([200, null, '200 OK']);
    expect(replayed(await send())).toBe('true');
  });

  test('each entry of a batch is remembered: a repeat stores what was refused before, and nothing else', async () => {
    const entries: Entry[] = [
      { resource: patient('b1'), request: { method: 'POST', url: 'Patient' } },
      { resource: { ...patient('b2'), id: 'b2-own' }, request: { method: 'PUT', url: 'Patient/b2-own', ifMatch: 'W/"1"' } },
      { request: { method: 'GET', url: 'Patient?identifier=b1' } },
    ];
    const send = () => post('', bundle('batch', entries), keyed('b'));
    const first = await send();
    const statuses = ({ body }: Answered) => body.entry.map((entry: { response: { status: string } }) => entry.response.status.slice(0, 3));
    expect([statuses(first), replayed(first)]).toEqual([['201', '412', '200'], null]);
    // What is refused again stores nothing either.
    const refusedAgain = await send();
    expect([statuses(refusedAgain), replayed(refusedAgain)]).toEqual([['201', '412', '200'], 'true']);
    await server.ask('PUT', '/Patient/b2-own', { ...patient('b2'), id: 'b2-own', active: true });
    const second = await send();
    expect([statuses(second), replayed(second)]).toEqual([['201', '200', '200'], null]);
    const third = await send();
    expect([statuses(third), replayed(third)]).toEqual([['201', '200', '200'], 'true']);
    expect(third.body.entry.slice(0, 2)).toEqual(second.body.entry.slice(0, 2));
    expect(third.body.entry[0]).toEqual(first.body.entry[0]);
    expect([await count('b1'), (await server.ask('GET', '/Patient/b2-own')).body.meta.versionId]).toEqual([1, '2']);
    const other = await post('', bundle('batch', entries.slice(0, 1)), keyed('b'));
    expect([other.status, issuesOf(other)]).toEqual([422, ['error: idempotency-key-reused at http.Idempotency-Key']]);
  });

  test('two servers with a store of their own each, on the same data, asked with one key at the same moment, store once', async () => {
    const other = await startServer({ store: opened.url, logged });
    try {
      for (let round = 0; round < 2; round++) {
        const key = `s${round}`;
        const asked = [server, other, server, other].map((one) => one.ask('POST', '/Patient', patient(key), keyed(key)));
        const bundles = [server, other].map((one) => one.ask('POST', '', linkedBundle(`${key}-t`), keyed(`${key}-t`)));
        const [singles, transactions] = [await Promise.all(asked), await Promise.all(bundles)];
        const batches = await Promise.all(
          [server, other, server].map((one) => one.ask('POST', '', batchOf(`${key}-b`, 6), keyed(`${key}-b`))),
        );
        expect(new Set(batches.map(({ body }) => JSON.stringify(locationsIn(body)))).size).toBe(1);
        expect(await count(`${key}-b`)).toBe(6);
        expect(new Set(singles.map(({ status }) => status))).toEqual(new Set([201]));
        expect(new Set(singles.map((answer) => location(answer)?.replace(/^.*\/fhir/, ''))).size).toBe(1);
        expect(transactions.map(({ status }) => status)).toEqual([200, 200]);
        expect([await count(key), await count(`${key}-t`)]).toEqual([1, 1]);
      }
    } finally {
      await other.close();
    }
  }, 60_000);

  test('who lost the answer and asks again is told what was done', async () => {
    const going = new AbortController();
    const asked = fetch(`${server.url}/Patient`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json', ...keyed('gone') },
      body: JSON.stringify(patient('gone')),
      signal: going.signal,
    }).catch(() => undefined);
    setTimeout(() => going.abort(), 2);
    await asked;
    const again = await post('/Patient', patient('gone'), keyed('gone'));
    expect([again.status, await count('gone')]).toEqual([201, 1]);
  });

  test('where the store could not say whether it was written, the key tells', async () => {
    let lost = 0;
    const commit: ResourceStore['commit'] = async (one) => {
      await opened.store.commit(one);
      if (one.writes.length > 0 && lost++ % 2 === 0) throw new StoreUnknown('The answer was lost');
    };
    const unsure = await startServer({ store: Object.create(opened.store, { commit: { value: commit } }) as ResourceStore });
    try {
      for (const [path, body, mrn] of [
        ['/Patient', patient('u1'), 'u1'],
        ['', linkedBundle('u2'), 'u2'],
        ['', bundle('batch', [{ resource: patient('u3'), request: { method: 'POST', url: 'Patient' } }]), 'u3'],
      ] as const) {
        const send = () => unsure.ask('POST', path, body, keyed(mrn));
        const [first, again] = [await send(), await send()];
        const statusOf = ({ status, body }: Answered) => (mrn === 'u3' ? Number(body.entry[0].response.status.slice(0, 3)) : status);
        expect([statusOf(first), statusOf(again), replayed(again), await count(mrn)]).toEqual([503, mrn === 'u2' ? 200 : 201, 'true', 1]);
        lost = 0;
      }
    } finally {
      await unsure.close();
    }
  });

  test('after its time a key is as if it had never been sent', async () => {
    const forgetful = await startServer({ store: opened.store, idempotencyHours: 50 / 3_600_000, logged });
    try {
      const send = () => forgetful.ask('POST', '/Patient', patient('e1'), keyed('e1'));
      const first = await send();
      await new Promise((resolve) => setTimeout(resolve, 60));
      const later = await send();
      expect([later.status, replayed(later), location(later) === location(first)]).toEqual([201, null, false]);
      expect(await count('e1')).toBe(2);
    } finally {
      await forgetful.close();
    }
  });

  test('each asks under keys of its own, and sees again only what it may see today', async () => {
    const open = { ...unrestricted, subject: 'one' };
    let asking: typeof open = open;
    const guarded = await startServer({ store: opened.store, accessOf: () => asking, logged });
    try {
      const send = () => guarded.ask('POST', '/Patient', patient('y1'), keyed('y1', { prefer: 'return=representation' }));
      const first = await send();
      asking = { ...open, subject: 'two' };
      const other = await send();
      expect([replayed(other), location(other) === location(first)]).toEqual([null, false]);
      asking = { ...open, restriction: (act) => (act === 'read' ? { kind: 'id', ids: ['nobody'] } : { kind: 'all', of: [] }) };
      const blind = await send();
      expect([blind.status, replayed(blind), location(blind), blind.text]).toEqual([201, 'true', location(first), '']);
      asking = { ...open, restriction: () => undefined };
      expect((await send()).status).toBe(403);
      asking = open;
      expect((await send()).text).toBe(first.text);
    } finally {
      await guarded.close();
    }
  });
});
