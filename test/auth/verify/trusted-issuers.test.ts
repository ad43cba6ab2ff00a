/** Tokens of another authorization server, which the operator has listed. Source: OpenID Connect Discovery 1.0 4.3, RFC 8725 §3.8 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Access, unrestricted } from '../../../src/access/access.js';
import type { Principal } from '../../../src/access/principal.js';
import { readTrustedIssuers, trustedIssuers } from '../../../src/auth/verify/trusted-issuers.js';
import { createVerifier, type Verifier } from '../../../src/auth/verify/verifier.js';
import { createOutbound } from '../../../src/outbound/outbound.js';
import { anIssuer, base } from './an-issuer.js';

let server: Server;
let theirs: string;
let asked: string[] = [];
let clock = 0;
const now = () => Date.now() + clock;
const [first, second] = [anIssuer(now), anIssuer(now)];
let published = [first];
let isThere = true;
const faults: unknown[] = [];
const denied = { generation: 0, has: () => false, isFresh: () => true, refresh: async () => undefined, close: () => undefined };

beforeAll(async () => {
  server = createServer((req, res) => {
    asked.push(req.url ?? '');
    if (!isThere) return void res.writeHead(503).end();
    const keys = published.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }));
    const odd = [null, {}, { kid: 'e', use: 'enc' }, { kid: 'o', kty: 'oct', k: 'AAAA' }, { kid: 'x', kty: 'RSA', n: '!' }];
    const answers: Record<string, object> = {
      '/realm/.well-known/openid-configuration': { issuer: theirs, jwks_uri: `${theirs}/keys` },
      '/other/.well-known/openid-configuration': { issuer: theirs, jwks_uri: `${theirs}/keys` },
      '/realm/keys': { keys: [...odd, ...keys] },
    };
    res.end(JSON.stringify(answers[req.url ?? ''] ?? {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  theirs = `http://127.0.0.1:${(server.address() as AddressInfo).port}/realm`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let seen: Principal[];
function verifierBy(yaml: string): Verifier {
  const fetch = createOutbound({ allow: ['127.0.0.1'] });
  const issuers = trustedIssuers(readTrustedIssuers(yaml), { base, fetch, now, onFault: (error) => void faults.push(error) });
  const accessFor = (principal: Principal): Access => {
    seen.push(principal);
    return unrestricted;
  };
  return createVerifier({ issuers, denied, accessFor, addressOf: () => '', now });
}

/** As Keycloak has them. */
const listed = () => `
- issuer: ${theirs}
  audience: fhir
  claims: { role: realm_access.roles, institution: hospital, patient: "https://sso/claims.patient" }
  roles: { doctor: clinician, patient: patient }
  scopePrefix: "fhir:"
`;
const claims = (more: object = {}) => ({
  iss: theirs,
  aud: ['account', 'fhir'],
  sub: 'u1',
  client_id: undefined,
  azp: 'app',
  role: undefined,
  gid: undefined,
  realm_access: { roles: ['uma', 'doctor'] },
  hospital: 'h1',
  'https://sso/claims.patient': 'p1',
  fhirUser: `${base}/Practitioner/7`,
  scope: 'openid fhir:user/Patient.rs',
  ...more,
});

describe('another issuer', () => {
  let verifier: Verifier;
  beforeEach(() => {
    [seen, asked, clock, published, isThere] = [[], [], 0, [first], true];
    verifier = verifierBy(listed());
  });

  test('is asked for its keys once, and its claims are brought to our names', async () => {
    for (let times = 0; times < 3; times++)
      expect(await verifier.verify(first.token(claims({ jti: `j${times}` }), { typ: 'JWT' }))).toBeDefined();
    expect(asked).toEqual(['/realm/.well-known/openid-configuration', '/realm/keys']);
    expect(seen[0]).toMatchObject({
      client: `${theirs}#app`,
      account: `${theirs}#u1`,
      role: 'clinician',
      institution: 'h1',
      patient: 'p1',
      fhirUser: 'Practitioner/7',
      scope: 'user/Patient.rs',
      issuer: theirs,
      tokenId: `${theirs}#j0`,
    });
  });

  test.each([
    ['another audience', { aud: 'account' }],
    ['no role that is listed', { realm_access: { roles: ['admin'] } }],
    ['a role by the name of a property', { realm_access: { roles: ['constructor'] } }],
    ['our role by its own name', { realm_access: { roles: ['clinician'] } }],
    ['no client', { azp: undefined }],
    ['no person', { sub: undefined }],
    ['a patient that is no id', { 'https://sso/claims.patient': 'Patient?x' }],
    ['scopes that are none', { scope: undefined }],
  ])('is refused with %s', async (_name, more) => {
    expect(await verifier.verify(first.token(claims(more)))).toBe(undefined);
  });

  test('has only what its claims say: what cannot be read narrows', async () => {
    await verifier.verify(first.token(claims({ hospital: '*', fhirUser: 'https://elsewhere.example.org/fhir/Practitioner/7' })));
    expect(seen[0]).not.toHaveProperty('institution');
    expect(seen[0]).not.toHaveProperty('fhirUser');
  });

  test('may change its keys: unknown ones are looked for, but not at every token', async () => {
    expect(await verifier.verify(second.token(claims()))).toBe(undefined);
    published = [second];
    for (let times = 0; times < 5; times++) expect(await verifier.verify(second.token(claims()))).toBe(undefined);
    expect(asked).toHaveLength(2);
    clock = 31_000;
    expect(await verifier.verify(second.token(claims()))).toBeDefined();
    expect(await verifier.verify(first.token(claims()))).toBe(undefined);
    expect(asked).toHaveLength(3);
  });

  test('may be away for a while: its keys count for a day', async () => {
    expect(await verifier.verify(first.token(claims()))).toBeDefined();
    isThere = false;
    clock = 23 * 3_600_000;
    expect(await verifier.verify(first.token(claims()))).toBeDefined();
    clock = 25 * 3_600_000;
    expect(await verifier.verify(first.token(claims()))).toBe(undefined);
    expect(faults.length).toBeGreaterThan(0);
  });

  test('has to be who it says in its configuration', async () => {
    const other = theirs.replace('realm', 'other');
    verifier = verifierBy(listed().replace(theirs, other));
    expect(await verifier.verify(first.token(claims({ iss: other })))).toBe(undefined);
    expect(asked).toEqual(['/other/.well-known/openid-configuration']);
  });
});

test.each([
  ['- audience: x', "must have required property 'issuer'"],
  ['- issuer: sso.example.org', 'must match pattern'],
  ['- { issuer: "https://sso.example.org", algorithms: [HS256] }', 'must be equal to one of the allowed values'],
  ['- { issuer: "https://sso.example.org", algorithms: [none] }', 'must be equal to one of the allowed values'],
  ['- { issuer: "https://sso.example.org", secret: x }', 'must NOT have additional properties'],
  ['issuer: https://sso.example.org', 'must be array'],
])('a list that is not right is refused: %s', (yaml, sentence) => {
  expect(() => readTrustedIssuers(yaml)).toThrow(sentence);
});

test('an empty list trusts nobody', () => {
  expect(readTrustedIssuers('')).toEqual([]);
});
