/**
 * Clients whose keys a whole server fetches from where they publish them: what it asks, by which settings, and where it cannot be led.
 * Source: SMART App Launch 2.2 client-confidential-asymmetric.html, RFC 7591 2; OWASP SSRF prevention
 */
import type { RequestListener } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { addRegistrationToken } from '../../src/auth/registration-tokens.js';
import { makeKeys, systemToken } from '../auth/auth-server.js';
import { definitions } from '../built-definitions.js';
import { ask } from '../running-server.js';
import { stores } from '../stores.js';
import { openSite } from './a-site.js';
import { openRegion, type Region } from './region.js';

const keys = makeKeys('ES384', 'k1');
const scope = 'system/Patient.rs';
const publishing: RequestListener = (_req, res) =>
  void res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [keys.jwk] }));

/** The id of a client that has registered itself with keys at an address. */
async function register({ issuer, store }: Region, jwks_uri: string): Promise<string> {
  const token = await addRegistrationToken(store.states, { scope, institution: '*' }, { types: definitions });
  const metadata = { client_name: 'Lab', grant_types: ['client_credentials'], redirect_uris: [], response_types: [], scope, jwks_uri };
  const { status, text, body } = await ask(
    issuer,
    'POST',
    '/register',
    { ...metadata, token_endpoint_auth_method: 'private_key_jwt' },
    { 'content-type': 'application/json', authorization: `Bearer ${token}` },
  );
  if (status !== 201) throw new Error(`It could not register: ${status} ${text}`);
  return body.client_id;
}

describe.each(stores)('a client with keys at a private address on $name', ({ name, open }) => {
  test('comes in by private_key_jwt where the operator allows the address, and reads by its token', async () => {
    const site = await openSite(publishing);
    const region = await openRegion(open, { outboundAllow: [`127.0.0.1:${site.port}`] });
    const client = await register(region, `${site.url}/jwks`);
    const { status, body } = await systemToken(region, client, keys, scope);
    const read = await ask(region.base, 'GET', '/Patient/a', undefined, { authorization: `Bearer ${body.access_token}` });
    const other = await systemToken(region, client, makeKeys('ES384', 'k1'), scope);
    await region.close();
    await site.close();
    expect([status, read.status, other.status, site.hits]).toEqual([200, 200, 401, ['GET /jwks']]);
  });

  test('does not, and is never asked, where nothing is allowed: by its numbers, by its name, by http and by https', async () => {
    const site = await openSite(publishing);
    const region = await openRegion(open);
    const hosts = ['127.0.0.1', '2130706433', 'localhost', '[::1]', '[::ffff:127.0.0.1]'];
    const uris = hosts.flatMap((host) => ['http', 'https'].map((scheme) => `${scheme}://${host}:${site.port}/jwks`));
    for (const uri of [...uris, 'https://169.254.169.254/latest/meta-data', 'https://10.1.2.3/jwks']) {
      const { status, body } = await systemToken(region, await register(region, uri), keys, scope);
      expect([uri, status, body.error, site.connections()]).toEqual([uri, 401, 'invalid_client', 0]);
    }
    await region.close();
    await site.close();
  });

  // Where an answer leads to is no matter of the store.
  if (name !== 'SQLite') return;

  test('is connected to by https where that is allowed: it was for its address that it was not', async () => {
    const site = await openSite(publishing);
    const region = await openRegion(open, { outboundAllow: ['127.0.0.1'] });
    const { status } = await systemToken(region, await register(region, `https://127.0.0.1:${site.port}/jwks`), keys, scope);
    await region.close();
    await site.close();
    // What answers there speaks no TLS.
    expect([status, site.connections(), site.hits]).toEqual([401, 1, []]);
  });

  test('cannot lead elsewhere by a redirect, not even to what is allowed', async () => {
    const inside = await openSite(publishing);
    const site = await openSite(({ url = '' }, res) => void res.writeHead(Number(url.slice(1)), { location: `${inside.url}/jwks` }).end());
    const region = await openRegion(open, { outboundAllow: ['127.0.0.1'] });
    for (const redirect of [301, 302, 303, 307, 308]) {
      site.hits.splice(0);
      const { status } = await systemToken(region, await register(region, `${site.url}/${redirect}`), keys, scope);
      expect([status, site.hits, inside.connections()]).toEqual([401, [`GET /${redirect}`], 0]);
    }
    await region.close();
    await Promise.all([site.close(), inside.close()]);
  });
});
