/** Source: R4 search.html#summary, search.html#elements, http.html#read */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { issuesOf, type RunningServer, startServer } from '../running-server.js';

jest.setTimeout(60_000);

const tag = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };
const own = { system: 'urn:tags', code: 'mine' };
const why = { extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] };
const text = { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>' };
const observation = {
  resourceType: 'Observation',
  id: 'o',
  meta: { tag: [own] },
  text,
  modifierExtension: [{ url: 'http://example.org/m', valueBoolean: true }],
  identifier: [{ extension: [{ url: 'http://example.org/e', valueString: 'x' }], system: 'urn:a', value: '1' }],
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8480-6', extension: [{ url: 'http://example.org/e', valueString: 'x' }] }] },
  subject: { reference: 'Patient/p', ...why },
  _effectiveDateTime: why,
  valueQuantity: { value: 1.5, unit: 'g' },
  note: [{ text: 'left out' }],
  component: [{ code: { text: 'c' }, valueString: 'kept', interpretation: [{ text: 'left out' }], dataAbsentReason: { text: 'left out' } }],
};
const patient = {
  resourceType: 'Patient',
  id: 'p',
  text,
  active: true,
  name: [{ family: '张' }],
  photo: [{ contentType: 'image/png', data: 'AAAA' }],
  contact: [{ name: { family: '李' } }],
  communication: [{ language: { text: 'zh' } }],
};

describe('A part of a resource', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
    for (const resource of [patient, observation]) {
      const written = await server.ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);
      expect([written.status, written.text]).toEqual([201, expect.stringContaining(resource.id)]);
    }
  });
  afterAll(() => server.close());

  const read = async (path: string) => (await server.ask('GET', path)).body;
  const names = async (path: string): Promise<string> => Object.keys(await read(path)).join(' ');

  test('_summary=true: what the definitions mark, in data types too, and what is mandatory in it', async () => {
    const { meta, ...rest } = await read('/Observation/o?_summary=true');
    expect(meta.tag).toEqual([own, tag]);
    expect([meta.versionId, typeof meta.lastUpdated]).toEqual(['1', 'string']);
    const { modifierExtension, status, valueQuantity, _effectiveDateTime } = observation;
    expect(rest).toEqual({
      ...{ resourceType: 'Observation', id: 'o', modifierExtension, status, valueQuantity, _effectiveDateTime },
      identifier: [{ system: 'urn:a', value: '1' }],
      code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
      subject: { reference: 'Patient/p' },
      component: [{ code: { text: 'c' }, valueString: 'kept' }],
    });
    expect(await names('/Patient/p?_summary=true')).toBe('resourceType id meta active name');
  });

  test('_summary=text: text, id, meta and what is mandatory at the top', async () => {
    expect(await names('/Observation/o?_summary=text')).toBe('resourceType id meta text modifierExtension status code');
    expect(await names('/Patient/p?_summary=text')).toBe('resourceType id meta text');
  });

  test('_summary=data leaves out the text alone, _summary=false nothing, without a tag', async () => {
    const { text: _, ...data } = patient;
    expect(await read('/Patient/p?_summary=data')).toEqual({ ...data, meta: { ...(await read('/Patient/p')).meta, tag: [tag] } });
    expect((await server.ask('GET', '/Patient/p?_summary=false')).text).toBe((await server.ask('GET', '/Patient/p')).text);
  });

  test('_elements: those named and those mandatory; a choice by any of its names', async () => {
    expect(await names('/Patient/p?_elements=name,Patient.active')).toBe('resourceType id meta active name');
    const expected = 'resourceType id meta modifierExtension status code valueQuantity';
    for (const name of ['value', 'value[x]', 'valueQuantity']) expect(await names(`/Observation/o?_elements=${name}`)).toBe(expected);
    expect(await names('/Observation/o?_elements=effective')).toContain('_effectiveDateTime');
  });

  test('the digits of numbers stay, the stored resource stays whole, its ETag is that of the whole', async () => {
    await server.ask('PUT', '/Observation/d', JSON.stringify({ ...observation, id: 'd' }).replace('1.5', '1.5000'));
    const part = await server.ask('GET', '/Observation/d?_summary=true');
    expect(part.text).toContain('"value":1.5000');
    expect([part.headers.get('etag'), part.headers.get('content-location')]).toEqual(['W/"1"', null]);
    expect((await server.ask('GET', '/Observation/d?_summary=true', undefined, { 'if-none-match': 'W/"1"' })).status).toBe(304);
    expect((await read('/Observation/d')).meta.tag).toEqual([own]);
  });

  test('vread and HEAD have parts as read has them', async () => {
    const whole = await server.ask('GET', '/Patient/p/_history/1?_elements=active');
    expect(Object.keys(whole.body)).toEqual(['resourceType', 'id', 'meta', 'active']);
    const head = await server.ask('HEAD', '/Patient/p/_history/1?_elements=active');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(Buffer.byteLength(whole.text))]);
  });

  test.each([
    ['?_summary=count', 'error: summary-count at _summary'],
    ['?_summary=some', 'error: search-value-malformed at _summary'],
    ['?_summary=true&_summary=text', 'error: search-value-malformed at _summary'],
    ['?_elements=nome', 'error: elements-unknown at _elements'],
    ['?_elements=name.family', 'error: elements-unknown at _elements'],
    ['?_elements=Observation.status', 'error: elements-unknown at _elements'],
    ['?_summary=text&_elements=name', 'error: summary-and-elements at _elements'],
    ['?_count=1', 'error: parameter-not-supported at _count'],
  ])('a read with %s is 400', async (query, issue) => {
    const answer = await server.ask('GET', `/Patient/p${query}`);
    expect([answer.status, issuesOf(answer)]).toEqual([400, [issue]]);
  });

  test('Prefer: handling=lenient passes over parameters a read does not know', async () => {
    const answer = await server.ask('GET', '/Patient/p?_count=1&_elements=active', undefined, { prefer: 'handling=lenient' });
    expect([answer.status, Object.keys(answer.body)]).toEqual([200, ['resourceType', 'id', 'meta', 'active']]);
  });

  test('a search has the same parts: a summary of all that it shows, elements of the matches', async () => {
    const shown = async (query: string): Promise<string[]> =>
      (await read(query)).entry.map(({ resource }: { resource: object }) => Object.keys(resource).join(' '));
    const query = '/Observation?_id=o&_include=Observation:subject';
    const [, wholePatient] = await shown(query);
    expect(await shown(`${query}&_elements=subject`)).toEqual(['resourceType id meta modifierExtension status code subject', wholePatient]);
    const [, summary] = await shown(`${query}&_summary=true`);
    expect(summary).toBe('resourceType id meta active name');
    expect((await read(`${query}&_summary=true`)).link[0].url).toContain('_summary=true');
    expect(await shown('?_type=Patient,Observation&_elements=active,status&_sort=_id')).toEqual([
      'resourceType id meta modifierExtension status code',
      'resourceType id meta modifierExtension status code',
      'resourceType id meta active',
    ]);
  });

  test('what a part shows is valid but for what was left out: every example of a summary has its mandatory elements', async () => {
    const part = await read('/Observation/o?_summary=text');
    const outcome = (await server.ask('POST', '/Observation/$validate', part)).body;
    expect(outcome.issue.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([]);
  });
});
