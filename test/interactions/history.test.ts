/** Source: R4 http.html#history, http.html#paging */
import type { IncomingMessage } from 'node:http';
import { describe, expect, jest, test } from '@jest/globals';
import { type Access, unrestricted } from '../../src/access/access.js';
import { restrictedToCompartment } from '../../src/access/compartment-access.js';
import { definitions } from '../built-definitions.js';
import { type Answered, issuesOf } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

jest.setTimeout(60_000);

interface Shown {
  readonly fullUrl: string;
  readonly resource?: { readonly id: string; readonly meta: { readonly versionId: string } };
  readonly request: { readonly method: string; readonly url: string };
  readonly response: { readonly status: string; readonly etag: string; readonly lastModified: string; readonly location?: string };
}

/** `PUT Basic/a 200 W/"2"`, and whether there is a resource. */
const shown = ({ body }: Pick<Answered, 'body'>): string[] =>
  (body.entry ?? []).map(
    ({ resource, request, response }: Shown) =>
      `${request.method} ${request.url} ${response.status.slice(0, 3)} ${response.etag}${resource === undefined ? ' -' : ''}`,
  );
/** `Basic/a 2` */
const named = ({ body }: Pick<Answered, 'body'>, base: string): string[] =>
  (body.entry ?? []).map(({ fullUrl, response }: Shown) => `${fullUrl.slice(base.length + 1)} ${response.etag.slice(3, -1)}`);
const link = ({ body }: Pick<Answered, 'body'>, wanted: string): string | undefined =>
  body.link.find(({ relation }: { relation: string }) => relation === wanted)?.url;

