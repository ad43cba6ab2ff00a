/** Programs that others write against FHIR servers, used as their users use them. */
import { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { MedplumClient } from '@medplum/core';
import type { Bundle, BundleEntry, FhirResource, Observation, OperationOutcome, Patient } from 'fhir/r4.js';
import { Client as KitClient } from 'fhir-kit-client';
import { stores } from '../stores.js';
import { servingOn } from './serving.js';

/** What is used of fhirclient. Its own types bring those of browsers along, which are not those of Node.js. */
interface SmartClient {
  create<T extends FhirResource>(resource: T): Promise<T>;
  update<T extends FhirResource>(resource: T): Promise<T>;
  patch(url: string, patch: readonly object[]): Promise<Patient>;
  delete(url: string): Promise<unknown>;
  request<T>(url: string, options?: object): Promise<T>;
  getFhirVersion(): Promise<string>;
  getFhirRelease(): Promise<number>;
}
type Smart = (request: IncomingMessage, response: ServerResponse) => { client(base: string): SmartClient };
const smart = createRequire(import.meta.url)('fhirclient') as Smart;

const system = 'http://example.org/clients';

const patientOf = (value: string, family = '张'): Patient => ({
  resourceType: 'Patient',
  identifier: [{ system, value }],
  name: [{ family, given: ['三'] }],
  gender: 'male',
});

const weightOf = (patient: string, value: number): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8341-0' }] },
  subject: { reference: `Patient/${patient}` },
  valueQuantity: { value, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
});

const statuses = ({ entry = [] }: Bundle): (string | undefined)[] => entry.map(({ response }) => response?.status.slice(0, 3));

