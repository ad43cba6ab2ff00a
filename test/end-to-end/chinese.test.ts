/** A Chinese hospital's day on both stores: a wrong identity number is refused with its place; a visit goes in and comes out by search. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Bundle, CapabilityStatement, FhirResource, OperationOutcome, Patient, StructureDefinition } from 'fhir/r4.js';
import { stores } from '../stores.js';
import { projectFolder, run } from './command.js';
import { servingOn } from './serving.js';

const read = (name: string): string => readFileSync(join(projectFolder, 'conformance/chinese', name), 'utf8');

const errorsOf = ({ issue }: OperationOutcome) => issue.flatMap(({ severity, expression }) => (severity === 'error' ? [expression] : []));

describe.each(stores)('$name', ({ open }) => {
  const serving = servingOn(open);

  const post = (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${serving().base}${path}`, { method: 'POST', headers: { 'content-type': 'application/fhir+json', ...headers }, body });

  async function found(query: string): Promise<readonly FhirResource[]> {
    const response = await fetch(`${serving().base}/${query}`);
    const bundle = (await response.json()) as Bundle<FhirResource>;
    expect({ query, status: response.status, type: bundle.type }).toEqual({ query, status: 200, type: 'searchset' });
    return (bundle.entry ?? []).flatMap(({ resource }) => (resource ? [resource] : []));
  }

  test('one line says where it serves, on which store, with which packages', () => {
    const [line] = serving().line.split('\n');
    expect(line).toContain('lianyi.cn.core');
    expect(line).toContain('hl7.fhir.r4');
    expect(serving().line).not.toMatch(/:\/\/[^/\s]*:[^/\s]*@/);
  });

  test('the CapabilityStatement names all 146 types', async () => {
    const statement = (await (await fetch(`${serving().base}/metadata`)).json()) as CapabilityStatement;
    expect(statement.rest?.[0]?.resource).toHaveLength(146);
    expect(statement.fhirVersion).toBe('4.0.1');
  });

  test('a Patient with a wrong check digit is refused with 422 and the place of the fault', async () => {
    const response = await post('/Patient', read('patient-wrong-check-digit.json'));
    const outcome = (await response.json()) as OperationOutcome;
    expect(response.status).toBe(422);
    expect(errorsOf(outcome)).toEqual([['Patient.identifier[0].value']]);
    expect(await found('Patient?identifier=urn:oid:2.16.156.10011.1.3|110000199003071232')).toEqual([]);
  });

  test('the sentence is Chinese for who asks in Chinese', async () => {
    const response = await post('/Patient', read('patient-wrong-check-digit.json'), { 'accept-language': 'zh-CN' });
    const outcome = (await response.json()) as OperationOutcome;
    for (const { details } of outcome.issue) expect(details?.text).toMatch(/\p{Script=Han}/u);
    expect(outcome.issue.find(({ severity }) => severity === 'error')?.details?.text).toContain('居民身份证号');
  });

  test('the corrected one is stored and comes back as it was sent', async () => {
    const sent = read('patient.json');
    const response = await post('/Patient', sent, { prefer: 'return=representation' });
    expect(response.status).toBe(201);
    const stored = (await response.json()) as Patient;
    const { id, meta, ...rest } = stored;
    const { meta: sentMeta, ...sentRest } = JSON.parse(sent) as Patient;
    expect(rest).toEqual(sentRest);
    expect(meta?.profile).toEqual(sentMeta?.profile);
    expect(response.headers.get('location')).toBe(`${serving().base}/Patient/${id}/_history/1`);
  });

  test.each(['name=张三丰', 'name=zhangsanfeng', 'family=张', 'family=zhang', 'identifier=urn:oid:2.16.156.10011.1.3|110000199003071231'])(
    'it is found by %s',
    async (query) => {
      expect((await found(`Patient?${query}`)).map((resource) => (resource as Patient).name?.[0]?.text)).toEqual(['张三丰']);
    },
  );

  test.each(['买买提·艾力', '买买提艾力', '艾力', '買買提', 'maimaiti'])('a name in two parts is found by %s', async (name) => {
    await fetch(`${serving().base}/Patient/two-parts`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Patient', id: 'two-parts', name: [{ text: '买买提·艾力' }] }),
    });
    expect((await found(`Patient?name=${encodeURIComponent(name)}`)).map(({ id }) => id)).toEqual(['two-parts']);
  });

  test('a visit of five resources goes in as one transaction and comes out by search', async () => {
    const response = await post('', read('visit.json'));
    const answer = (await response.json()) as Bundle;
    expect({ status: response.status, type: answer.type }).toEqual({ status: 200, type: 'transaction-response' });
    expect(answer.entry?.map((entry) => entry.response?.status?.slice(0, 3))).toEqual(['201', '201', '201', '201', '201']);
    const [patient] = await found('Patient?identifier=urn:oid:2.16.156.10011.1.3|310000198512312462');
    const subject = `Patient/${patient?.id}`;
    for (const type of ['Encounter', 'Observation', 'ImagingStudy', 'MedicationRequest']) {
      const resources = await found(`${type}?subject=${subject}`);
      expect([type, resources.length]).toEqual([type, 1]);
    }
    const [observation] = await found('Observation?code=http://loinc.org|2345-7&subject:Patient.name=曾雪芹');
    expect(JSON.stringify(observation)).toContain('"reference":"Encounter/');
    const text = await (await fetch(`${serving().base}/Observation/${observation?.id}`)).text();
    expect(text).toContain('"value":6.10');
    expect(await found('Observation?value-quantity=gt6|http://unitsofmeasure.org|mmol/L')).toHaveLength(1);
    expect(await found('Observation?date=2025-03-08&_include=Observation:subject')).toHaveLength(2);
    expect(await found(`Patient?_id=${patient?.id}&_revinclude=ImagingStudy:patient&_revinclude=MedicationRequest:patient`)).toHaveLength(
      3,
    );
  });

  test('the same visit with one bad entry is refused whole, and the entry is named', async () => {
    const visit = JSON.parse(read('visit.json')) as { entry: { resource: Record<string, unknown> }[] };
    (visit.entry[3] as { resource: Record<string, unknown> }).resource.status = 'finished';
    const before = (await found('Encounter?_count=100')).length;
    const response = await post('', JSON.stringify(visit));
    const outcome = (await response.json()) as OperationOutcome;
    expect(response.status).toBe(422);
    expect(errorsOf(outcome)).toEqual([['Bundle.entry[3].resource.status']]);
    expect(await found('Encounter?_count=100')).toHaveLength(before);
  });

  test('the profiles themselves can be read and found', async () => {
    const profiles = (await found('StructureDefinition?type=Patient')) as StructureDefinition[];
    expect(profiles.map(({ url: canonical }) => canonical)).toContain('https://lianyi.cn/fhir/StructureDefinition/cn-patient');
    expect(await found('StructureDefinition?url=https://lianyi.cn/fhir/StructureDefinition/cn-patient')).toHaveLength(1);
    expect((await fetch(`${serving().base}/StructureDefinition/Patient`)).status).toBe(200);
    expect((await fetch(`${serving().base}/StructureDefinition/Patient`, { method: 'DELETE' })).status).toBe(405);
  });

  test('lianyi doctor finds nothing wrong', async () => {
    const { code, stdout } = await run(['doctor'], { STORE: serving().store });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('146 resource types') });
  });
});
