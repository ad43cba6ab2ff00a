/** Pages of other origins get tokens where their app is registered. Source: SMART App Launch 2.2 app-launch.html#considerations-for-cross-origin-resource-sharing-cors-support */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addClient } from '../../src/auth/clients.js';
import { type AuthServer, addPerson, launch, post, startAuth, types } from './auth-server.js';

const [known, unknown] = ['http://app.example', 'http://evil.example'];
let server: AuthServer;

beforeAll(async () => {
  server = await startAuth();
  server.person.account = (await addPerson(server.states, 'doctor')).id;
  await addClient(server.states, { id: 'app', name: 'App', kind: 'public', redirectUris: [`${known}/cb`] }, { types });
});
afterAll(() => server.close());

const allowed = ({ headers }: { readonly headers: Headers }) => headers.get('access-control-allow-origin');

describe('pages of other origins', () => {
  test('may ask for tokens where the app is registered, and read what is refused', async () => {
    const form = { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'app' };
    const refused = await post(`${server.issuer}/token`, form, { origin: known });
    expect([refused.status, allowed(refused)]).toEqual([400, known]);
    const foreign = await post(`${server.issuer}/token`, form, { origin: unknown });
    expect([foreign.status, allowed(foreign)]).toEqual([400, null]);
  });

  test('are told before they ask that they may', async () => {
    const headers = { origin: known, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    const preflight = await fetch(`${server.issuer}/token`, { method: 'OPTIONS', headers });
    expect([preflight.status, allowed(preflight)]).toEqual([204, known]);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('read the tokens that they exchange a code for and refresh, those of strangers do not', async () => {
    const asked = { scope: 'launch/patient patient/Observation.rs offline_access' };
    const exchanged = await launch(server, 'app', asked, { headers: { origin: known } });
    expect([exchanged.status, allowed(exchanged), exchanged.body.patient]).toEqual([200, known, 'p1']);
    const form = { grant_type: 'refresh_token', refresh_token: exchanged.body.refresh_token, client_id: 'app' };
    const refreshed = await post(`${server.issuer}/token`, form, { origin: known });
    expect([refreshed.status, allowed(refreshed)]).toEqual([200, known]);
    expect(allowed(await launch(server, 'app', asked, { headers: { origin: unknown } }))).toBeNull();
  });
});
