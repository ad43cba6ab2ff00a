/** The journal from the command line, beside a process that has the store open. */
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordOnce } from '../../src/audit/record-once.js';
import { tamperingWith } from '../audit/tampering.js';
import { run } from '../end-to-end/command.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';

describe.each(stores)('lianyi audit on $name', ({ open }) => {
  let opened: OpenedStore;
  let folder = '';
  const lianyi = (...args: string[]) => run(['audit', ...args], { STORE: opened.url, LOG_LEVEL: 'error' });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lianyi-audit-'));
    opened = await open();
    await opened.store.arrange({ types: {} });
    const by = { account: 'a1', name: '王医生', fhirUser: 'Practitioner/wang' };
    await recordOnce(opened.store.audit, [{ kind: 'sign-in', outcome: 'success', by, patient: 'p1' }]);
  });
  afterAll(async () => {
    await opened.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('lists and exports what was done, and puts down that somebody looked', async () => {
    const [listed, exported] = [await lianyi('list', '--lang', 'zh'), await lianyi('export', '--agent', 'Practitioner/wang')];
    expect(listed).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^时间 [\s\S]*王医生 +sign-in/) });
    const events = exported.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([exported.code, events]).toEqual([0, [expect.objectContaining({ resourceType: 'AuditEvent' })]]);
    const { records } = await opened.store.audit.search({ keys: [], descending: false, count: 10 });
    expect(records.map(({ body }) => /sign-in|audit-read/.exec(body.toString())?.[0])).toEqual(['sign-in', 'audit-read', 'audit-read']);
    expect(records.at(-1)?.body.toString()).toMatch(/"by":\{"name":"[^"]+"/);
  });

  test('verifies, against heads that were kept too, and fails where somebody changed the database', async () => {
    const heads = join(folder, 'heads.txt');
    const whole = await lianyi('verify');
    expect(whole).toMatchObject({ code: 0, stderr: expect.stringContaining('The journal is whole.') });
    await writeFile(heads, whole.stdout);
    const tampering = await tamperingWith(opened.url);
    await tampering.hideBlock(0);
    await tampering.close();
    await appendFile(heads, `${'0'.repeat(16)}:1:${'0'.repeat(64)}\n`);
    const { code, stderr } = await lianyi('verify', '--heads', heads);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/search would not find[\s\S]*NOT whole: 2 faults/)]);
  });
});
