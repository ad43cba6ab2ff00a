/**
 * What an operator does by the command line holds at a server that goes on in a process of its own, on both stores: within the two seconds
 * between its looks at the store, for which more is waited here, since machines are shared.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeProtectedHeader } from 'jose';
import { hospital, patients } from '../../scripts/demo/people.js';
import { makeKeys, post, systemToken } from '../auth/auth-server.js';
import { ask } from '../running-server.js';
import { stores } from '../stores.js';
import { until } from '../until.js';
import { newVisitor } from '../web-visitor.js';
import { run } from './command.js';
import { newApp } from './smart-app.js';
import { openSmartRegion, password, type SmartRegion } from './smart-region.js';
import { type Traveller, throughPages } from './through-pages.js';

const redirectUri = 'http://127.0.0.1:9/back';
const keys = makeKeys('ES384', 'k1');
const MOST = 10_000;
/** Starts of the command, each of a second and more on a busy machine. */
const COMMANDS = 120_000;

describe.each(stores)('beside a server on $name', ({ open }) => {
  let region: SmartRegion;
  let folder: string;
  let jwks: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lianyi-beside-'));
    jwks = join(folder, 'keys.json');
    await writeFile(jwks, JSON.stringify({ keys: [keys.jwk] }));
    region = await openSmartRegion(open);
  }, COMMANDS);
  afterAll(async () => {
    await region.close();
    await rm(folder, { recursive: true, force: true });
  });

  const lianyi = async (args: readonly string[], input?: string): Promise<string> => {
    const { code, stdout, stderr } = await run(args, { STORE: region.store, LOG_LEVEL: 'error' }, input);
    expect([args, code, stderr]).toEqual([args, 0, expect.any(String)]);
    return stdout.trim();
  };
  const addSystem = async (name: string): Promise<string> => {
    const line = await lianyi(['client', 'add', name, '--jwks', jwks, '--scope', 'system/*.rs', '--institution', hospital, '--json']);
    return (JSON.parse(line) as { readonly client_id: string }).client_id;
  };
  const tokenOf = async (client: string) => String((await systemToken(region, client, keys, 'system/Patient.rs')).body.access_token);
  const statusOf = async (token: string, path = `/Patient/${patients.zhang}`) =>
    (await ask(region.base, 'GET', path, undefined, { authorization: `Bearer ${token}` })).status;
  const published = async () => {
    const { body } = await ask(region.issuer, 'GET', '/jwks');
    return (body.keys as readonly { readonly kid: string }[]).map(({ kid }) => kid);
  };

  test(
    'an account that is added signs in; one that is locked neither signs in, nor reads by what it has, nor refreshes it',
    async () => {
      await lianyi(['user', 'add', 'zhang', '--role', 'patient', '--patient', patients.zhang, '--password-stdin'], `${password}\n`);
      const scope = 'openid fhirUser launch/patient offline_access patient/Patient.rs';
      const added = await lianyi(['client', 'add', 'App', '--redirect-uri', redirectUri, '--scope', scope, '--json']);
      const { client_id: clientId } = JSON.parse(added) as { readonly client_id: string };
      const zhang = (): Traveller => ({ visitor: newVisitor(), name: 'zhang', password });
      const signIn = async () => {
        const app = newApp(redirectUri);
        const { back } = await throughPages(zhang(), await app.begin({ clientId, scope, iss: region.base }), redirectUri);
        return app.finish(back);
      };
      const refresh = (refresh_token: unknown) =>
        post(`${region.issuer}/token`, { grant_type: 'refresh_token', refresh_token: String(refresh_token), client_id: clientId });
      const first = await signIn();
      const { access_token: token, refresh_token } = (await refresh(first.state.tokenResponse?.refresh_token)).body;
      expect(await statusOf(token)).toBe(200);

      await lianyi(['user', 'lock', 'zhang']);
      await until(async () => (await statusOf(token)) === 401, MOST);
      expect((await refresh(refresh_token)).body.error).toBe('invalid_grant');
      await expect(signIn()).rejects.toThrow('该账户已被锁定');

      await lianyi(['user', 'unlock', 'zhang']);
      expect(await statusOf(String((await signIn()).state.tokenResponse?.access_token))).toBe(200);
      expect(await statusOf(token)).toBe(401);
    },
    COMMANDS,
  );

  test(
    'a client that is added has tokens at once; one that is revoked has none, and what it had are none',
    async () => {
      const [kept, revoked] = [await addSystem('Kept'), await addSystem('Revoked')];
      const [theirs, its] = [await tokenOf(kept), await tokenOf(revoked)];
      expect([await statusOf(theirs), await statusOf(its)]).toEqual([200, 200]);
      await lianyi(['client', 'revoke', revoked]);
      expect((await systemToken(region, revoked, keys, 'system/Patient.rs')).body.error).toBe('invalid_client');
      await until(async () => (await statusOf(its)) === 401, MOST);
      expect([await statusOf(theirs), await statusOf(await tokenOf(kept))]).toEqual([200, 200]);
    },
    COMMANDS,
  );

  test(
    'a token for registration registers a client, for no more than it was made for',
    async () => {
      const made = await lianyi(['registration-token', '--scope', 'system/Patient.rs', '--institution', hospital, '--days', '1']);
      const system = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'], jwks: { keys: [keys.jwk] } };
      const register = (scope: string, token: string) =>
        ask(
          region.issuer,
          'POST',
          '/register',
          { client_name: 'Lab', token_endpoint_auth_method: 'private_key_jwt', scope, ...system },
          { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        );
      const { status, body } = await register('system/Patient.rs', made);
      expect(status).toBe(201);
      expect(await statusOf(await tokenOf(body.client_id))).toBe(200);
      const wider = await register('system/*.cruds', made);
      const granted = wider.status === 201 ? await systemToken(region, wider.body.client_id, keys, 'system/*.cruds') : wider;
      expect([granted.status, granted.body.access_token]).toEqual([400, undefined]);
      expect((await register('system/Patient.rs', `${made.slice(0, -1)}${made.endsWith('A') ? 'B' : 'A'}`)).status).toBe(401);
    },
    COMMANDS,
  );

  test(
    'keys that are rotated are published at once and sign later; after a theft they sign, and what was signed before is refused',
    async () => {
      const client = await addSystem('Keys');
      const old = await tokenOf(client);
      const signer = decodeProtectedHeader(old).kid ?? '';
      const next = await lianyi(['keys', 'rotate']);
      await until(async () => (await published()).includes(next), MOST);
      expect([await published(), decodeProtectedHeader(await tokenOf(client)).kid]).toEqual([
        expect.arrayContaining([signer, next]),
        signer,
      ]);
      expect(await statusOf(old)).toBe(200);

      const safe = await lianyi(['keys', 'rotate', '--compromised']);
      await until(async () => (await statusOf(old)) === 401, MOST);
      const anew = await tokenOf(client);
      expect([await published(), decodeProtectedHeader(anew).kid, await statusOf(anew)]).toEqual([[safe], safe, 200]);
    },
    COMMANDS,
  );
});