// Decided above the stores: one of them is enough.
describe.each(stores.slice(0, 1))('Clients on $name', ({ open }) => {
  const serving = servingOn(open);

  describe('fhirclient', () => {
    // It wants the request of a user whom it serves; there is none here.
    const client = () => {
      const request = new IncomingMessage(new Socket());
      return smart(request, new ServerResponse(request)).client(serving().base);
    };

    test('creates, reads, updates, patches and deletes', async () => {
      const created = await client().create(patientOf('fhirclient-1'));
      expect(await client().request(`Patient/${created.id}`)).toEqual(created);
      const updated = await client().update<Patient>({ ...created, gender: 'female' });
      expect([updated.gender, updated.meta?.versionId]).toEqual(['female', '2']);
      const patched = await client().patch(`Patient/${created.id}`, [{ op: 'replace', path: '/gender', value: 'other' }]);
      expect([patched.gender, patched.meta?.versionId]).toEqual(['other', '3']);
      await client().delete(`Patient/${created.id}`);
      await expect(client().request(`Patient/${created.id}`)).rejects.toMatchObject({ status: 410 });
    });

    test('tells a refusal by its status and outcome', async () => {
      const refused = client().create({ ...patientOf('fhirclient-2'), gender: 'wrong' as 'other' });
      await expect(refused).rejects.toMatchObject({ status: 422, message: expect.stringContaining('gender') });
    });

    test('goes through the pages of a search and makes one list of them', async () => {
      for (const n of [1, 2, 3, 4, 5]) await client().create(patientOf(`flat-${n}`, 'Flat'));
      const pages = await client().request<readonly Bundle[]>('Patient?family=Flat&_count=2', { pageLimit: 0 });
      expect(pages.map(({ entry = [] }) => entry.length)).toEqual([2, 2, 1]);
      const flat = await client().request<readonly Patient[]>('Patient?family=Flat&_count=2', { pageLimit: 0, flat: true });
      expect(new Set(flat.map(({ identifier }) => identifier?.[0]?.value)).size).toBe(5);
    });

    test('follows references', async () => {
      const patient = await client().create(patientOf('resolve-1'));
      const weight = await client().create(weightOf(patient.id ?? '', 60.5));
      const found = await client().request(`Observation/${weight.id}`, { resolveReferences: ['subject'] });
      expect(found).toMatchObject({ subject: patient });
    });

    test('knows the version of FHIR', async () => {
      expect([await client().getFhirVersion(), await client().getFhirRelease()]).toEqual(['4.0.1', 4]);
    });
  });

  describe('fhir-kit-client', () => {
    const client = () => new KitClient({ baseUrl: serving().base });
    const create = async (body: FhirResource) =>
      (await client().create({ resourceType: body.resourceType, body: { ...body } })) as unknown as FhirResource & { readonly id: string };

    test('reads the CapabilityStatement', async () => {
      expect(await client().capabilityStatement()).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
    });

    test('creates, reads, reads a version, updates, patches and deletes', async () => {
      const resourceType = 'Patient';
      const { id } = await create(patientOf('kit-1'));
      const body = { ...patientOf('kit-1'), id, gender: 'female' };
      expect(await client().update({ resourceType, id, body })).toMatchObject({ gender: 'female', meta: { versionId: '2' } });
      expect(await client().vread({ resourceType, id, version: '1' })).toMatchObject({ gender: 'male' });
      const jsonPatch = [{ op: 'replace' as const, path: '/gender', value: 'other' }];
      expect(await client().patch({ resourceType, id, jsonPatch })).toMatchObject({ gender: 'other', meta: { versionId: '3' } });
      const searchParams = { identifier: `${system}|kit-1` };
      expect(await client().update({ resourceType, searchParams, body: { ...patientOf('kit-1') } })).toMatchObject({ id, gender: 'male' });
      expect(await client().read({ resourceType, id })).toMatchObject({ gender: 'male', meta: { versionId: '4' } });
      await client().delete({ resourceType, id });
      await expect(client().read({ resourceType, id })).rejects.toMatchObject({ response: { status: 410 } });
    });

    test('searches by GET and by POST, in compartments and in pages', async () => {
      const { id } = await create(patientOf('kit-2', 'Kit'));
      await create(patientOf('kit-3', 'Kit'));
      const searchParams = { family: 'Kit', _count: 1, _total: 'accurate' };
      const first = (await client().search({ resourceType: 'Patient', searchParams })) as unknown as Bundle;
      const next = (await client().nextPage({ bundle: first as never })) as unknown as Bundle;
      const ids = [first, next].map(({ entry }) => entry?.[0]?.resource?.id);
      expect([first.total, next.total, new Set(ids).size]).toEqual([2, 2, 2]);
      expect(client().nextPage({ bundle: next as never })).toBeUndefined();
      const posted = await client().search({ resourceType: 'Patient', searchParams: { family: 'Kit' }, options: { postSearch: true } });
      expect((posted as unknown as Bundle).total).toBe(2);
      const weight = await create(weightOf(id, 60));
      const compartment = { resourceType: 'Patient', id };
      const inside = (await client().compartmentSearch({ resourceType: 'Observation', compartment })) as unknown as Bundle;
      expect(inside.entry?.map(({ resource }) => resource?.id)).toEqual([weight.id]);
    });

    test('reads the histories of an instance, a type and the system', async () => {
      const { id } = await create(patientOf('kit-4'));
      await client().delete({ resourceType: 'Patient', id });
      const methods = (bundle: unknown) =>
        (bundle as Bundle).entry?.flatMap(({ fullUrl, request }) => (fullUrl?.endsWith(id) === true ? [request?.method] : []));
      expect(methods(await client().resourceHistory({ resourceType: 'Patient', id }))).toEqual(['DELETE', 'POST']);
      expect(methods(await client().typeHistory({ resourceType: 'Patient' }))).toEqual(['DELETE', 'POST']);
      expect(methods(await client().systemHistory())).toEqual(['DELETE', 'POST']);
    });

    test('sends batches and transactions', async () => {
      const entry: BundleEntry[] = [
        {
          fullUrl: 'urn:uuid:8ed70ad0-4b7a-4a0b-9a57-6e2c7d4b1a01',
          resource: patientOf('kit-5'),
          request: { method: 'POST', url: 'Patient' },
        },
        { request: { method: 'GET', url: 'Patient/not-there' } },
      ];
      const bundle = (type: Bundle['type'], entries: BundleEntry[]) => ({ resourceType: 'Bundle', type, entry: entries });
      const batch = (await client().batch({ body: bundle('batch', entry) })) as unknown as Bundle;
      expect(statuses(batch)).toEqual(['201', '404']);
      const transaction = (await client().transaction({ body: bundle('transaction', entry.slice(0, 1)) })) as unknown as Bundle;
      expect(statuses(transaction)).toEqual(['201']);
      await expect(client().transaction({ body: bundle('transaction', entry) })).rejects.toMatchObject({ response: { status: 404 } });
    });

    test('runs $validate and resolves references of every kind', async () => {
      const input = { ...patientOf('kit-6'), gender: 'wrong' };
      const outcome = (await client().operation({ name: '$validate', resourceType: 'Patient', input })) as unknown as OperationOutcome;
      expect(outcome.issue.filter(({ severity }) => severity === 'error')).toMatchObject([{ expression: ['Patient.gender'] }]);
      const { id } = await create(patientOf('kit-7'));
      for (const reference of [`Patient/${id}`, `${serving().base}/Patient/${id}`]) {
        expect(await client().resolve({ reference })).toMatchObject({ resourceType: 'Patient', id });
      }
      const bundle = await client().search({ resourceType: 'Patient', searchParams: { _id: id } });
      expect(await client().resolve({ reference: `Patient/${id}`, context: bundle })).toMatchObject({ id });
    });
  });

  describe('@medplum/core', () => {
    const client = () => {
      const { origin, pathname } = new URL(serving().base);
      return new MedplumClient({ baseUrl: origin, fhirUrlPath: pathname.slice(1), cacheTime: 0, fetch });
    };

    test('creates, reads, updates, patches and deletes', async () => {
      const created = await client().createResource(patientOf('medplum-1'));
      const { id } = created;
      expect(await client().readResource('Patient', id)).toEqual(created);
      const updated = await client().updateResource({ ...created, gender: 'female' });
      expect(updated).toMatchObject({ gender: 'female', meta: { versionId: '2' } });
      const patched = await client().patchResource('Patient', id, [
        { op: 'test', path: '/meta/versionId', value: '2' },
        { op: 'replace', path: '/gender', value: 'other' },
      ]);
      expect(patched).toMatchObject({ gender: 'other', meta: { versionId: '3' } });
      expect(await client().readVersion('Patient', id, '1')).toEqual(created);
      const history = await client().readHistory('Patient', id);
      expect(history.entry?.map(({ resource }: BundleEntry) => resource?.meta?.versionId)).toEqual(['3', '2', '1']);
      await client().deleteResource('Patient', id);
      await expect(client().readResource('Patient', id)).rejects.toMatchObject({ outcome: { issue: [{ code: 'deleted' }] } });
    });

    test('creates once and updates or creates by criteria', async () => {
      const query = `identifier=${system}|medplum-2`;
      const first = await client().createResourceIfNoneExist(patientOf('medplum-2'), query);
      const again = await client().createResourceIfNoneExist(patientOf('medplum-2', 'Other'), query);
      expect(again).toEqual(first);
      const upserted = await client().upsertResource(patientOf('medplum-2', 'Third'), query);
      expect(upserted).toMatchObject({ id: first.id, name: [{ family: 'Third' }] });
      const fresh = await client().upsertResource(patientOf('medplum-3'), `identifier=${system}|medplum-3`);
      expect(fresh.meta?.versionId).toBe('1');
    });

    test('searches, in pages too', async () => {
      for (const n of [1, 2, 3]) await client().createResource(patientOf(`pages-${n}`, 'Pages'));
      expect(await client().search('Patient', 'family=Pages')).toMatchObject({ type: 'searchset', total: 3 });
      expect(await client().searchResources('Patient', { family: 'Pages', _count: '2' })).toHaveLength(2);
      expect(await client().searchOne('Patient', `identifier=${system}|pages-2`)).toMatchObject({ name: [{ family: 'Pages' }] });
      const sizes: number[] = [];
      for await (const page of client().searchResourcePages('Patient', 'family=Pages&_count=2')) sizes.push(page.length);
      expect(sizes).toEqual([2, 1]);
    });

    test('sends batches, follows references, validates', async () => {
      const patient = await client().createResource(patientOf('medplum-4'));
      const answer = await client().executeBatch({
        resourceType: 'Bundle',
        type: 'batch',
        entry: [{ request: { method: 'GET', url: `Patient/${patient.id}` } }, { request: { method: 'GET', url: 'Patient/not-there' } }],
      });
      expect(statuses(answer)).toEqual(['200', '404']);
      const weight = await client().createResource(weightOf(patient.id, 60.5));
      expect(await client().readReference(weight.subject ?? {})).toEqual(patient);
      expect(await client().validateResource(patientOf('medplum-5'))).toMatchObject({ resourceType: 'OperationOutcome' });
    });

    test('stores bytes as a Binary and gets them back', async () => {
      const binary = await client().createBinary({ data: '体温单', contentType: 'text/plain' });
      expect(binary).toMatchObject({ resourceType: 'Binary', contentType: 'text/plain' });
      const bytes = await fetch(`${serving().base}/Binary/${binary.id}`, { headers: { accept: 'text/plain' } });
      expect(await bytes.text()).toBe('体温单');
    });
  });
});
