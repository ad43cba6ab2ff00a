/** Searching and paging by programs that others write, as their users do it, on both stores. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { MedplumClient } from '@medplum/core';
import type { Bundle, BundleEntry, Observation, Patient } from 'fhir/r4.js';
import { Client as KitClient } from 'fhir-kit-client';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

/** What is used of fhirclient. Its own types bring those of browsers along, which are not those of Node.js. */
interface SmartClient {
  request<T>(url: string, options?: object): Promise<T>;
}
type Smart = (request: IncomingMessage, response: ServerResponse) => { client(base: string): SmartClient };
const smart = createRequire(import.meta.url)('fhirclient') as Smart;

const names = [
  ['张', '三'],
  ['张', '三丰'],
  ['曾', '小贤'],
  ['区', '志航'],
  ['单', '田芳'],
  ['欧阳', '修'],
  ['Müller', 'Jürgen'],
] as const;
/** By pinyin, surnames by their own reading. */
const sorted = ['Müller', '区', '欧阳', '单', '曾', '张', '张'];

function patientOf([family, given]: readonly [string, string], n: number): Patient {
  return {
    resourceType: 'Patient',
    id: `person-${n}`,
    identifier: [{ system: 'http://example.org/clients', value: `P,${n}` }],
    name: [{ family, given: [given], ...(family === 'Müller' ? {} : { text: family + given }) }],
    gender: n % 2 === 0 ? 'male' : 'female',
  };
}

