/** Pages of a search, forward and back, on both stores, over HTTP. Source: R4 http.html#paging, search.html#Paging, search.html#conformance */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

jest.setTimeout(120_000);

const ids = ({ body }: Answered): string[] => (body.entry ?? []).map(({ resource }: { resource: { id: string } }) => resource.id);
const linkOf = ({ body }: Answered, wanted: string): string | undefined =>
  body.link.find(({ relation }: { relation: string }) => relation === wanted)?.url;
const relations = ({ body }: Answered): string => body.link.map(({ relation }: { relation: string }) => relation).join(' ');

describe.each(stores)('pages on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.url });
    for (const n of [1, 2, 3, 4, 5, 6, 7]) await patient(n);
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });
  const patient = (n: number) =>
    server.ask('PUT', `/Patient/p${n}`, {
      resourceType: 'Patient',
      id: `p${n}`,
      gender: 'female',
      // Three have none, two share one.
      ...(n > 3 ? { birthDate: `200${Math.min(n, 6)}-01-01` } : {}),
      name: [{ family: '张', given: [String(n)] }],
    });

  const walk = async (url: string, relation: string): Promise<string[][]> => {
    const pages: string[][] = [];
    for (let at: string | undefined = url; at !== undefined; ) {
      const page: Answered = await server.ask('GET', at);
      expect(page.status).toBe(200);
      pages.push(ids(page));
      at = linkOf(page, relation);
    }
    return pages;
  };

  test.each([
    ['', 'p1 p2 p3 p4 p5 p6 p7'],
    ['&_sort=birthdate', 'p1 p2 p3 p4 p5 p6 p7'],
    ['&_sort=-birthdate', 'p6 p7 p5 p4 p1 p2 p3'],
    ['&_sort=-_id', 'p7 p6 p5 p4 p3 p2 p1'],
    ['&_sort=birthdate,-_id', 'p3 p2 p1 p4 p5 p7 p6'],
  ])('lead through all of it and back, whatever their size: %s', async (sort, expected) => {
    for (const count of [1, 2, 3, 6]) {
      const url = `/Patient?gender=female${sort}&_count=${count}`;
      const forward = await walk(url, 'next');
      expect(forward.flat().join(' ')).toBe(expected);
      const last = linkOf(await server.ask('GET', url), 'last') ?? '';
      const back = await walk(last, 'previous');
      expect(back.reverse().flat().join(' ')).toBe(expected);
    }
  });

  test('each page says how to go on, back, to the beginning and to the end', async () => {
    const first = await server.ask('GET', '/Patient?gender=female&_count=3');
    expect(relations(first)).toBe('self first next last');
    const second = await server.ask('GET', linkOf(first, 'next') ?? '');
    expect([ids(second), relations(second)]).toEqual([['p4', 'p5', 'p6'], 'self first previous next last']);
    const third = await server.ask('GET', linkOf(second, 'next') ?? '');
    expect([ids(third), relations(third)]).toEqual([['p7'], 'self first previous last']);
    const back = await server.ask('GET', linkOf(third, 'previous') ?? '');
    expect([ids(back), relations(back)]).toEqual([['p4', 'p5', 'p6'], 'self first previous next last']);
    const beginning = await server.ask('GET', linkOf(back, 'previous') ?? '');
    expect([ids(beginning), relations(beginning)]).toEqual([['p1', 'p2', 'p3'], 'self first next last']);
    expect(linkOf(third, 'first')).toBe(linkOf(first, 'self'));
    const end = await server.ask('GET', linkOf(first, 'last') ?? '');
    expect([ids(end), relations(end)]).toEqual([['p5', 'p6', 'p7'], 'self first previous last']);
    expect(relations(await server.ask('GET', '/Patient?gender=female&_count=7'))).toBe('self');
    expect(relations(await server.ask('GET', '/Patient?gender=female&_count=0'))).toBe('self');
  });

  test('links keep what was asked for, in its order and form, and work where the search was a form', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const first = await server.ask('POST', '/Patient/_search?gender=female', '_count=2&name=%E5%BC%A0&_format=json&_total=none', form);
    expect(linkOf(first, 'self')).toBe(`${server.url}/Patient?gender=female&_count=2&name=%E5%BC%A0&_format=json&_total=none`);
    const next = linkOf(first, 'next') ?? '';
    expect(next).toContain('_count=2&name=%E5%BC%A0&_format=json&_total=none&_cursor=');
    expect(ids(await server.ask('GET', next))).toEqual(['p3', 'p4']);
    const head = await server.ask('HEAD', next);
    expect([head.status, head.text]).toEqual([200, '']);
    expect(ids(await server.ask('GET', next.replace('_count=2', '_count=4')))).toEqual(['p3', 'p4', 'p5', 'p6']);
  });

  test('a cursor is good for its own search alone', async () => {
    const next = linkOf(await server.ask('GET', '/Patient?gender=female&_count=2'), 'next') ?? '';
    const cursor = next.slice(next.indexOf('_cursor='));
    for (const query of ['gender=male', 'gender=female&_sort=_id', 'gender=female&name=x', 'gender:missing=false']) {
      const answer = await server.ask('GET', `/Patient?${query}&${cursor}`);
      expect([answer.status, issuesOf(answer)]).toEqual([400, ['error: search-cursor at _cursor']]);
    }
    for (const forged of [`${next.slice(0, -3)}AAA`, `${next}AAAA`, next.replace(/_cursor=.*/, '_cursor=x')]) {
      expect((await server.ask('GET', forged)).status).toBe(400);
    }
  });

  test('what is deleted between two pages hides nothing that stays, in either direction', async () => {
    const first = await server.ask('GET', '/Patient?gender=female&_count=2');
    const second = await server.ask('GET', linkOf(first, 'next') ?? '');
    await Promise.all(['p2', 'p3'].map((id) => server.ask('DELETE', `/Patient/${id}`)));
    expect(ids(await server.ask('GET', linkOf(first, 'next') ?? ''))).toEqual(['p4', 'p5']);
    expect(ids(await server.ask('GET', linkOf(second, 'previous') ?? ''))).toEqual(['p1']);
    await server.ask('DELETE', '/Patient/p1');
    const empty = await server.ask('GET', linkOf(second, 'previous') ?? '');
    expect([ids(empty), relations(empty)]).toEqual([[], 'self first next last']);
    expect(ids(await server.ask('GET', linkOf(empty, 'next') ?? ''))).toEqual(['p4', 'p5']);
    for (const n of [1, 2, 3]) await patient(n);
  });

  test('types of which the packages hold resources are walked the same', async () => {
    for (const sort of ['', '&_sort=name', '&_sort=-url,name']) {
      const url = `/CodeSystem?name=a&_elements=name&_count=13${sort}`;
      const forward = (await walk(url, 'next')).flat();
      const last = linkOf(await server.ask('GET', url), 'last') ?? '';
      expect((await walk(last, 'previous')).reverse().flat()).toEqual(forward);
      expect(new Set(forward).size).toBe(forward.length);
      expect(forward.length).toBeGreaterThan(30);
    }
  });

  test('another process of the same store gives out and takes the same cursors', async () => {
    const other = await startServer({ store: opened.url });
    const next = linkOf(await server.ask('GET', '/Patient?gender=female&_count=2&_sort=_id'), 'next') ?? '';
    expect(ids(await other.ask('GET', next.replace(server.url, '')))).toEqual(['p3', 'p4']);
    await other.close();
  });
});
