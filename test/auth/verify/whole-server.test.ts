/** The server with access control, whole: tokens of its own authorization server, seen by all processes on a store, also after a restart. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addClient, type NewClient } from '../../../src/auth/clients.js';
import { rotateKeys } from '../../../src/auth/keys.js';
import { deny } from '../../../src/auth/verify/denied.js';
import { createServer } from '../../../src/server.js';
import { openStore } from '../../../src/store/open.js';
import type { ResourceStore } from '../../../src/store/port.js';
import { definitions } from '../../built-definitions.js';
import { ask, type RunningServer } from '../../running-server.js';
import { stores } from '../../stores.js';
import type { OpenedStore } from '../../test-store.js';
import { until } from '../../until.js';
import { makeKeys, systemToken } from '../auth-server.js';

const keys = makeKeys('ES384', 'k1');
const told: string[] = [];

interface Process extends RunningServer {
  readonly issuer: string;
  readonly port: number;
}

async function start(store: ResourceStore, baseUrl?: string, port = 0): Promise<Process> {
  const server = await createServer({
    store,
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    smart: { onFirstStart: (token) => void told.push(token), pollEvery: 100 },
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
  const { url, door, close } = await server.listen(port);
  return { url, issuer: url.replace(/fhir$/, 'auth'), port: Number(new URL(door).port), close, ask: (...asked) => ask(door, ...asked) };
}

describe.each(stores)('a server with access control on $name', ({ open }) => {
  let opened: OpenedStore;
  let other: ResourceStore;
  let server: Process;
  const tokenOf = async (scope: string) => (await systemToken(server, 'lab', keys, scope)).body.access_token ?? '';
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  beforeAll(async () => {
    told.splice(0);
    opened = await open();
    // As another process has it.
    other = await openStore(opened.url);
    server = await start(opened.store);
    const lab: NewClient = { id: 'lab', name: 'Lab', kind: 'asymmetric', scopes: ['system/*.cruds'], jwks: { keys: [keys.jwk] } };
    await addClient(opened.store.states, lab, { types: definitions });
  }, 60_000);
  afterAll(async () => {
    await server.close();
    await other.close();
    await opened.close();
  });

  test('shows a token for registration at the first start on a store', async () => {
    expect(told).toHaveLength(1);
    const metadata = {
      client_name: 'App',
      redirect_uris: ['https://app.example.org/'],
      token_endpoint_auth_method: 'none',
      scope: 'launch/patient patient/*.rs',
    };
    const register = (token: string) =>
      server.ask('POST', `${server.issuer}/register`, JSON.stringify(metadata), {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      });
    expect((await register(told[0] ?? '')).status).toBe(201);
    expect((await register('wrong')).status).toBe(401);
  });

  test('says where tokens are had, to everybody and as JSON whatever is accepted', async () => {
    for (const accept of ['application/json', 'text/html', 'application/fhir+xml', 'image/png']) {
      const answer = await server.ask('GET', '/.well-known/smart-configuration', undefined, { accept, origin: 'https://app.example.org' });
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('access-control-allow-origin')]).toEqual([
        200,
        'application/json',
        '*',
      ]);
      expect(answer.body.token_endpoint).toBe(`${server.issuer}/token`);
    }
    const head = await server.ask('HEAD', '/.well-known/smart-configuration');
    expect([head.status, head.headers.get('content-type'), head.text]).toEqual([200, 'application/json', '']);
    const preflight = await server.ask('OPTIONS', '/.well-known/smart-configuration', undefined, {
      origin: 'https://app.example.org',
      'access-control-request-method': 'GET',
    });
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect((await server.ask('POST', '/.well-known/smart-configuration', {})).status).toBe(405);
  });

  test('says nothing of addresses where nothing is', async () => {
    const { body } = await server.ask('GET', '/.well-known/smart-configuration');
    const addresses = Object.entries<string>(body).filter(([name]) => /_(endpoint|uri)$/.test(name));
    expect(addresses.map(([name]) => name).sort()).toEqual([
      'authorization_endpoint',
      'end_session_endpoint',
      'introspection_endpoint',
      'jwks_uri',
      'management_endpoint',
      'registration_endpoint',
      'revocation_endpoint',
      'token_endpoint',
    ]);
    const posted = ['token_endpoint', 'introspection_endpoint', 'revocation_endpoint', 'registration_endpoint'];
    for (const [name, address] of addresses) {
      const method = posted.includes(name) ? 'POST' : 'GET';
      const { status } = await fetch(address, { method, redirect: 'manual' });
      expect(`${name} ${status}`).toMatch(/ (200|303|400|401)$/);
    }
  });

  test('lets pages of other origins read its description, and why they are refused', async () => {
    const origin = 'https://app.example.org';
    const described = await server.ask('GET', '/metadata', undefined, { origin });
    expect([described.status, described.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    const refused = await server.ask('GET', '/Observation', undefined, { origin, ...bearer(await tokenOf('system/Patient.rs')) });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, '*']);
    expect(refused.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
    expect(refused.headers.get('www-authenticate')).toContain('insufficient_scope');
  });

  test('says in its CapabilityStatement how to come in', async () => {
    const { body } = await server.ask('GET', '/metadata');
    const { security } = body.rest[0];
    expect(security).toMatchObject({ cors: true, service: [{ coding: [{ code: 'SMART-on-FHIR' }] }] });
    const uris = security.extension[0].extension.map(
      ({ url, valueUri }: { url: string; valueUri: string }) => `${url} ${valueUri.replace(server.issuer, '')}`,
    );
    expect(uris).toEqual([
      'authorize /authorize',
      'token /token',
      'introspect /introspect',
      'revoke /revoke',
      'register /register',
      'manage /grants',
    ]);
  });

  test('lets in with a token, as far as it reaches', async () => {
    const reader = bearer(await tokenOf('system/Patient.rs'));
    const writer = bearer(await tokenOf('system/Patient.cruds'));
    const made = await server.ask('POST', '/Patient', { resourceType: 'Patient', name: [{ text: '王秀英' }] }, writer);
    expect(made.status).toBe(201);
    expect((await server.ask('GET', `/Patient/${made.body.id}`, undefined, reader)).body.name).toEqual([{ text: '王秀英' }]);
    expect((await server.ask('GET', '/Patient?name=wang', undefined, reader)).body.total).toBe(1);
    const refused = await server.ask('POST', '/Patient', { resourceType: 'Patient' }, reader);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([403, expect.stringContaining('scope="system/Patient.c"')]);
    expect((await server.ask('GET', '/Observation', undefined, reader)).status).toBe(403);
    expect((await server.ask('GET', `/Patient/${made.body.id}`)).status).toBe(401);
  });

  test('takes tokens after a restart, and not what was denied in another process', async () => {
    const [kept, dead] = [await tokenOf('system/Patient.rs'), await tokenOf('system/Patient.rs')];
    const { url, port } = server;
    await server.close();
    server = await start(opened.store, url, port);
    expect(told).toHaveLength(1);
    const second = await start(other, url);
    const statuses = async (token: string) =>
      Promise.all([server, second].map(async (one) => (await one.ask('GET', '/Patient?_count=1', undefined, bearer(token))).status));
    for (const token of [kept, dead]) expect(await statuses(token)).toEqual([200, 200]);
    const { jti } = JSON.parse(Buffer.from(dead.split('.')[1] ?? '', 'base64url').toString());
    await deny(opened.store.states, { what: 'jti', id: jti }, 3_600_000);
    expect((await statuses(dead))[0]).toBe(401);
    await until(async () => (await statuses(dead))[1] === 401);
    expect(await statuses(kept)).toEqual([200, 200]);
    await second.close();
  });

  test('takes nothing that was signed by keys that were given away', async () => {
    const token = await tokenOf('system/Patient.rs');
    const status = async (one: string) => (await server.ask('GET', '/Patient?_count=1', undefined, bearer(one))).status;
    expect(await status(token)).toBe(200);
    await rotateKeys(opened.store.states, { compromised: true });
    await until(async () => (await status(token)) === 401);
    expect(await status(await tokenOf('system/Patient.rs'))).toBe(200);
  });
});
