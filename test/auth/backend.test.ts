/** Source: SMART App Launch 2.2 backend-services.html, client-confidential-asymmetric.html */
import { createHmac, createPublicKey } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { addClient } from '../../src/auth/clients.js';
import { openSite } from '../security/a-site.js';
import { type AuthServer, assertion, jwtBearer, type Keys, makeKeys, post, startAuth, systemToken, types } from './auth-server.js';

const [rsa, ec] = [makeKeys('RS384', 'r1'), makeKeys('ES384', 'e1')];
let server: AuthServer;
/** Ahead of the true time, milliseconds: how old fetched keys are is told by the server's clock. */
let clock = 0;

beforeAll(async () => {
  server = await startAuth({ now: () => Date.now() + clock });
  const scopes = ['system/Observation.rs', 'system/Patient.read'];
  const jwks = { keys: [rsa.jwk, ec.jwk] };
  await addClient(server.states, { id: 'lab', name: 'Laboratory', kind: 'asymmetric', jwks, scopes, institution: 'h1' }, { types });
});
afterAll(() => server.close());

describe('backend services', () => {
  test.each([rsa, ec])('a system signs with a key of its own ($alg) and gets a token for five minutes', async (keys) => {
    const { status, headers, body } = await systemToken(server, 'lab', keys, 'system/Observation.rs');
    expect([status, body.scope, body.token_type, body.expires_in, body.refresh_token]).toEqual([
      200,
      'system/Observation.rs',
      'Bearer',
      300,
      undefined,
    ]);
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(decodeProtectedHeader(body.access_token)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
    const claims = decodeJwt(body.access_token);
    expect(claims).toMatchObject({
      iss: server.issuer,
      aud: server.base,
      sub: 'lab',
      client_id: 'lab',
      role: 'system-integration',
      institution: 'h1',
    });
    expect(server.logged).toEqual([]);
  });
});

const token = (form: Record<string, string>) => post(`${server.issuer}/token`, form);
const form = { grant_type: 'client_credentials', scope: 'system/Observation.rs', client_assertion_type: jwtBearer };
const seconds = () => Math.floor(Date.now() / 1000);

describe('a client assertion', () => {
  const endpoint = () => `${server.issuer}/token`;
  const signed = (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}, keys = rsa) =>
    assertion('lab', endpoint(), keys, claims, header);

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['has no iat', {}, {}],
    ['expires in exactly five minutes', { exp: seconds() + 300 }, {}],
    ['names the issuer as its audience', { aud: 'ISSUER' }, {}],
    ['has no typ', {}, { typ: undefined }],
  ])('that %s is taken', async (_, claims, header) => {
    const said = claims.aud === 'ISSUER' ? { ...claims, aud: server.issuer } : claims;
    expect((await token({ ...form, client_assertion: await signed(said, header) })).status).toBe(200);
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['lasts an hour', { exp: seconds() + 3600 }, {}],
    ['is over', { exp: seconds() - 60 }, {}],
    ['has no exp', { exp: undefined }, {}],
    ['has no jti', { jti: undefined }, {}],
    ['has no sub', { sub: undefined }, {}],
    ['has no iss', { iss: undefined }, {}],
    ['is of another issuer than subject', { iss: 'other' }, {}],
    ['is of a client that is none', { iss: 'nobody', sub: 'nobody' }, {}],
    ['is for another server', { aud: 'http://evil.example/auth/token' }, {}],
    ['is for nobody', { aud: undefined }, {}],
    ['is not yet to be used', { nbf: seconds() + 600 }, {}],
    ['names no key', {}, { kid: undefined }],
    ['names another key', {}, { kid: 'e1' }],
    ['names a key that is none', {}, { kid: 'none' }],
    ['says where its key is', {}, { jku: 'http://127.0.0.1:1/jwks' }],
    ['is an access token', {}, { typ: 'at+jwt' }],
  ])('that %s is refused', async (_, claims, header) => {
    const { status, body } = await token({ ...form, client_assertion: await signed(claims, header) });
    expect([status, body.error]).toEqual([expect.any(Number), expect.stringMatching(/^invalid_(client|request)$/)]);
    expect([400, 401]).toContain(status);
  });

  test('the journal says what was wrong with one, whoever asks is not told', async () => {
    server.events.length = 0;
    const { body } = await token({ ...form, client_assertion: await signed({ aud: 'http://evil.example/auth/token' }) });
    expect(body).toEqual({ error: 'invalid_client', error_description: 'client authentication failed' });
    expect(server.events).toMatchObject([
      { kind: 'token-issued', outcome: 'refused', reason: expect.stringMatching(/^invalid_client: .*aud/) },
    ]);
  });

  test('that is signed with what is no signature is refused', async () => {
    const [, payload] = (await signed()).split('.');
    const head = (fields: object) => Buffer.from(JSON.stringify({ kid: 'r1', typ: 'JWT', ...fields })).toString('base64url');
    const pem = createPublicKey({ key: rsa.jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const macs = [pem, String(pem).trim(), JSON.stringify(rsa.jwk), ''].map((key) => {
      const text = `${head({ alg: 'HS384' })}.${payload}`;
      return `${text}.${createHmac('sha384', key).update(text).digest('base64url')}`;
    });
    const none = ['none', 'None', 'NONE'].map((alg) => `${head({ alg })}.${payload}.`);
    for (const client_assertion of [...macs, ...none, 'x', 'x.y.z', '']) {
      const { status, body } = await token({ ...form, client_assertion });
      expect([client_assertion, [400, 401].includes(status), body.access_token]).toEqual([client_assertion, true, undefined]);
    }
  });

  test('is good once, also of twelve that come at the same moment', async () => {
    const client_assertion = await signed();
    const answers = await Promise.all(Array.from({ length: 12 }, () => token({ ...form, client_assertion })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status, body }) => status === 401 && body.error === 'invalid_client')).toHaveLength(11);
  });

  test.each([
    ['another grant_type', { grant_type: 'client_credentials2' }, [400]],
    ['no grant_type', { grant_type: '' }, [400]],
    ['another client_assertion_type', { client_assertion_type: 'urn:x' }, [400, 401]],
    ['no scope', { scope: '' }, [400]],
    ['a scope beyond what is registered', { scope: 'system/Observation.rs system/Observation.c' }, [400]],
    ['the letters of a scope in another order', { scope: 'system/Observation.sr' }, [400]],
    ['a scope of users', { scope: 'user/Observation.rs' }, [400]],
    ['a scope that is none', { scope: 'system/Nothing.rs' }, [400]],
    ['another resource', { resource: 'https://other.example/fhir' }, [400]],
  ])('with %s gives no token', async (_, wrong, statuses) => {
    const { status, body } = await token({ ...form, client_assertion: await signed(), ...wrong });
    expect(statuses).toContain(status);
    expect(body.error).toEqual(expect.any(String));
  });

  test('that was made for another server is not taken under that server’s name', async () => {
    const client_assertion = await assertion('lab', 'http://evil.example/auth/token', rsa);
    const { port } = new URL(server.issuer);
    const body = new URLSearchParams({ ...form, client_assertion }).toString();
    const headers = { host: 'evil.example', 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
    const status = await new Promise((resolve) => {
      request({ host: '127.0.0.1', port, method: 'POST', path: '/auth/token', headers }, (res) => resolve(res.resume().statusCode)).end(
        body,
      );
    });
    expect(status).toBe(421);
  });

  test('is written in full version 1 as asked', async () => {
    expect((await systemToken(server, 'lab', rsa, 'system/Patient.read')).body.scope).toBe('system/Patient.read');
  });
});