function weightOf(n: number): Observation {
  return {
    resourceType: 'Observation',
    id: `weight-${n}`,
    status: 'final',
    code: { coding: [{ system: 'http://example.org/codes', code: 'weight' }] },
    subject: { reference: `Patient/person-${n % names.length}` },
    effectiveDateTime: `2024-01-${String(n + 1).padStart(2, '0')}`,
    valueQuantity: { value: 60 + n, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  };
}

const idsOf = (resources: readonly ({ readonly id?: string } | undefined)[]) => resources.map((resource) => resource?.id);
const matchesOf = ({ entry = [] }: Bundle) => idsOf(entry.filter(({ search }) => search?.mode === 'match').map(({ resource }) => resource));
const includedOf = ({ entry = [] }: Bundle) =>
  idsOf(entry.filter(({ search }) => search?.mode === 'include').map(({ resource }) => resource));
const weights = (from: number, to: number, step = 1) => {
  const all: string[] = [];
  for (let n = from; step > 0 ? n <= to : n >= to; n += step) all.push(`weight-${n}`);
  return all;
};

describe.each(stores)('Searching clients on $name', ({ open }) => {
  const server = serverOn(open);

  beforeAll(async () => {
    const resources = [...names.map(patientOf), ...Array.from({ length: 14 }, (_none, n) => weightOf(n))];
    const entry: BundleEntry[] = resources.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    expect((await server.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(200);
  });

  describe('fhirclient', () => {
    const client = () => {
      const request = new IncomingMessage(new Socket());
      return smart(request, new ServerResponse(request)).client(server.url);
    };

    test('walks all pages in order', async () => {
      const query = 'Observation?code=weight&_sort=-date&_count=4';
      const pages = await client().request<readonly Bundle[]>(query, { pageLimit: 0 });
      expect(pages.map(matchesOf)).toEqual([weights(13, 10, -1), weights(9, 6, -1), weights(5, 2, -1), weights(1, 0, -1)]);
      const flat = await client().request<readonly Observation[]>(query, { pageLimit: 0, flat: true });
      expect(idsOf(flat)).toEqual(weights(13, 0, -1));
    });

    test('stops at the page it was told to', async () => {
      const pages = await client().request<readonly Bundle[]>('Observation?code=weight&_sort=date&_count=5', { pageLimit: 2 });
      expect(pages.map(matchesOf)).toEqual([weights(0, 4), weights(5, 9)]);
    });

    test('finds Chinese names by characters, pinyin and initials', async () => {
      for (const value of ['张三', 'zhangsan', 'zs']) {
        const found = await client().request<Bundle>(`Patient?name=${encodeURIComponent(value)}&_sort=_id`);
        expect(matchesOf(found)).toEqual(['person-0', 'person-1']);
      }
    });

    test('resolves references of what it found', async () => {
      const found = await client().request<readonly Observation[]>('Observation?patient.family=Muller&_sort=date', {
        flat: true,
        pageLimit: 0,
        resolveReferences: ['subject'],
      });
      expect(found.map(({ id, subject }) => [id, (subject as unknown as Patient).id])).toEqual([
        ['weight-6', 'person-6'],
        ['weight-13', 'person-6'],
      ]);
    });
  });

  describe('fhir-kit-client', () => {
    const client = () => new KitClient({ baseUrl: server.url });
    const search = async (resourceType: string, searchParams: object, options: object = {}) =>
      (await client().search({ resourceType, searchParams: { ...searchParams }, options })) as unknown as Bundle;

    test('walks forwards and back', async () => {
      const first = await search('Observation', { code: 'weight', _sort: 'date', _count: 5, _total: 'accurate' });
      const next = (await client().nextPage({ bundle: first as never })) as unknown as Bundle;
      const last = (await client().nextPage({ bundle: next as never })) as unknown as Bundle;
      expect([first, next, last].map(matchesOf)).toEqual([weights(0, 4), weights(5, 9), weights(10, 13)]);
      expect([first, next, last].map(({ total }) => total)).toEqual([14, 14, 14]);
      expect(client().nextPage({ bundle: last as never })).toBeUndefined();
      const back = (await client().prevPage({ bundle: last as never })) as unknown as Bundle;
      const start = (await client().prevPage({ bundle: back as never })) as unknown as Bundle;
      expect([back, start].map(matchesOf)).toEqual([weights(5, 9), weights(0, 4)]);
      expect(client().prevPage({ bundle: start as never })).toBeUndefined();
    });

    test('searches by POST and walks on by GET', async () => {
      const first = await search('Observation', { code: 'weight', _sort: 'date', _count: 10 }, { postSearch: true });
      const next = (await client().nextPage({ bundle: first as never })) as unknown as Bundle;
      expect([first, next].map(matchesOf)).toEqual([weights(0, 9), weights(10, 13)]);
    });

    test('sorts Chinese names by pinyin', async () => {
      const { entry = [] } = await search('Patient', { _sort: 'family,given' });
      expect(entry.map(({ resource }) => (resource as Patient).name?.[0]?.family)).toEqual(sorted);
    });

    test('repeats a parameter, and parts alternatives by commas', async () => {
      const both = await search('Observation', { date: ['ge2024-01-03', 'lt2024-01-05'], _sort: 'date' });
      expect(matchesOf(both)).toEqual(weights(2, 3));
      const either = await search('Observation', { date: '2024-01-01,2024-01-14', _sort: 'date' });
      expect(matchesOf(either)).toEqual(['weight-0', 'weight-13']);
      expect(matchesOf(await search('Patient', { identifier: 'http://example.org/clients|P\\,3' }))).toEqual(['person-3']);
    });

    test('chains, looks backwards, includes', async () => {
      const chained = await search('Observation', { 'subject:Patient.name:contains': '志', _sort: 'date' });
      expect(matchesOf(chained)).toEqual(['weight-3', 'weight-10']);
      const reverse = await search('Patient', { '_has:Observation:patient:value-quantity': 'gt72.5||kg' });
      expect(matchesOf(reverse)).toEqual(['person-6']);
      const included = await search('Observation', { _id: 'weight-2,weight-9', _include: 'Observation:patient' });
      expect([matchesOf(included).sort(), includedOf(included)]).toEqual([['weight-2', 'weight-9'], ['person-2']]);
      const compartment = await client().compartmentSearch({
        resourceType: 'Observation',
        compartment: { resourceType: 'Patient', id: 'person-2' },
      });
      expect(matchesOf(compartment as unknown as Bundle).sort()).toEqual(['weight-2', 'weight-9']);
    });

    test('searches several types of the system', async () => {
      const found = await client().systemSearch({ searchParams: { _type: 'Patient,Observation', _id: 'person-1,weight-1', _sort: '_id' } });
      expect(matchesOf(found as unknown as Bundle)).toEqual(['person-1', 'weight-1']);
    });

    test('is told of a parameter that there is not', async () => {
      await expect(search('Patient', { famly: 'x' })).rejects.toMatchObject({ response: { status: 400 } });
    });
  });

  describe('@medplum/core', () => {
    const client = () => {
      const { origin, pathname } = new URL(server.url);
      return new MedplumClient({ baseUrl: origin, fhirUrlPath: pathname.slice(1), cacheTime: 0, fetch });
    };

    test('walks all pages in order', async () => {
      const pages: (string | undefined)[][] = [];
      for await (const page of client().searchResourcePages('Observation', 'code=weight&_sort=-date&_count=6')) pages.push(idsOf(page));
      expect(pages).toEqual([weights(13, 8, -1), weights(7, 2, -1), weights(1, 0, -1)]);
    });

    test('searches with an object of parameters', async () => {
      const found = await client().searchResources('Observation', {
        code: 'http://example.org/codes|weight',
        date: 'ge2024-01-13',
        _sort: 'date',
      });
      expect(idsOf(found)).toEqual(['weight-12', 'weight-13']);
      expect(await client().searchOne('Patient', { 'name:exact': '张三丰' })).toMatchObject({ id: 'person-1' });
    });

    test('takes the Bundle with its total and what is included', async () => {
      const found = (await client().search('Observation', '_id=weight-0&_include=Observation:subject&_total=accurate')) as Bundle;
      expect([found.total, matchesOf(found), includedOf(found)]).toEqual([1, ['weight-0'], ['person-0']]);
      const counted = (await client().search('Observation', 'code=weight&_summary=count')) as Bundle;
      expect([counted.total, counted.entry]).toEqual([14, undefined]);
    });

    test('chains and looks backwards', async () => {
      const chained = await client().searchResources('Observation', 'subject:Patient.name=zengxiaoxian&_sort=date');
      expect(idsOf(chained)).toEqual(['weight-2', 'weight-9']);
      const reverse = await client().searchResources('Patient', '_has:Observation:subject:date=2024-01-05');
      expect(idsOf(reverse)).toEqual(['person-4']);
    });
  });
});
