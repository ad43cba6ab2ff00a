/**
 * What Chinese data does to servers that were not made for it, by HTTP: rare characters, extensions of primitives, profiles of a version,
 * long reports. What is a matter of codes stands in code-tables.test.ts, of numbers in identity-numbers.test.ts, of names in test/search.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningServer, startServer } from '../running-server.js';
import { folder, readJson } from './room.js';

const profile = (id: string) => `https://lianyi.cn/fhir/StructureDefinition/${id}`;
const identifier = [{ system: 'urn:oid:2.16.156.10011.1.13', value: '1' }];
const patient = (text: string, more: object = {}) => ({
  resourceType: 'Patient',
  meta: { profile: [profile('cn-patient')] },
  identifier,
  name: [{ text }],
  gender: 'unknown',
  ...more,
});

describe('A server with the Chinese package', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  test.each([
    ['with U+00B7', '阿卜杜热合曼·买买提'],
    ['with U+2022', '阿卜杜热合曼•买买提'],
    ['with U+30FB', '阿卜杜热合曼・买买提'],
    ['of fifty characters', `阿${'布'.repeat(24)}·${'买'.repeat(24)}`],
    ['outside the basic plane', '李𠮷'],
    ['of Extension A', '䶮鑫'],
    ['with a variation selector', '葛\u{E0100}城'],
    ['with a private character of GB 18030-2000', '王\uE81E'],
    ['with a compatibility ideograph', '金\uF90A'],
    ['of one character', '单'],
    ['in Latin letters', "O'Brien Müller"],
    ['that simplified script shares with another', '于谦'],
  ])('takes a name %s and gives it back as it was', async (_what, name) => {
    const made = await server.ask('POST', '/Patient', patient(name));
    expect(made.status).toBe(201);
    const read = await server.ask('GET', `/Patient/${made.body.id}`);
    expect(read.body.name).toEqual([{ text: name }]);
    const found = await server.ask('GET', `/Patient?_id=${made.body.id}&name:exact=${encodeURIComponent(name)}`);
    expect(found.body.total).toBe(1);
  });

  test('keeps the national sex of _gender through PUT, GET and PATCH, and judges it', async () => {
    const sex = (code: string) => ({
      gender: 'unknown',
      _gender: { extension: [{ url: profile('cn-gender'), valueCoding: { system: 'urn:oid:2.16.156.10011.2.3.3.4', code } }] },
    });
    const put = await server.ask('PUT', '/Patient/sex', { ...patient('无名氏', sex('9')), id: 'sex' });
    expect(put.status).toBe(201);
    expect((await server.ask('GET', '/Patient/sex')).body._gender).toEqual(sex('9')._gender);
    const patched = await server.ask('PATCH', '/Patient/sex', [{ op: 'add', path: '/active', value: true }], {
      'content-type': 'application/json-patch+json',
    });
    expect([patched.status, patched.body._gender]).toEqual([200, sex('9')._gender]);
    const wrong = await server.ask('PUT', '/Patient/sex', { ...patient('无名氏', sex('7')), id: 'sex' });
    expect(wrong.status).toBe(422);
    expect((await server.ask('GET', '/Patient/sex')).body._gender).toEqual(sex('9')._gender);
  });

  test('judges by the profile that meta.profile names with its version, and says where that version is not here', async () => {
    const wrong = { identifier: [{ system: 'urn:oid:2.16.156.10011.1.3', value: '110000199003071230' }] };
    const { version } = readJson<{ version: string }>(folder, 'package.json');
    const claiming = (named: string) => ({ ...patient('张三', wrong), meta: { profile: [`${profile('cn-patient')}|${named}`] } });
    const here = await server.ask('POST', '/Patient', claiming(version));
    expect([here.status, JSON.stringify(here.body).includes('cn-id-1')]).toEqual([422, true]);
    const other = await server.ask('POST', '/Patient/$validate', claiming('9.9'));
    const told: { details: { text: string } }[] = other.body.issue;
    expect(told.some(({ details }) => details.text.includes(`${profile('cn-patient')}|9.9`))).toBe(true);
  });

  test.each([
    ['cn-diagnostic-report-lab', 'valid-liver-function'],
    ['cn-diagnostic-report-imaging', 'valid-chest-ct'],
  ])('keeps a report of more than 200 characters whole, with a warning at most: %s', async (id, name) => {
    const report = readJson<object>(folder, 'examples', id, `${name}.json`);
    const conclusion = '双肺纹理增多。'.repeat(60);
    const judged = await server.ask('POST', '/DiagnosticReport/$validate', { ...report, conclusion });
    const issues: { severity: string }[] = judged.body.issue;
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    const made = await server.ask('POST', '/DiagnosticReport', { ...report, conclusion });
    expect([made.status, (await server.ask('GET', `/DiagnosticReport/${made.body.id}`)).body.conclusion]).toEqual([201, conclusion]);
  });
});
