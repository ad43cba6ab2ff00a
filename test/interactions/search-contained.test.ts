/** Resources inside of others, on both stores, over HTTP. Source: R4 search.html#contained */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Access, unrestricted } from '../../src/access/access.js';
import type { Predicate } from '../../src/store/port.js';
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

  describe('a chain leads to them', () => {
    beforeAll(async () => {
      const put = async (type: string, id: string, more: object) => {
        const answer = await server.ask('PUT', `/${type}/${id}`, { resourceType: type, id, ...more });
        expect([id, answer.status < 300 ? '' : answer.text]).toEqual([id, '']);
      };
      const subject = { reference: 'Patient/p' };
      const order = { status: 'active', intent: 'order', subject };
      await put('MedicationRequest', 'r3', { ...order, medicationReference: { reference: 'Medication/own' } });
      await put('MedicationRequest', 'r4', {
        ...order,
        medicationReference: { reference: '#m1' },
        contained: [
          medication('m1', 'c', { ingredient: [{ itemReference: { reference: '#m2' } }], manufacturer: { reference: '#o' } }),
          medication('m2', 'd'),
          { resourceType: 'Organization', id: 'o', name: 'inside' },
        ],
      });
      await put('MedicationDispense', 'd', {
        status: 'completed',
        subject,
        medicationCodeableConcept: { text: 'x' },
        authorizingPrescription: [{ reference: 'MedicationRequest/r2' }],
      });
    });

    test.each([
      ['MedicationRequest?medication.code=b', 'match MedicationRequest/r2'],
      ['MedicationRequest?medication.code=a', 'match MedicationRequest/r1, match MedicationRequest/r3'],
      [
        'MedicationRequest?medication:Medication.code=http://drug.cn|a&_sort=-_id',
        'match MedicationRequest/r3, match MedicationRequest/r1',
      ],
      ['MedicationRequest?medication.code:not=a', 'match MedicationRequest/r2, match MedicationRequest/r4'],
      ['MedicationRequest?medication.manufacturer.name=o', 'match MedicationRequest/r2'],
      ['MedicationRequest?medication.manufacturer.name=inside', 'match MedicationRequest/r4'],
      ['MedicationRequest?medication.ingredient:Medication.code=d', 'match MedicationRequest/r4'],
      ['MedicationRequest?_filter=medication.code eq b or medication.code eq d', 'match MedicationRequest/r2'],
      ['MedicationRequest?_filter=medication[code eq c and status eq active].manufacturer.name sw "ins"', 'match MedicationRequest/r4'],
      ['MedicationDispense?prescription.medication.code=b', 'match MedicationDispense/d'],
      ['MedicationDispense?prescription.medication.code=a', ''],
      ['Patient?_has:MedicationRequest:subject:medication.code=d', ''],
      ['Patient?_has:MedicationRequest:subject:medication.code=c', 'match Patient/p'],
      ['Medication?ingredient:Medication.code=d&_contained=true', 'match MedicationRequest/r4'],
      ['MedicationRequest?medication:missing=true', ''],
      ['MedicationRequest?medication=Medication/m1', ''],
    ])('%s', async (query, expected) => {
      const answer = await ask(query);
      expect([answer.status, shown(answer)]).toEqual([200, expected]);
    });

    test('a reference to one is searched for by nothing else', async () => {
      expect((await ask('MedicationRequest?medication=%23m1')).status).toBe(400);
    });

    test('it is seen with its container, and its container alone', async () => {
      const only: Predicate = { kind: 'id', ids: ['r1', 'own'] };
      access = { restriction: (_, type) => (type.startsWith('Medication') ? only : { kind: 'all', of: [] }) };
      const answers = await Promise.all(
        [
          'MedicationRequest?medication.code=a',
          'MedicationRequest?medication.code=b',
          'MedicationDispense?prescription.medication.code=b',
        ].map(async (query) => shown(await ask(query))),
      );
      access = unrestricted;
      expect(answers).toEqual(['match MedicationRequest/r1', '', '']);
    });

    test('criteria of a Bundle find what it brings, by what that contains', async () => {
      const order = {
        resourceType: 'MedicationRequest',
        status: 'active',
        intent: 'order',
        subject: { reference: 'Patient/p' },
        medicationReference: { reference: '#m1' },
        contained: [medication('m1', 'new')],
      };
      const bundle = {
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          {
            fullUrl: 'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
            resource: order,
            request: { method: 'POST', url: 'MedicationRequest' },
          },
          {
            resource: {
              resourceType: 'MedicationDispense',
              status: 'completed',
              subject: { reference: 'Patient/p' },
              medicationCodeableConcept: { text: 'x' },
              authorizingPrescription: [{ reference: 'MedicationRequest?medication.code=new' }],
            },
            request: { method: 'POST', url: 'MedicationDispense' },
          },
        ],
      };
      const answer = await server.ask('POST', '/', bundle);
      expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.anything()]);
      const found = await ask('MedicationDispense?prescription.medication.code=new');
      expect(found.body.total).toBe(1);
    });
  });
});
