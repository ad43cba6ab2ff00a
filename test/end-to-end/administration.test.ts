/** The commands by which accounts are kept, as an operator runs them, beside a server that goes on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { recordOnce } from '../../src/audit/record-once.js';
import { findAccount } from '../../src/auth/accounts.js';
import { checkSignIn } from '../../src/auth/sign-in.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { projectFolder, run } from './command.js';

const password = 'Ein-langes-Wort-77';
const other = 'Ein-anderes-Wort-78';

describe.each(stores)('lianyi user on $name', ({ name, open }) => {
  let opened: OpenedStore;
  const lianyi = (args: readonly string[], input?: string) => run(args, { STORE: opened.url, LOG_LEVEL: 'error' }, input);
  const signIn = async (account: string, word: string) =>
    (await checkSignIn({ states: opened.store.states, now: Date.now }, { name: account, password: word, address: '127.0.0.1' })).kind;

  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());

  test('adds accounts that sign in at once, lists and locks them', async () => {
    const clinician = ['--role', 'clinician', '--practitioner', 'pr1', '--institution', 'h1', '--display-name', '王芳'];
    const added = await lianyi(['user', 'add', 'wangfang', ...clinician, '--password-stdin'], `${password}\n`);
    expect(added).toMatchObject({ code: 0, stdout: expect.stringMatching(/^wangfang [A-Za-z0-9]+\n$/), stderr: '' });
    expect(await signIn('WangFang', password)).toBe('right');
    expect(await lianyi(['user', 'lock', 'wangfang'])).toEqual({ code: 0, stdout: '', stderr: 'wangfang is locked\n' });
    expect(await signIn('wangfang', password)).toBe('locked');
    const { stdout } = await lianyi(['user', 'list', '--json']);
    const shown = { name: 'wangfang', fhirUser: 'Practitioner/pr1', institution: 'h1', displayName: '王芳', locked: true };
    expect(JSON.parse(stdout)).toMatchObject([shown]);
    expect(stdout).not.toContain('scrypt');
    const again = await lianyi(['user', 'add', 'WANGFANG', '--role', 'patient', '--patient', 'p1', '--password-stdin'], password);
    expect(again).toEqual({ code: 1, stdout: '', stderr: 'There is an account "WANGFANG" already\n' });
    const { records } = await opened.store.audit.search({ keys: [], descending: false, count: 10 });
    expect(records.map(({ body }) => /account-\w+/.exec(body.toString())?.[0])).toEqual(['account-added', 'account-locked']);
  });

  test('lists what somebody did by the name they sign in with', async () => {
    const account = await findAccount(opened.store.states, 'wangfang');
    const by = { account: account?.id ?? '', name: '王芳' };
    await recordOnce(opened.store.audit, [
      { kind: 'break-glass', outcome: 'success', by, reason: '昏迷' },
      { kind: 'break-glass', outcome: 'success', by: { account: 'other' }, reason: '其他' },
    ]);
    const { stdout } = await lianyi(['audit', 'list', '--agent', 'WangFang', '--event', 'break-glass']);
    expect(stdout.trim().split('\n').slice(1)).toEqual([expect.stringMatching(/王芳 .*break-glass .*昏迷/)]);
  });

  if (name !== 'SQLite') return;

  test('adds guardians, shows a table, unlocks and resets', async () => {
    const guardian = ['--role', 'guardian', '--patient', 'p1', '--patient', 'p2', '--json', '--password-stdin'];
    const { stdout } = await lianyi(['user', 'add', '李梅', ...guardian], password);
    expect(JSON.parse(stdout)).toMatchObject({ name: '李梅', role: 'guardian', patients: ['p1', 'p2'], locked: false });
    const table = /^NAME +ROLE[\s\S]*wangfang +clinician +王芳 +Practitioner\/pr1 +h1 +locked\n李梅 +guardian/;
    expect((await lianyi(['user', 'list'])).stdout).toMatch(table);
    expect(await lianyi(['user', 'unlock', 'wangfang'])).toMatchObject({ code: 0 });
    expect(await lianyi(['user', 'reset', 'wangfang', '--password-stdin'], other)).toMatchObject({ code: 0 });
    expect([await signIn('wangfang', password), await signIn('wangfang', other)]).toEqual(['wrong', 'right']);
    expect(await lianyi(['user', 'lock', 'nobody'])).toEqual({ code: 1, stdout: '', stderr: 'There is no account "nobody"\n' });
  });
});

describe('lianyi user', () => {
  const store = { STORE: 'sqlite::memory:', LOG_LEVEL: 'error' };

  test.each([
    [
      ['add', 'x', '--role', 'patient', '--patient', 'p1', '--password-stdin'],
      'short',
      1,
      /^A password has 10 to 256 characters: found 5\n$/,
    ],
    [['add', 'x', '--role', 'patient', '--patient', 'p1', '--password-stdin'], '', 2, /^Standard input is empty/],
    [['add', 'x', '--role', 'patient', '--patient', 'p1'], password, 2, /no terminal\. Give it with --password-stdin/],
    [['add', 'x', '--role', 'patient', '--patient', 'p1', '--password', password], '', 2, /unknown option/],
    [['add', 'x', '--role', 'surgeon', '--password-stdin'], password, 2, /no role "surgeon"; it has .*clinician/],
    [['add', 'x', '--role', 'guardian', '--password-stdin'], password, 2, /A guardian acts for patients/],
    [['add', 'x', '--role', 'patient', '--patient', 'a', '--practitioner', 'b', '--password-stdin'], password, 2, /one person/],
    [['add', 'x', '--role', 'patient', '--password-stdin'], password, 2, /would see nobody's record: say with --patient/],
    [['add', 'x', '--role', 'clinician', '--password-stdin'], password, 2, /would see nobody's record: say with --institution/],
  ])('%j is refused', async (args, input, code, sentence) => {
    const ended = await run(['user', ...args], store, input);
    expect(ended).toEqual({ code, stdout: '', stderr: expect.stringMatching(sentence) });
    expect(ended.stderr).not.toMatch(/ {4}at |Ein-langes/);
  });

  test('asks for the password twice on a terminal, and does not show it', async () => {
    const main = join(projectFolder, 'dist/src/cli/main.js');
    const command = `'${process.execPath}' '${main}' user add zhang --role patient --patient p1`;
    const env = { ...process.env, NODE_OPTIONS: '', LC_ALL: 'C', ...store };
    const terminal = spawn('script', ['-qec', command, '/dev/null'], { env });
    let shown = '';
    const answers = [
      ['Password for zhang: ', `${password}\r`],
      ['Once more: ', `${password.replace('77', '7x')}\u007f7\r`],
    ] as const;
    let at = 0;
    terminal.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      const [question, answer] = answers[at] ?? [];
      if (question === undefined || !shown.endsWith(question)) return;
      at++;
      terminal.stdin.write(answer ?? '');
    });
    const [code] = (await once(terminal, 'close')) as [number | null];
    expect({ code, shown }).toEqual({
      code: 0,
      shown: expect.stringMatching(/^Password for zhang: \r\nOnce more: \r\nzhang [a-z0-9]+\r\n$/),
    });
  });
});

describe('The commands for clients, keys and tokens', () => {
  let folder = '';
  let settings: Readonly<Record<string, string>> = {};
  const lianyi = (...args: string[]) => run(args, settings);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lianyi-administration-'));
    settings = { STORE: `sqlite:${join(folder, 'store.db')}`, LOG_LEVEL: 'error', BASE_URL: 'https://fhir.example.org/r4/fhir' };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('client add prints id and secret this once; list shows what may be shown; revoke takes it away', async () => {
    const uris = ['--redirect-uri', 'https://app.example.org/a', '--redirect-uri', 'https://app.example.org/b'];
    const added = await lianyi(
      'client',
      'add',
      '门户',
      '--secret',
      ...uris,
      '--scope',
      'openid launch/patient',
      '--scope',
      'patient/*.rs',
      '--json',
    );
    const { client_id: id, client_secret: secret } = JSON.parse(added.stdout) as Record<string, string>;
    expect([id, secret]).toEqual([expect.stringMatching(/^[\w.~-]+$/), expect.stringMatching(/^[\w.~-]{32,}$/)]);
    const listed = await lianyi('client', 'list', '--json');
    const scopes = ['openid', 'launch/patient', 'patient/*.rs'];
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id, name: '门户', kind: 'secret', redirectUris: [uris[1], uris[3]], scopes }]);
    expect(listed.stdout).not.toContain(secret);
    expect(await lianyi('client', 'revoke', String(id))).toMatchObject({ code: 0 });
    expect(await lianyi('client', 'revoke', String(id))).toEqual({ code: 1, stdout: '', stderr: `There is no client ${id}\n` });
  });

  test('registration-token prints the token alone', async () => {
    expect(await lianyi('registration-token')).toEqual({ code: 0, stdout: expect.stringMatching(/^[\w-]{43}\n$/), stderr: '' });
  });

  test('token prints an access token that the keys of the store have signed; a rotation signs later, one after a theft at once', async () => {
    const printed = await lianyi('token', '--scope', 'patient/*.rs openid', '--patient', 'p1', '--minutes', '5');
    const before = printed.stdout.trim();
    expect(decodeProtectedHeader(before)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
    const claims = decodeJwt(before);
    const expected = { aud: 'https://fhir.example.org/r4/fhir', scope: 'patient/*.rs openid', patient: 'p1', role: 'system-integration' };
    expect(claims).toMatchObject({ iss: 'https://fhir.example.org/r4/auth', ...expected });
    expect(Number(claims.exp) - Number(claims.iat)).toBe(300);
    const rotated = await lianyi('keys', 'rotate');
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[\w-]{43}\n$/) });
    const stolen = await lianyi('keys', 'rotate', '--compromised');
    const after = (await lianyi('token', '--scope', 'system/*.rs')).stdout.trim();
    expect(decodeProtectedHeader(after).kid).toBe(stolen.stdout.trim());
  });

  test.each([
    [['client', 'add', 'x'], 1, /needs a redirect URI/],
    [['client', 'add', 'x', '--jwks', 'package.json', '--scope', 'system/*.rs'], 1, /JSON Web Key Set/],
    [['token', '--scope', 'system/Patient.x'], 2, /"system\/Patient\.x" is no scope/],
    [['token', '--scope', 'patient/*.rs'], 2, /name it with --patient/],
  ])('%j is refused', async (args, code, sentence) => {
    const ended = await lianyi(...args);
    expect(ended).toEqual({ code, stdout: '', stderr: expect.stringMatching(sentence) });
    expect(ended.stderr).not.toContain('    at ');
  });
});
