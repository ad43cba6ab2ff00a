/** Resources inside of others, on both stores, over HTTP. Source: R4 search.html#contained */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Access, unrestricted } from '../../src/access/access.js';
import { type Answered, issuesOf, type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

jest.setTimeout(120_000);

interface Entry {
  readonly fullUrl: string;
  readonly search: { readonly mode: string };
  readonly resource: { readonly resourceType: string };
}

describe.each(stores)('contained resources on $name', ({ open }) => {
  let opened: OpenedStore;
  let server: RunningServer;
  let access: Access = unrestricted;
  const medication = (id: string, code: string, more: object = {}) => ({
    resourceType: 'Medication',
    id,
    status: 'active',
    code: { coding: [{ system: 'http://drug.cn', code }] },
    ...more,
  });
  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.url, accessOf: () => access });
    const put = async (type: string, id: string, more: object) => {
      const answer = await server.ask('PUT', `/${type}/${id}`, { resourceType: type, id, ...more });
      expect([id, answer.status < 300 ? '' : answer.text]).toEqual([id, '']);
    };
    const order = { status: 'active', intent: 'order', subject: { reference: 'Patient/p' }, medicationReference: { reference: '#m1' } };
    await put('Patient', 'p', {});
    await put('Organization', 'o', { name: 'o' });
    await put('Medication', 'own', medication('own', 'a'));
    const amount = { numerator: { value: 1.0, unit: 'mg' }, denominator: { value: 1, unit: 't' } };
    await put('MedicationRequest', 'r1', {
      ...order,
      supportingInformation: [{ reference: '#m2' }],
      contained: [medication('m1', 'a', { amount }), medication('m2', 'a')],
    });
    await put('MedicationRequest', 'r2', {
      ...order,
      contained: [medication('m1', 'b', { manufacturer: { reference: 'Organization/o' } })],
    });
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });
  const ask = (query: string) => server.ask('GET', `/${query}`);
  const shown = ({ body }: Answered): string =>
    ((body.entry ?? []) as readonly Entry[])
      .map(({ fullUrl, search }) => `${search.mode} ${fullUrl.replace(`${server.url}/`, '')}`)
      .join(', ');

  test.each([
    ['Medication?code=a', 'match Medication/own', 1],
    ['Medication?code=a&_contained=false', 'match Medication/own', 1],
    ['Medication?code=a&_contained=true', 'match MedicationRequest/r1', 1],
    ['Medication?code=a&_contained=both', 'match Medication/own, match MedicationRequest/r1', 2],
    ['Medication?code=a&_contained=true&_containedType=contained', 'match MedicationRequest/r1#m1, match MedicationRequest/r1#m2', 2],
    [
      'Medication?status=active&_contained=both&_containedType=contained&_sort=-code,_id',
      'match MedicationRequest/r2#m1, match MedicationRequest/r1#m1, match MedicationRequest/r1#m2, match Medication/own',
      4,
    ],
    ['Medication?_id=m1&_contained=true&_containedType=contained', 'match MedicationRequest/r1#m1, match MedicationRequest/r2#m1', 2],
    ['Medication?manufacturer.name=o&_contained=true', 'match MedicationRequest/r2', 1],
    [
      'Medication?code=b&_contained=true&_containedType=contained&_include=Medication:manufacturer',
      'match MedicationRequest/r2#m1, include Organization/o',
      1,
    ],
    ['Medication?code=b&_contained=true&_include=MedicationRequest:subject', 'match MedicationRequest/r2, include Patient/p', 1],
    ['Medication?_contained=true&_count=0', '', 2],
    ['Medication?_contained=true&_containedType=contained&_summary=count', '', 3],
    ['MedicationRequest?_contained=true', '', 0],
    ['Medication?code=nothing&_contained=both', '', 0],
  ])('%s', async (query, expected, total) => {
    const answer = await ask(query);
    expect([answer.status, shown(answer), answer.body.total]).toEqual([200, expected, total]);
  });

  test('a contained resource is shown as it stands there, or the part of it that is asked for', async () => {
    const whole = await ask('Medication?_contained=true&_containedType=contained&_id=m1&code=a');
    expect(whole.body.entry[0].resource).toEqual({ ...medication('m1', 'a'), amount: expect.anything() });
    const part = await ask('Medication?_contained=true&_containedType=contained&_id=m1&code=a&_elements=code');
    expect(Object.keys(part.body.entry[0].resource)).toEqual(['resourceType', 'id', 'meta', 'code']);
  });

  test('pages lead through them, and back', async () => {
    const pages: string[] = [];
    let url: string | undefined = `${server.url}/Medication?_contained=both&_containedType=contained&_count=1&_sort=code`;
    let last = url;
    const next = ({ body }: Answered, wanted: string) => body.link.find(({ relation }: { relation: string }) => relation === wanted)?.url;
    for (; url !== undefined; ) {
      last = url;
      const page: Answered = await server.ask('GET', url);
      pages.push(shown(page));
      url = next(page, 'next');
    }
    expect(pages.length).toBe(4);
    expect(new Set(pages).size).toBe(4);
    const back = await server.ask('GET', next(await server.ask('GET', last), 'previous') ?? '');
    expect(shown(back)).toBe(pages[2]);
  });

  test.each(['_contained=yes', '_containedType=both', '_contained:not=true'])('%s is refused', async (query) => {
    const answer = await ask(`Medication?${query}`);
    expect([answer.status, issuesOf(answer)[0]?.includes('_contained')]).toEqual([400, true]);
  });

  test('where access hides anything they are not shown, because nothing tells what contains them', async () => {
    access = { restriction: (_, type) => (type === 'Basic' ? undefined : { kind: 'all', of: [] }) };
    const answer = await ask('Medication?_contained=true');
    expect([answer.status, issuesOf(answer)]).toEqual([403, ['error: search-contained-forbidden at _contained']]);
    expect((await ask('Medication?_contained=false')).status).toBe(200);
    access = unrestricted;
  });
});
