/** How long things last, told by a clock that is set. Source: SMART App Launch 2.2 app-launch.html, RFC 6749 4.1.2 */
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { addClient } from '../../src/auth/clients.js';
import { makeLaunch } from '../../src/auth/launch-handles.js';
import { type AuthServer, addPerson, authorizeUrl, Browser, codeForm, launch, post, startAuth, types } from './auth-server.js';

let server: AuthServer;
let doctor: string;
const [minute, hour, day] = [60, 3600, 86_400];
let time = Date.now();

function later(seconds: number): void {
  time += seconds * 1000;
}

beforeAll(async () => {
  jest.spyOn(Date, 'now').mockImplementation(() => time);
  server = await startAuth({ lifetimes: { accessToken: hour, refreshToken: 10 * day, session: 8 * hour } });
  doctor = (await addPerson(server.states, 'doctor')).id;
  await addClient(server.states, { id: 'app', name: 'App', kind: 'public', redirectUris: ['http://app.example/cb'] }, { types });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await server.close();
});
beforeEach(() => {
  server.person.account = doctor;
});

const refresh = (refresh_token: string) => post(`${server.issuer}/token`, { grant_type: 'refresh_token', refresh_token, client_id: 'app' });
const isActive = async (token: string) => (await post(`${server.issuer}/introspect`, { token, client_id: 'app' })).body.active;
const scope = (more: string) => ({ scope: `launch/patient patient/Observation.rs ${more}` });

describe('time is over for', () => {
  test('an access token after its lifetime', async () => {
    const { body } = await launch(server, 'app');
    later(hour - 1);
    expect(await isActive(body.access_token)).toBe(true);
    later(10);
    expect(await isActive(body.access_token)).toBe(false);
  });

  test('a code after a minute', async () => {
    const { url, verifier } = authorizeUrl(server, 'app');
    const { location } = await new Browser().go(url);
    later(minute + 1);
    const code = location?.searchParams.get('code') ?? '';
    const form = { ...codeForm(code, verifier), client_id: 'app' };
    expect((await post(`${server.issuer}/token`, form)).body.error).toBe('invalid_grant');
  });

  test('an app that is not used, and not for one that is', async () => {
    let { body } = await launch(server, 'app', scope('offline_access'));
    for (let at = 0; at < 6; at++) {
      later(7 * day);
      ({ body } = await refresh(body.refresh_token));
      expect(body).toMatchObject({ patient: 'p1', scope: scope('offline_access').scope });
    }
    later(10 * day + 1);
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  test('online access with the session, in which nobody needs to sign in again', async () => {
    const browser = new Browser();
    const { body } = await launch(server, 'app', scope('online_access'), { browser });
    later(7 * hour);
    const again = await refresh(body.refresh_token);
    expect(again.status).toBe(200);
    later(hour + 1);
    expect((await refresh(again.body.refresh_token)).status).toBe(400);
    server.person.asked = [];
    await launch(server, 'app', {}, { browser });
    expect(server.person.asked[0]?.prompt).toBe('login');
  });

  test('a launch that nobody took up within five minutes; one that was may be finished', async () => {
    const error = async (browser: Browser, handle: string) =>
      (await browser.go(authorizeUrl(server, 'app', { ...scope('launch'), launch: handle }).url)).location?.searchParams.get('error');
    const make = () => makeLaunch(server.states, { client: 'app', account: doctor, context: { patient: 'p7' } }, Date.now());
    const late = await make();
    later(5 * minute);
    expect(await error(new Browser(), late)).toBe('invalid_request');
    const begun = new Browser();
    const response = await begun.ask(authorizeUrl(server, 'app', { ...scope('launch'), launch: await make() }).url);
    later(10 * minute);
    const { location } = await begun.go(new URL(response.headers.get('location') ?? '', server.issuer).href);
    expect(location?.searchParams.get('code')).toEqual(expect.any(String));
  });

  test('a page that nobody answered', async () => {
    const browser = new Browser();
    const response = await browser.ask(authorizeUrl(server, 'app').url);
    later(21 * minute);
    expect((await browser.ask(new URL(response.headers.get('location') ?? '', server.issuer).href)).status).toBe(404);
    expect(server.logged).toEqual([]);
  });
});
