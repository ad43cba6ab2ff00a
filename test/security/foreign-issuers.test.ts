/**
 * A whole server that takes the tokens of another authorization server, by the settings that an operator writes: what they open and what
 * they do not, how it follows the other's keys, and that nothing private is asked for them that is not allowed.
 * Source: OpenID Connect Discovery 1.0 4.3, RFC 8725 §3, RFC 6750 §3.1; OWASP SSRF prevention
 */
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { smartOptions } from '../../src/cli/smart-options.js';
import { readConfig } from '../../src/config.js';
import type { SmartOptions } from '../../src/server-options.js';
import { anIssuer, type Issuing, jws, part } from '../auth/verify/an-issuer.js';
import { type Answered, ask } from '../running-server.js';
import { stores } from '../stores.js';
import { openSite, type Site } from './a-site.js';
import { openRegion, type Region } from './region.js';

let folder: string;
let clock = 0;
const now = () => Date.now() + clock;
const [first, second, stranger] = [anIssuer(now), anIssuer(now), anIssuer(now)];
let published: readonly Issuing[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-issuers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the other authorization server publishes. */
const realm: RequestListener = (req, res) => {
  const here = `http://${req.headers.host}`;
  const keys = published.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }));
  const answers: Record<string, object> = {
    '/realm/.well-known/openid-configuration': { issuer: `${here}/realm`, jwks_uri: `${here}/keys` },
    '/keys': { keys },
  };
  res.end(JSON.stringify(answers[req.url ?? ''] ?? {}));
};

/** As the settings say: nobody is told to wait here, however many tokens are wrong. */
async function settingsOf(issuers: string, more: Readonly<Record<string, string>> = {}): Promise<SmartOptions> {
  const file = join(folder, 'issuers.yaml');
  await writeFile(file, issuers);
  const config = readConfig({ ACCESS: 'smart', TRUSTED_ISSUERS: file, RATE_LIMIT: 'off', ...more });
  return { ...smartOptions(config, () => undefined).smart, now };
}

const listed = (site: Site) => `
- issuer: ${site.url}/realm
  claims: { role: groups, patient: hospital.patient }
  roles: { insured: patient, doctor: clinician }
  scopePrefix: "fhir:"
`;
const scope = 'openid fhir:patient/Patient.rs fhir:patient/Observation.rs';
/** Of the person of patient `a`. */
const claimsFor = (site: Site, { base }: Region, more: object = {}) => ({
  iss: `${site.url}/realm`,
  aud: base,
  sub: 'u1',
  role: undefined,
  gid: undefined,
  groups: ['insured'],
  hospital: { patient: 'a' },
  fhirUser: `${base}/Patient/a`,
  scope,
  ...more,
});
const bearing = ({ base }: Region, token: string, method = 'GET', path = '/Patient/a', body?: unknown) =>
  ask(base, method, path, body, { authorization: `Bearer ${token}` });
const total = ({ status, body }: Answered): readonly unknown[] => [status, body.total];

