/** `lianyi serve` with access control on and nothing else set: what the operator is told, once. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { run, serve } from './command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-first-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the first start on a store shows a token with which an app registers; each says how to go on and warns of what is not safe, in the terminal’s language', async () => {
  const environment = { STORE: `sqlite:${join(folder, 'first.db')}`, ACCESS: 'smart' };
  const first = await serve(environment);
  const shown = await first.says(/for the first time[\s\S]*smart-configuration\n/);
  expect(await first.says(/guide +http:\S+/)).toContain(first.base.replace(/fhir$/, 'guide/'));
  expect(await first.says(/data +\S+/)).toContain(join(folder, 'first.db'));
  const [, token = ''] = /^ {2}([\w-]{43})$/m.exec(shown) ?? [];
  const app = { client_name: 'App', redirect_uris: ['https://app.example.org/'], token_endpoint_auth_method: 'none' };
  const { status } = await fetch(`${first.base.replace(/fhir$/, 'auth')}/register`, {
    method: 'POST',
    body: JSON.stringify(app),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  });
  expect(status).toBe(201);
  expect((await fetch(`${first.base}/Patient`)).status).toBe(401);
  expect(await first.stop()).toBe(0);

  const second = await serve({ ...environment, BASE_URL: 'http://fhir.example.org/fhir', LC_ALL: 'zh_CN.UTF-8' });
  expect(await second.says(/警告：.*/)).toContain('http://fhir.example.org/fhir 不是 https');
  expect(await second.says(/实施指南 .*/)).toContain('http://fhir.example.org/guide/');
  expect(second.line).not.toContain('首次');
  await second.says(/警告：未设置 SECRETS_KEY_FILE，签名私钥与第二因素以明文保存在存储中/);
  expect(await second.stop()).toBe(0);

  const file = join(folder, 'secrets.key');
  await writeFile(file, `${randomBytes(32).toString('base64')}\n`);
  const sealed = await run(['keys', 'reencrypt'], { ...environment, SECRETS_KEY_FILE: file });
  expect(sealed).toEqual({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^\d+ secrets are sealed anew, all with the key [0-9a-f]{8}\n$/),
  });
  const without = await run(['serve'], { ...environment, PORT: '0' });
  expect(without).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^Secrets in this store are sealed with .*, but SECRETS_KEY_FILE is not set: .*\n$/),
  });
}, 60_000);
