import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { run } from '../end-to-end/command.js';

let folder = '';
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-'));
  writeFileSync(
    file('own.yaml'),
    'version: 1\nshared: []\nroles: { nurse: { title: { en: Nurse, zh: 护士 }, may: { Patient: rs }, sees: [institution] } }\n',
  );
  writeFileSync(
    file('wrong.yaml'),
    'version: 1\nshared: []\nroles: { nurse: { title: { en: Nurse, zh: 护士 }, may: { Patient: sr }, sees: all } }\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('lianyi policy', () => {
  test('shows the policy that holds, as a document that may be checked', async () => {
    const { code, stdout } = await run(['policy', 'show']);
    expect(code).toBe(0);
    writeFileSync(file('copy.yaml'), stdout);
    expect(await run(['policy', 'check', file('copy.yaml')])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('9 roles'),
    });
  });

  test('shows what a role of POLICY_FILE may do', async () => {
    expect(await run(['policy', 'show', '--role', 'nurse'], { POLICY_FILE: file('own.yaml') })).toMatchObject({
      code: 0,
      stdout: 'Nurse (护士)\nsees: institution\nrights: \nPatient rs\n',
    });
  });

  test('tells what is wrong with a document, and where', async () => {
    const { code, stderr } = await run(['policy', 'check', file('wrong.yaml')]);
    expect([code, stderr.replaceAll(folder, '')]).toEqual([
      2,
      'The policy /wrong.yaml is not right:\n  roles.nurse.may.Patient: must be letters of "cruds" in this order\n',
    ]);
  });
});