describe.each(stores)('tokens of another issuer on $name', ({ open }) => {
  let site: Site;
  let region: Region;
  const claims = (more: object = {}) => claimsFor(site, region, more);
  const status = async (token: string) => (await bearing(region, token)).status;

  beforeAll(async () => {
    [clock, published] = [0, [first]];
    site = await openSite(realm);
    region = await openRegion(open, await settingsOf(listed(site), { OUTBOUND_ALLOW: `127.0.0.1:${site.port}` }));
  }, 60_000);
  afterAll(async () => {
    await region.close();
    await site.close();
  });

  test('open what their scopes, their patient and the policy allow, and no more', async () => {
    const token = first.token(claims());
    const by = (path: string, method?: string, body?: unknown) => bearing(region, token, method, path, body);
    expect((await by('/Patient/a')).body).toMatchObject({ id: 'a', name: [{ text: 'Own' }] });
    expect(total(await by('/Patient'))).toEqual([200, 1]);
    expect(total(await by('/Observation'))).toEqual([200, 2]);
    expect((await by('/Patient/b')).status).toBe(404);
    expect((await by('/Condition')).status).toBe(403);
    const observation = { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: 'Patient/a' } };
    expect((await by('/Observation', 'POST', observation)).status).toBe(403);
    expect(site.hits).toEqual(['GET /realm/.well-known/openid-configuration', 'GET /keys']);
  });

  test('do not open by their scopes what the policy keeps from their role', async () => {
    for (const [wide, allowed] of [
      ['fhir:system/*.cruds', [403, 403, 403, undefined, 403]],
      ['fhir:user/*.cruds', [200, 404, 200, 1, 403]],
    ] as const) {
      const token = first.token(claims({ scope: wide }));
      const by = (path: string, method?: string, body?: unknown) => bearing(region, token, method, path, body);
      const taken = { resourceType: 'Patient', id: 'b', name: [{ text: 'taken' }] };
      const [own, other, found] = [await by('/Patient/a'), await by('/Patient/b'), await by('/Patient')];
      const { status } = await by('/Patient/b', 'PUT', taken);
      expect([wide, [own.status, other.status, ...total(found), status]]).toEqual([wide, allowed]);
    }
    const bare = await bearing(region, first.token(claims({ scope: 'patient/Patient.rs' })));
    expect([bare.status, (await region.truth('GET', '/Patient/b')).body.meta.versionId]).toEqual([403, '1']);
  });

  test('are refused with 401 where anything about them is wrong', async () => {
    const seconds = Math.floor(now() / 1000);
    const pem = first.publicKey.export({ type: 'spki', format: 'pem' });
    const mac = (key: string | Buffer) => (text: string) => createHmac('sha256', key).update(text).digest('base64url');
    const hashed = { alg: 'HS256', typ: 'JWT', kid: first.kid };
    const right = { client_id: 'app', jti: 'x', iat: seconds, exp: seconds + 300, ...claims() };
    const wrong: Readonly<Record<string, string>> = {
      'another audience': first.token(claims({ aud: `${region.base}/other` })),
      'no audience': first.token(claims({ aud: undefined })),
      'an issuer that is not listed': first.token(claims({ iss: `${site.url}/other` })),
      'our own issuer': first.token(claims({ iss: region.issuer })),
      'the issuer with a slash': first.token(claims({ iss: `${site.url}/realm/` })),
      'a key that is unknown': stranger.token(claims()),
      'no name of a key': first.token(claims(), { kid: undefined }),
      'another key under the same name': stranger.token(claims(), { kid: first.kid }),
      'a time that is over': first.token(claims({ iat: seconds - 600, exp: seconds - 60 })),
      'a time to come': first.token(claims({ nbf: seconds + 600 })),
      'no role that is listed': first.token(claims({ groups: ['patient'] })),
      'no signature': jws({ alg: 'none', typ: 'JWT', kid: first.kid }, right, () => ''),
      'no signature, spelled otherwise': jws({ alg: 'NoNe', typ: 'JWT', kid: first.kid }, right, () => ''),
      'the public key as a secret': jws(hashed, right, mac(pem)),
      'the public key as a secret, in binary': jws(hashed, right, mac(first.publicKey.export({ type: 'spki', format: 'der' }))),
      'an algorithm that is not listed': first.token(claims(), { alg: 'RS512' }),
      'other claims under its signature': first.token(claims()).replace(/\.[^.]+\./, `.${part({ ...right, hospital: { patient: 'b' } })}.`),
    };
    for (const [what, token] of Object.entries(wrong)) {
      const { status, headers } = await bearing(region, token);
      expect([what, status, headers.get('www-authenticate')]).toEqual([what, 401, expect.stringContaining('error="invalid_token"')]);
    }
    expect(await status(jws({ alg: 'RS256', typ: 'JWT', kid: first.kid }, right, () => first.token(claims()).split('.')[2] ?? ''))).toBe(
      401,
    );
    expect(await status(first.token(claims()))).toBe(200);
  });

  test('are taken by a new key when the issuer has changed it', async () => {
    published = [second];
    clock += 31_000;
    const before = site.hits.length;
    expect(await status(second.token(claims()))).toBe(200);
    expect(site.hits.slice(before)).toEqual(['GET /keys']);
    expect(await status(first.token(claims()))).toBe(401);
  });

  test('count by the keys that are known while their issuer is away; unknown keys are none', async () => {
    const known = second.token(claims());
    expect([await status(known), region.logged]).toEqual([200, []]);
    await site.close();
    clock += 31_000;
    expect([await status(known), await status(second.token(claims())), await status(stranger.token(claims()))]).toEqual([200, 200, 401]);
    expect(region.logged).toMatchObject([{ err: { message: expect.stringContaining('could not be asked') } }]);
  });
});

describe.each(stores)('an issuer at a private address on $name', ({ name, open }) => {
  test('is never asked unless the operator allows it, and its tokens are refused', async () => {
    [clock, published] = [0, [first]];
    const site = await openSite(realm);
    for (const allow of ['', `localhost, 127.0.0.1:${site.port + 1}`]) {
      const region = await openRegion(open, await settingsOf(listed(site), { OUTBOUND_ALLOW: allow }));
      const { status } = await bearing(region, first.token(claimsFor(site, region)));
      await region.close();
      expect([allow, status, site.connections()]).toEqual([allow, 401, 0]);
      expect(region.logged).toMatchObject([{ err: { message: expect.stringContaining('OUTBOUND_ALLOW') } }]);
    }
    const region = await openRegion(open, await settingsOf(listed(site), { OUTBOUND_ALLOW: '127.0.0.1' }));
    const { status } = await bearing(region, first.token(claimsFor(site, region)));
    await region.close();
    await site.close();
    expect([status, site.hits.length]).toEqual([200, 2]);
  }, 60_000);

  // Which addresses are private is no matter of the store.
  if (name !== 'SQLite') return;

  test('is refused for its address, also by https and however it is spelled', async () => {
    const site = await openSite(realm);
    const hosts = [
      ...['127.0.0.1', '127.1', '2130706433', '0x7f.1', '0.0.0.0', 'localhost'],
      ...['169.254.169.254', '10.1.2.3', '172.16.0.1', '192.168.1.1'],
      ...['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '[fd00::1]', '[fe80::1]'],
    ];
    const issuers = hosts.map((host) => `https://${host}:${site.port}/realm`);
    const region = await openRegion(open, await settingsOf(issuers.map((issuer) => `- { issuer: "${issuer}", role: patient }`).join('\n')));
    for (const iss of issuers) {
      region.logged.splice(0);
      const { status } = await bearing(region, first.token(claimsFor(site, region, { iss })));
      expect([iss, status, site.connections()]).toEqual([iss, 401, 0]);
      expect([iss, region.logged]).toMatchObject([iss, [{ err: { message: expect.stringContaining('an address that is not public') } }]]);
    }
    await region.close();
    await site.close();
  }, 60_000);
});