describe('keys at an address of the client', () => {
  let site: Server;
  let served: { keys: readonly object[]; headers: Record<string, string>; status?: number } = { keys: [], headers: {} };
  let fetches = 0;
  let jwksUri = '';
  const late = makeKeys('ES384', 'late');

  beforeAll(async () => {
    site = createServer((_req, res) => {
      fetches++;
      res
        .writeHead(served.status ?? 200, { 'content-type': 'application/json', ...served.headers })
        .end(JSON.stringify({ keys: served.keys }));
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const { port } = site.address() as AddressInfo;
    jwksUri = `http://127.0.0.1:${port}/jwks`;
    await addClient(server.states, { id: 'remote', name: 'Remote', kind: 'asymmetric', jwksUri, scopes: ['system/*.rs'] }, { types });
  });
  afterAll(() => new Promise((resolve) => site.close(resolve)));

  test('are kept as long as they say, and no longer', async () => {
    served = { keys: [ec.jwk], headers: { 'cache-control': 'max-age=300' } };
    const ask = async (keys = ec) => (await systemToken(server, 'remote', keys, 'system/Patient.rs')).status;
    expect([await ask(), await ask(), fetches]).toEqual([200, 200, 1]);
    clock += 200_000;
    expect([await ask(), fetches]).toEqual([200, 1]);
    // What was withdrawn is refused as soon as the time is over.
    served = { keys: [rsa.jwk], headers: { 'cache-control': 'no-store' } };
    clock += 101_000;
    expect([await ask(), fetches]).toEqual([401, 2]);
    expect([await ask(rsa), fetches]).toEqual([200, 3]);
  });

  test('are asked for anew where one is not known, and not for every try', async () => {
    served = { keys: [ec.jwk], headers: {} };
    const ask = async (keys = ec) => (await systemToken(server, 'remote', keys, 'system/Patient.rs')).status;
    expect(await ask()).toBe(200);
    served = { keys: [ec.jwk, late.jwk], headers: {} };
    const before = fetches;
    expect([await ask(late), fetches - before]).toEqual([401, 0]);
    clock += 2001;
    expect([await ask(late), fetches - before]).toEqual([200, 1]);
  });

  test('are not looked for where an assertion says they are: jku is the registered address or nothing', async () => {
    const elsewhere = await openSite((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [ec.jwk, late.jwk] }));
    });
    const foreign = `${elsewhere.url}/jwks`;
    served = { keys: [ec.jwk], headers: { 'cache-control': 'no-store' } };
    clock += 100_000;
    const ask = async (client: string, keys: Keys, jku: string) => {
      const client_assertion = await assertion(client, `${server.issuer}/token`, keys, {}, { jku });
      const { status, body } = await token({ ...form, client_assertion });
      return [status, body.error];
    };
    for (const [client, keys] of [
      ['remote', ec],
      ['remote', late],
      ['lab', ec],
      ['lab', late],
    ] as const)
      expect([client, keys.kid, ...(await ask(client, keys, foreign))]).toEqual([client, keys.kid, 401, 'invalid_client']);
    expect(await ask('remote', ec, `${jwksUri}?`)).toEqual([401, 'invalid_client']);
    expect(await ask('remote', ec, jwksUri)).toEqual([200, undefined]);
    expect(elsewhere.hits).toEqual([]);
    await elsewhere.close();
  });

  test('that cannot be had are no keys', async () => {
    served = { keys: [], headers: {}, status: 500 };
    clock += 100_000;
    expect((await systemToken(server, 'remote', ec, 'system/Patient.rs')).body.error).toBe('invalid_client');
  });
});
