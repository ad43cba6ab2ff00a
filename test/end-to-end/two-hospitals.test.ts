/**
 * Two hospitals that code differently, made up: a county hospital with laboratory items of its own, diagnoses of the insurance's edition and
 * identity numbers of fifteen digits, a city hospital with other items and the clinical edition. Their codes are loaded, what they send is
 * judged by the Chinese profiles, translated, and found by one search.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { stores } from '../stores.js';
import { projectFolder, run } from './command.js';
import { servingOn } from './serving.js';

jest.setTimeout(120_000);

const folder = join(projectFolder, 'test/end-to-end/two-hospitals');
const region = 'https://region.example.org/fhir';
const loinc = 'http://loinc.org';
const icd = (edition: string) => `https://lianyi.cn/fhir/CodeSystem/icd-10-${edition}`;
const items = (hospital: string) => `https://${hospital}-hospital.example.org/lab-items`;

/** What is loaded, and by which options. */
const lists = [
  ['county-lab-items.csv', '--url', items('county'), '--version', '2026', '--title', '县医院检验项目'],
  ['city-lab-items.json'],
  ['county-diagnoses.csv', '--url', icd('nhsa'), '--version', '2.0', '--hierarchy', 'prefix'],
  ['city-diagnoses.csv', '--url', icd('nhc'), '--version', '2.0', '--hierarchy', 'prefix'],
];

describe.each(stores)('two hospitals on $name', ({ open }) => {
  const server = servingOn(open);
  const ask = async (path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/fhir+json', 'accept-language': 'zh-CN' };
    const init = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${server().base}${path}`, init);
    // biome-ignore lint/suspicious/noExplicitAny: what came is what is tested
    return { status: response.status, body: (await response.json()) as any };
  };
  const data = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const found = async (path: string): Promise<readonly { resourceType: string; id: string; [name: string]: unknown }[]> =>
    ((await ask(path)).body.entry ?? []).map(({ resource }: { resource: unknown }) => resource);
  const translated = async (asked: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const { body } = await ask(`/ConceptMap/$translate?${new URLSearchParams(asked)}`);
    const matches = body.parameter.filter(({ name }: { name: string }) => name === 'match');
    return matches.map(({ part }: { part: { name: string; valueCoding?: { code: string } }[] }) => {
      return part.find(({ name }) => name === 'concept')?.valueCoding?.code;
    });
  };

  beforeAll(async () => {
    // Beside the running server, which has them when it is asked.
    for (const [file = '', ...options] of lists) {
      const done = await run(['load-codesystem', join(folder, file), ...options], { STORE: server().store, LOG_LEVEL: 'error' });
      expect(done).toMatchObject({ code: 0 });
    }
    await isKnown(items('county'), 'GLU-KF');
    for (const file of ['region-terminology.json', 'county-visit.json', 'city-visit.json']) {
      const { status, body } = await ask('', await data(file));
      expect([file, status, body.issue]).toEqual([file, 200, undefined]);
    }
  });

  async function isKnown(system: string, code: string): Promise<void> {
    for (let times = 0; times < 100; times++) {
      const { status } = await ask(`/CodeSystem/$lookup?${new URLSearchParams({ system, code })}`);
      if (status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${system} is not known to the server`);
  }

  test('what each calls a thing is looked up in its own list, which the county wrote in GB18030', async () => {
    const { body } = await ask(`/CodeSystem/$lookup?${new URLSearchParams({ system: items('county'), code: 'GLU-KF' })}`);
    expect(body.parameter).toContainEqual({ name: 'display', valueString: '空腹血糖' });
  });

  test('a code that its list does not have is told to the hospital by name', async () => {
    const [, { resource }] = (await data('county-visit.json')).entry;
    resource.subject = { display: '覃桂香' };
    resource.code.coding[0].code = 'GLU-XX';
    const { body } = await ask('/Observation/$validate', resource);
    const texts = body.issue.map(
      ({ details, diagnostics }: { details?: { text?: string }; diagnostics?: string }) => details?.text ?? diagnostics,
    );
    expect(texts).toContainEqual(expect.stringContaining('GLU-XX'));
  });

  test('laboratory items become LOINC, diagnoses the other edition, the national sex FHIR’s, and back', async () => {
    expect(await translated({ system: items('county'), code: 'GLU-KF', targetsystem: loinc })).toEqual(['14771-0']);
    expect(await translated({ system: items('city'), code: '1002', targetsystem: loinc })).toEqual(['14771-0']);
    expect(await translated({ system: icd('nhsa'), code: 'I10.X00X002', targetsystem: icd('nhc') })).toEqual(['I10.x00x002']);
    const url = `${region}/ConceptMap/icd-10-nhsa-to-nhc`;
    expect(await translated({ url, system: icd('nhc'), code: 'I10.x00x002', reverse: 'true' })).toEqual(['I10.X00X002']);
    const sex = { system: 'urn:oid:2.16.156.10011.2.3.3.4', targetsystem: 'http://hl7.org/fhir/administrative-gender' };
    expect(await translated({ ...sex, code: '2' })).toEqual(['female']);
  });

  test('both records of the one person are found by her identity number, in either length', async () => {
    const ids = async (number: string) =>
      (await found(`/Patient?identifier=urn:oid:2.16.156.10011.1.3|${number}`)).map(({ id }) => id).sort();
    const both = await ids('420000196208150020');
    expect(both).toHaveLength(2);
    expect(await ids('420000620815002')).toEqual(both);
    expect((await found('/Patient?name=qinguixiang')).map(({ id }) => id).sort()).toEqual(both);
  });

  test('one search finds the fasting glucose of both, however they call it', async () => {
    const results = await found(`/Observation?code:in=${region}/ValueSet/fasting-glucose&_include=Observation:subject&_sort=date`);
    const values = results.flatMap(({ valueQuantity }) => (valueQuantity as { value: number } | undefined)?.value ?? []);
    expect(values).toEqual([7.9, 8.4]);
    expect(results.filter(({ resourceType }) => resourceType === 'Patient')).toHaveLength(2);
  });

  test('hypertension in the one edition and in the other is one value set, by what stands below its code', async () => {
    const codes = (await found(`/Condition?code:in=${region}/ValueSet/hypertension&_sort=recorded-date`)).map(
      ({ code }) => (code as { coding: { code: string }[] }).coding[0]?.code,
    );
    expect(codes).toEqual(['I10.X00X002', 'I10.x00x023']);
    const { body } = await ask(`/ValueSet/$expand?${new URLSearchParams({ url: `${region}/ValueSet/hypertension`, filter: 'gxyb' })}`);
    const listed = body.expansion.contains.map(({ code }: { code: string }) => code).sort();
    expect(listed).toEqual(['I10.X00X002', 'I10.X00X023', 'I10.x00x002', 'I10.x00x023']);
  });
});