describe.each(stores)('History on $name', ({ open }) => {
  const accessOf = (req: IncomingMessage): Access => {
    const id = req.headers['x-patient'];
    if (req.headers['x-nobody'] !== undefined) return { restriction: () => undefined };
    return typeof id === 'string' ? restrictedToCompartment({ definitions, compartment: 'Patient', id }) : unrestricted;
  };
  const server = serverOn(open, { accessOf });

  const get = (path: string, headers?: Readonly<Record<string, string>>) => server.ask('GET', path, undefined, headers);
  const put = (type: string, id: string, more: object = {}) => server.ask('PUT', `/${type}/${id}`, { ...minimal[type], id, ...more });
  const lastUpdated = ({ body }: Answered): string => body.meta.lastUpdated;
  const walk = async (path: string, between?: (page: number) => Promise<unknown>): Promise<string[][]> => {
    const pages: string[][] = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const page = await get(next);
      expect([page.status, page.body.type]).toEqual([200, 'history']);
      pages.push(named(page, server.url));
      await between?.(pages.length);
      next = link(page, 'next');
    }
    return pages;
  };

  const minimal: Readonly<Record<string, object>> = {
    Basic: { resourceType: 'Basic', code: { text: 'x' } },
    Flag: { resourceType: 'Flag', status: 'active', code: { text: 'x' }, subject: { reference: 'Patient/p' } },
    Group: { resourceType: 'Group', type: 'person', actual: true },
    List: { resourceType: 'List', status: 'current', mode: 'working' },
    Patient: { resourceType: 'Patient' },
    Location: { resourceType: 'Location' },
    Substance: { resourceType: 'Substance', code: { text: 'x' } },
    Endpoint: {
      ...{ resourceType: 'Endpoint', status: 'active', connectionType: { code: 'x' }, payloadType: [{ text: 'x' }] },
      address: 'http://example.org',
    },
  };

  test('of a type: every version of every instance, newest first, as it was written', async () => {
    const { id } = (await server.ask('POST', '/Basic', minimal.Basic)).body;
    await put('Basic', 'a');
    await put('Basic', id);
    await server.ask('DELETE', '/Basic/a');
    await put('Basic', 'a');
    await put('Basic', 'a');
    const answer = await get('/Basic/_history');
    expect(shown(answer)).toEqual([
      'PUT Basic/a 200 W/"4"',
      'PUT Basic/a 201 W/"3"',
      'DELETE Basic/a 204 W/"2" -',
      `PUT Basic/${id} 200 W/"2"`,
      'PUT Basic/a 201 W/"1"',
      'POST Basic 201 W/"1"',
    ]);
    expect([answer.body.type, answer.body.total]).toEqual(['history', 6]);
    expect(link(answer, 'self')).toBe(`${server.url}/Basic/_history?_count=100`);
    for (const { fullUrl, resource, response } of answer.body.entry as Shown[]) {
      expect(response.lastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      if (resource === undefined) continue;
      const location = `${fullUrl}/_history/${resource.meta.versionId}`;
      expect([fullUrl, response.location]).toEqual([`${server.url}/Basic/${resource.id}`, location]);
      expect((await get(location)).body).toEqual(resource);
    }
  });

  test('a resource that came back shows so even where its deletion is on another page', async () => {
    await put('Substance', 's');
    await server.ask('DELETE', '/Substance/s');
    await put('Substance', 's');
    expect(shown(await get('/Substance/_history?_count=1'))).toEqual(['PUT Substance/s 201 W/"3"']);
    expect(shown(await get('/Substance/s/_history?_count=1'))).toEqual(['PUT Substance/s 201 W/"3"']);
  });

  test('pages lose and repeat nothing while writes go on, newest or oldest first', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await put('Group', id);
    const before = named(await get('/Group/_history'), server.url);
    const newest = await walk('/Group/_history?_count=2', (page) => put('Group', 'abcdefg'.charAt(7 - page)));
    expect(newest).toEqual([before.slice(0, 2), before.slice(2, 4), before.slice(4, 6), before.slice(6)]);
    const oldest = (
      await walk('/Group/_history?_count=3&_sort=_lastUpdated', (page) => (page < 3 ? put('Group', 'a') : Promise.resolve()))
    ).flat();
    expect(oldest.slice(0, 7)).toEqual(before.toReversed());
    expect(oldest).toEqual(named(await get('/Group/_history'), server.url).toReversed());
    expect(new Set(oldest).size).toBe(13);
  });

  test('_since is inclusive, _at asks what was current then, and both may be given (http.html#history)', async () => {
    const [first, second] = [lastUpdated(await put('List', 'l')), lastUpdated(await put('List', 'l'))];
    await server.ask('DELETE', '/List/l');
    const third = lastUpdated(await put('List', 'l'));
    const versions = async (query: string, scope = '/List') =>
      named(await get(`${scope}/_history?${query}`), server.url)
        .map((one) => one.slice(-1))
        .join('');
    for (const scope of ['/List', '/List/l']) {
      expect(await versions('', scope)).toBe('4321');
      expect(await versions(`_since=${second}`, scope)).toBe('432');
      expect(await versions(`_since=${third}&_sort=_lastUpdated`, scope)).toBe('4');
      expect(await versions(`_at=${first}`, scope)).toBe('1');
      expect(await versions(`_at=${second}`, scope)).toBe('2');
      expect(await versions('_at=2001', scope)).toBe('');
      expect(await versions(`_at=${new Date().getUTCFullYear()}`, scope)).toBe('4321');
      expect(await versions(`_at=${second}&_since=${second}`, scope)).toBe('2');
      expect(await versions('_since=2999-01-01T00:00:00Z', scope)).toBe('');
    }
    expect(await versions(`_since=${second.replace('Z', '+00:00')}`)).toBe('432');
    const filtered = await get(`/List/_history?_since=${second}&_count=2`);
    expect([filtered.body.total, link(filtered, 'self')]).toEqual([3, `${server.url}/List/_history?_since=${second}&_count=2`]);
    expect((await get(link(filtered, 'next') ?? '')).body.total).toBeUndefined();
  });

  test('_count=0 and _summary=count ask for the total alone; a page holds at most 1000', async () => {
    await put('Endpoint', 'e');
    await put('Endpoint', 'e');
    for (const path of ['/Endpoint/_history', '/Endpoint/e/_history']) {
      for (const query of ['_count=0', '_summary=count']) {
        const { body } = await get(`${path}?${query}`);
        expect([body.type, body.total, body.entry, body.link.length]).toEqual(['history', 2, undefined, 1]);
      }
    }
    expect(link(await get('/Endpoint/_history?_count=5000'), 'self')).toBe(`${server.url}/Endpoint/_history?_count=1000`);
    expect((await get('/_history?_count=0')).body.total).toBeGreaterThan(2);
  });

  test('of the system: every type', async () => {
    const since = lastUpdated(await put('Flag', 'sys'));
    await put('Basic', 'sys');
    await server.ask('DELETE', '/Flag/sys');
    const pages = await walk(`/_history?_since=${since}&_count=2`);
    expect(pages).toEqual([['Flag/sys 2', 'Basic/sys 1'], ['Flag/sys 1']]);
    expect(shown(await get('/_history?_count=1'))).toEqual(['DELETE Flag/sys 204 W/"2" -']);
  });

  test('of an id that never was: 404; of a deleted one: 200', async () => {
    expect((await get('/Basic/never/_history')).status).toBe(404);
    await put('Basic', 'gone');
    await server.ask('DELETE', '/Basic/gone');
    expect(shown(await get('/Basic/gone/_history'))).toEqual(['DELETE Basic/gone 204 W/"2" -', 'PUT Basic/gone 201 W/"1"']);
    const none = await get('/MolecularSequence/_history');
    expect([none.status, none.body.total, none.body.entry]).toEqual([200, 0, undefined]);
  });

  test('HEAD answers as GET without the body', async () => {
    const head = await server.ask('HEAD', '/Basic/_history?_count=1');
    expect([head.status, head.text, Number(head.headers.get('content-length')) > 100]).toEqual([200, '', true]);
  });

  test('of a definition that a package brought: its one version', async () => {
    const answer = await get('/StructureDefinition/Patient/_history');
    expect([answer.body.total, shown(answer).length]).toEqual([1, 1]);
    expect(answer.body.entry[0].resource.url).toBe('http://hl7.org/fhir/StructureDefinition/Patient');
  });

  test.each([
    ['_count=-1', 'bad-number-parameter at _count'],
    ['_count=1&_count=2', 'bad-number-parameter at _count'],
    ['_since=yesterday', 'bad-time-parameter at _since'],
    ['_since=2020-02-30', 'bad-time-parameter at _since'],
    ['_since=2020&_since=2021', 'parameter-repeated at _since'],
    ['_at=ge2020', 'bad-time-parameter at _at'],
    ['_sort=date', 'history-sort at _sort'],
    ['_sort=-_lastUpdated&_sort=_lastUpdated', 'parameter-repeated at _sort'],
    ['_list=List/1', 'parameter-not-supported at _list'],
    ['_elements=id', 'parameter-not-supported at _elements'],
    ['_summary=true', 'history-summary at _summary'],
    ['_cursor=nonsense', 'search-cursor at _cursor'],
    ['_cursor=WyJ4Iiwx', 'search-cursor at _cursor'],
    ['_before=3', 'parameter-not-supported at _before'],
  ])('%s is 400, on each level', async (query, issue) => {
    await put('Basic', 'a');
    for (const path of ['/_history', '/Basic/_history', '/Basic/a/_history']) {
      const answer = await get(`${path}?${query}`);
      expect([path, answer.status, issuesOf(answer)]).toEqual([path, 400, [`error: ${issue}`]]);
    }
  });

  test('a cursor is good for its own history alone, whatever the page size; lenient handling ignores what is unknown', async () => {
    for (let n = 0; n < 3; n++) await put('Basic', 'c');
    const next = link(await get('/Basic/c/_history?_count=1'), 'next') ?? '';
    const cursor = next.slice(next.indexOf('_cursor='));
    expect(named(await get(`/Basic/c/_history?_count=5&${cursor}`), server.url)).toEqual(['Basic/c 2', 'Basic/c 1']);
    for (const other of ['/Basic/_history?', '/Flag/_history?', '/_history?', '/Basic/c/_history?_sort=_lastUpdated&']) {
      expect([other, (await get(other + cursor)).status]).toEqual([other, 400]);
    }
    const lenient = await get('/Basic/c/_history?_list=List/1&_count=1', { prefer: 'handling=lenient' });
    expect([lenient.status, link(lenient, 'self')]).toEqual([200, `${server.url}/Basic/c/_history?_count=1`]);
  });

  test('entries of Bundles: a transaction shows what it has written itself', async () => {
    const since = lastUpdated(await put('Location', 'in'));
    const entry = [
      { request: { method: 'GET', url: `Location/_history?_since=${since}` } },
      { request: { method: 'GET', url: `_history?_since=${since}&_sort=_lastUpdated` } },
      { request: { method: 'GET', url: 'Location/in/_history' } },
      { resource: { ...minimal.Location, id: 'in' }, request: { method: 'PUT', url: 'Location/in' } },
    ];
    const transaction = await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    const historyIn = (at: number) => named({ body: transaction.body.entry[at].resource }, server.url).join();
    expect([0, 1, 2].map(historyIn)).toEqual(['Location/in 2,Location/in 1', 'Location/in 1,Location/in 2', 'Location/in 2,Location/in 1']);
    const batch = await server.ask('POST', '', { resourceType: 'Bundle', type: 'batch', entry: entry.slice(0, 3) });
    expect(batch.body.entry.map(({ response }: { response: { status: string } }) => response.status)).toEqual([
      '200 OK',
      '200 OK',
      '200 OK',
    ]);
    expect(transaction.status).toBe(200);
  });

  test('restricted access: hidden versions are left out, pages may be short, no total tells of them', async () => {
    await put('Patient', 'p');
    await put('Patient', 'q');
    const since = lastUpdated(await put('Flag', 'own'));
    for (let n = 0; n < 5; n++) await put('Flag', 'other', { subject: { reference: 'Patient/q' } });
    await put('Flag', 'moved', { subject: { reference: 'Patient/q' } });
    await put('Flag', 'moved');
    await server.ask('DELETE', '/Flag/moved');
    await server.ask('DELETE', '/Flag/other');
    await put('Location', 'hidden');
    const as = { 'x-patient': 'p' };
    for (const scope of ['/Flag', '']) {
      const seen: string[] = [];
      for (let next: string | undefined = `${scope}/_history?_since=${since}&_count=2`; next !== undefined; ) {
        const page = await get(next, as);
        expect([page.status, page.body.total]).toEqual([200, undefined]);
        seen.push(...named(page, server.url));
        next = link(page, 'next');
      }
      expect(seen).toEqual(['Flag/moved 3', 'Flag/moved 2', 'Flag/own 1']);
      expect((await get(`${scope}/_history?_count=0`, as)).body.total).toBeUndefined();
    }
    expect(named(await get('/Flag/moved/_history', as), server.url)).toEqual(['Flag/moved 3', 'Flag/moved 2']);
    expect((await get('/Flag/other/_history', as)).status).toBe(404);
    expect((await get('/Location/_history', as)).status).toBe(403);
    expect((await get('/Location/hidden/_history', as)).status).toBe(403);
    const nobody = await get('/_history', { 'x-nobody': '1' });
    expect([nobody.status, issuesOf(nobody)]).toEqual([403, ['error: history-forbidden']]);
  });
});
