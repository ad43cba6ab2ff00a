import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.js';
import type { Resource } from '../../src/model/resource.js';
import { faultOf, search } from './fixture.js';

const extracted = (resource: JsonObject) => search.extract(resource as unknown as Resource);

const request = {
  resourceType: 'MedicationRequest',
  id: '1',
  contained: [
    { resourceType: 'Medication', id: 'm', code: { coding: [{ system: 's', code: 'c' }] }, manufacturer: { reference: '#o' } },
    { resourceType: 'Organization', id: 'o', name: 'Works' },
    { resourceType: 'Provenance', id: 'p', target: [{ reference: '#' }], recorded: '2024-02-29T00:00:00Z' },
  ],
  medicationReference: { reference: '#m' },
  subject: { reference: 'Patient/1' },
};

describe('contained resources', () => {
  const inside = extracted(request).contained ?? [];
  const param = (type: string, code: string) => inside.find((one) => one.type === type)?.entries.filter((entry) => entry.param === code);

  test('are each found by their own parameters and sorted by their own values', () => {
    expect(inside.map(({ type, id }) => `${type}#${id}`)).toEqual(['Medication#m', 'Organization#o', 'Provenance#p']);
    expect(param('Medication', 'code')).toEqual([expect.objectContaining({ kind: 'token', system: 's', code: 'c' })]);
    expect(param('Organization', 'name')).toContainEqual(expect.objectContaining({ value: 'works', raw: 'Works' }));
    expect(inside[1]?.sort).toContainEqual({ slot: 'name', value: 'works' });
  });

  test('refer to their container by #, and to what stands beside them by #o', () => {
    expect(param('Provenance', 'target')).toEqual([{ kind: 'reference', param: 'target', target: 'MedicationRequest/1' }]);
    expect(param('Medication', 'manufacturer')).toEqual([{ kind: 'reference', param: 'manufacturer', target: '#o' }]);
  });

  test('say nothing of the container itself, which has the entries and compartments it would have without them', () => {
    const { contained: _, ...alone } = request;
    const [whole, without] = [extracted(request), extracted(alone)];
    expect(whole.entries).toEqual(without.entries);
    expect(whole.compartments).toEqual(without.compartments);
    expect('contained' in without).toBe(false);
  });

  test('without an id, or of no type of R4, are left out', () => {
    const odd = [{ resourceType: 'Patient' }, { resourceType: 'Unknown', id: 'a' }, { resourceType: 'Patient', id: 'a b' }, 'x', null];
    expect(extracted({ ...request, contained: odd }).contained).toEqual([]);
  });

  test('of very many values are refused like others', () => {
    const concept = Array.from({ length: 50_001 }, (_, at) => ({ code: `c${at}` }));
    const refused = faultOf(() => extracted({ ...request, contained: [{ resourceType: 'CodeSystem', id: 'c', concept }] }));
    expect([refused?.status, refused?.code]).toEqual([422, 'too-costly']);
  });
});
