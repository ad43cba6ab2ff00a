/** Source: SMART App Launch 2.2 backend-services.html, client-confidential-asymmetric.html */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { addClient } from '../../src/auth/clients.js';
import { type AuthServer, makeKeys, startAuth, systemToken, types } from './auth-server.js';

const [rsa, ec] = [makeKeys('RS384', 'r1'), makeKeys('ES384', 'e1')];
let server: AuthServer;

beforeAll(async () => {
  server = await startAuth();
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
