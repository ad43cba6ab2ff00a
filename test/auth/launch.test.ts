/** Source: SMART App Launch 2.2 app-launch.html, scopes-and-launch-context.html */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { addClient } from '../../src/auth/clients.js';
import { wholeClaims } from '../../src/auth/kept-claims.js';
import {
  type AuthServer,
  addPerson,
  authorizeUrl,
  Browser,
  codeForm,
  launch,
  makeKeys,
  post,
  startAuth,
  systemToken,
  types,
} from './auth-server.js';

const keys = makeKeys('ES384', 'k1');
let server: AuthServer;
let doctor: string;
let nurse: string;
let ehrSecret = '';
const redirectUris = ['http://app.example/cb', 'http://app.example/cb?x=1'];
const everything = [
  'openid',
  'fhirUser',
  'profile',
  'offline_access',
  'online_access',
  'launch',
  'launch/patient',
  'launch/encounter',
  '__btg',
];

beforeAll(async () => {
  server = await startAuth();
  const { states } = server;
  doctor = (await addPerson(states, 'doctor')).id;
  nurse = (await addPerson(states, 'nurse', 'analyst')).id;
  const scopes = [...everything, 'patient/*.cruds', 'user/Observation.rs', 'user/Condition.rs?category=problem'];
  await addClient(states, { id: 'app', name: 'App', kind: 'public', redirectUris, scopes }, { types });
  await addClient(states, { id: 'other', name: 'Other', kind: 'public', redirectUris, scopes }, { types });
  const ehr = await addClient(states, { id: 'ehr', name: 'EHR', kind: 'secret', mayLaunch: true, scopes: [] }, { types });
  ehrSecret = ehr.secret ?? '';
  const hub = {
    id: 'hub',
    name: 'Hub',
    kind: 'asymmetric',
    jwks: { keys: [keys.jwk] },
    mayLaunch: true,
    scopes: ['system/Patient.rs'],
  } as const;
  await addClient(states, hub, { types });
  await addClient(states, { id: 'desktop', name: 'Desktop', kind: 'public', redirectUris, mayLaunch: true }, { types });
  await expect(addClient(states, { ...hub, id: 'hub2', scopes: [] }, { types })).rejects.toThrow('needs a system/ scope');
});
afterAll(() => server.close());
beforeEach(() => {
  server.person.account = doctor;
  server.person.asked = [];
  server.person.give = ({ scopes }) => ({ scopes: scopes.map(({ text }) => text), patient: 'p1' });
});

async function makeLaunch(said: object, headers: Readonly<Record<string, string>> = basic('ehr', ehrSecret)) {
  const response = await fetch(`${server.issuer}/launch`, { method: 'POST', body: JSON.stringify(said), headers });
  return { status: response.status, body: (await response.json()) as { readonly launch: string } };
}

function basic(id: string, secret: string) {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

describe('standalone launch', () => {
  test('the token says what was granted and for which patient, beside it and in it', async () => {
    const { status, headers, body } = await launch(server, 'app');
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, patient: 'p1', need_patient_banner: true });
    expect(body.scope).toBe('openid fhirUser launch/patient patient/Observation.rs');
    expect(body.refresh_token).toBeUndefined();
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    const claims = decodeJwt(body.access_token);
    const said = { aud: server.base, sub: doctor, client_id: 'app', patient: 'p1' };
    expect(claims).toMatchObject({ ...said, gid: expect.any(String), jti: expect.any(String) });
  });

  test('who the person is does not stand in the token, which an app and a log can read', async () => {
    const { body } = await launch(server, 'app');
    const claims = decodeJwt(body.access_token);
    const person = { fhirUser: 'Practitioner/d1', role: 'clinician', institution: 'h1', name: 'doctor' };
    for (const name of Object.keys(person)) expect(claims).not.toHaveProperty(name);
    expect(await wholeClaims(server.states, claims)).toMatchObject({ ...person, sub: doctor });
  });

  test('the id_token is signed by a published key and has fhirUser as an absolute address', async () => {
    const { body } = await launch(server, 'app', { nonce: 'n-1' });
    const keys = createRemoteJWKSet(new URL(`${server.issuer}/jwks`));
    const { payload, protectedHeader } = await jwtVerify(body.id_token, keys, { issuer: server.issuer, audience: 'app' });
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({ sub: doctor, nonce: 'n-1', fhirUser: `${server.base}/Practitioner/d1` });
  });

  test('scopes of a patient imply that one is chosen', async () => {
    const { body } = await launch(server, 'app', { scope: 'patient/Observation.read' });
    expect(server.person.asked.map(({ prompt, choosePatient }) => [prompt, choosePatient])).toEqual([
      ['login', true],
      ['consent', true],
    ]);
    expect(body).toMatchObject({ patient: 'p1', scope: 'patient/Observation.read' });
  });

  test('without a patient nothing is granted that needs one', async () => {
    server.person.give = ({ scopes }) => ({ scopes: scopes.map(({ text }) => text) });
    const { response } = await new Browser().go(authorizeUrl(server, 'app').url);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Choose a patient');
  });

  test('a visit that nobody chose falls away, scope and all', async () => {
    const scope = 'launch/patient launch/encounter patient/*.rs';
    const without = await launch(server, 'app', { scope });
    expect([without.body.scope, without.body.encounter]).toEqual(['launch/patient patient/*.rs', undefined]);
    server.person.give = ({ scopes }) => ({ scopes: scopes.map(({ text }) => text), patient: 'p1', encounter: 'e1' });
    expect((await launch(server, 'app', { scope })).body).toMatchObject({ scope, encounter: 'e1', patient: 'p1' });
  });

  test('the session is remembered, the agreement is not: each launch has a patient of its own', async () => {
    const browser = new Browser();
    const first = await launch(server, 'app', {}, { browser });
    server.person.give = ({ scopes }) => ({ scopes: scopes.map(({ text }) => text), patient: 'p2' });
    const second = await launch(server, 'app', {}, { browser });
    expect([first.body.patient, second.body.patient]).toEqual(['p1', 'p2']);
    expect(server.person.asked.map(({ prompt }) => prompt)).toEqual(['login', 'consent', 'consent']);
    expect(decodeJwt(first.body.access_token).gid).not.toBe(decodeJwt(second.body.access_token).gid);
  });

  test('who agrees may put finer scopes in the place of coarse ones, and never coarser', async () => {
    const scope = 'launch/patient patient/Condition.rs offline_access';
    const finer = 'patient/Condition.rs?category=problem-list-item';
    server.person.give = () => ({ scopes: ['launch/patient', finer, 'offline_access'], patient: 'p1' });
    const { body } = await launch(server, 'app', { scope });
    expect(body.scope).toBe(`launch/patient ${finer} offline_access`);
    const refresh = { grant_type: 'refresh_token', refresh_token: body.refresh_token, client_id: 'app' };
    const wider = await post(`${server.issuer}/token`, { ...refresh, scope: 'patient/Condition.rs' });
    expect([wider.status, wider.body.error]).toEqual([400, 'invalid_scope']);
    expect((await post(`${server.issuer}/token`, refresh)).body.scope).toBe(body.scope);
    server.person.give = () => ({ scopes: ['patient/*.rs'], patient: 'p1' });
    expect((await new Browser().go(authorizeUrl(server, 'app', { scope }).url)).response.status).toBe(403);
  });

  test('what is not registered, not known or for systems is not asked about; a registered part of a scope is', async () => {
    const scope = 'launch/patient user/Condition.cruds user/Observation.dus system/Observation.rs patient/Nothing.rs bogus';
    const { body } = await launch(server, 'app', { scope });
    expect(body.scope).toBe('launch/patient user/Condition.rs?category=problem');
    const none = await new Browser().go(authorizeUrl(server, 'app', { scope: 'system/Observation.rs bogus' }).url);
    expect(none.location?.searchParams.get('error')).toBe('invalid_scope');
  });

  test('who refuses sends the app away with nothing', async () => {
    server.person.give = () => 'refuse';
    const { location } = await new Browser().go(authorizeUrl(server, 'app', { state: 'a b+c%/ü' }).url);
    expect(location?.searchParams.get('error')).toBe('access_denied');
    expect([location?.searchParams.get('state'), location?.searchParams.get('iss')]).toEqual(['a b+c%/ü', server.issuer]);
  });

  test('hundreds of granular scopes are asked for by POST, and stay out of the token', async () => {
    const many = Array.from(
      { length: 250 },
      (_, at) => `patient/Observation.rs?code=http://loinc.org|${10_000 + at}-${at % 10}&category=laboratory`,
    );
    const { url, verifier } = authorizeUrl(server, 'app', { scope: ['launch/patient', ...many].join(' ') });
    const browser = new Browser();
    const body = new URL(url).search.slice(1);
    expect(body.length).toBeGreaterThan(20_000);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { location } = await browser.go(`${server.issuer}/authorize`, { method: 'POST', body, headers });
    const code = location?.searchParams.get('code') ?? '';
    const form = { ...codeForm(code, verifier), client_id: 'app' };
    const token = await post(`${server.issuer}/token`, form);
    expect(token.body.scope.split(' ')).toHaveLength(251);
    expect(token.body.access_token.length).toBeLessThan(2000);
    expect(decodeJwt(token.body.access_token)).toMatchObject({ claims_ref: expect.any(String) });
  });

  test('a short POST is sent on by GET, so that the browser sends its session along', async () => {
    const { url } = authorizeUrl(server, 'app');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const response = await fetch(`${server.issuer}/authorize`, {
      method: 'POST',
      body: new URL(url).search.slice(1),
      headers,
      redirect: 'manual',
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, url]);
  });
});

describe('launch from another system', () => {
  const scope = 'launch openid fhirUser patient/Observation.rs';

  test('what the launch brings goes into the token', async () => {
    const context = { patient: 'p7', encounter: 'e7', intent: 'order', need_patient_banner: false, tenant: 't1' };
    const fhirContext = [{ reference: 'Observation/o1' }, { reference: 'Patient/p8', role: 'https://example.org/mother' }];
    const made = await makeLaunch({ client_id: 'app', account: 'doctor', ...context, fhirContext });
    expect(made).toEqual({ status: 201, body: { launch: expect.stringMatching(/^[\w-]{32}$/), expires_in: 300 } });
    const { body } = await launch(server, 'app', { scope, launch: made.body.launch });
    expect(body).toMatchObject({ ...context, fhirContext, scope });
    expect(decodeJwt(body.access_token)).toMatchObject({ ...context, fhirContext });
    expect(server.person.asked.every(({ choosePatient }) => !choosePatient)).toBe(true);
  });

  test('a handle is good for one authorization of the app and the account that it was made for', async () => {
    const made = await makeLaunch({ client_id: 'app', account: doctor, patient: 'p7' });
    const handle = made.body.launch;
    const errorOf = async (client: string, more: Record<string, string>) =>
      (await new Browser().go(authorizeUrl(server, client, { scope, ...more }).url)).location?.searchParams.get('error');
    expect(await errorOf('other', { launch: handle })).toBe('invalid_request');
    expect(await errorOf('app', { launch: 'no-such-handle' })).toBe('invalid_request');
    expect(await errorOf('app', { launch: handle, scope: 'patient/Observation.rs' })).toBe('invalid_request');
    expect((await launch(server, 'app', { scope, launch: handle })).body.patient).toBe('p7');
    expect(await errorOf('app', { launch: handle })).toBe('invalid_request');
  });

  test('another account that is signed in has to make way', async () => {
    const browser = new Browser();
    server.person.account = nurse;
    await launch(server, 'app', {}, { browser });
    const made = await makeLaunch({ client_id: 'app', account: 'doctor', patient: 'p7' });
    server.person.asked = [];
    server.person.account = doctor;
    const { body } = await launch(server, 'app', { scope, launch: made.body.launch }, { browser });
    expect(server.person.asked.map(({ prompt, demandedAccount }) => [prompt, demandedAccount])).toEqual([
      ['login', doctor],
      ['consent', doctor],
    ]);
    expect(decodeJwt(body.access_token)).toMatchObject({ sub: doctor, patient: 'p7' });
  });

  test('a system makes it with its token, a person in it for themselves', async () => {
    const own = await systemToken(server, 'hub', keys, 'system/Patient.rs');
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    expect((await makeLaunch({ client_id: 'app', account: 'doctor', patient: 'p7' }, bearer(own.body.access_token))).status).toBe(201);
    expect((await makeLaunch({ client_id: 'app', patient: 'p7' }, bearer(own.body.access_token))).status).toBe(400);
    const person = await launch(server, 'desktop', { scope: 'openid user/*.rs' });
    const made = await makeLaunch({ client_id: 'app', patient: 'p9' }, bearer(person.body.access_token));
    expect((await launch(server, 'app', { scope, launch: made.body.launch })).body.patient).toBe('p9');
  });

  test('the scope launch without a launch is not granted', async () => {
    expect((await launch(server, 'app', { scope: `${scope} launch/patient` })).body.scope).not.toMatch(/\blaunch\b(?!\/)/);
  });

  test.each([
    [{ client_id: 'app', account: 'doctor', fhirContext: [{ reference: 'Patient/p1' }] }, 400],
    [{ client_id: 'app', account: 'doctor', fhirContext: [{ reference: 'http://x.example/Observation/1' }] }, 400],
    [{ client_id: 'app', account: 'doctor', fhirContext: [{ role: 'launch' }] }, 400],
    [{ client_id: 'app', account: 'doctor', fhirContext: [{ reference: 'Observation/1', role: '' }] }, 400],
    [{ client_id: 'app', account: 'nobody' }, 400],
    [{ client_id: 'nothing', account: 'doctor' }, 400],
    [{ client_id: 'app', account: 'doctor', patient: '../x' }, 400],
    [{ client_id: 'app', account: 'doctor', sub: 'x' }, 400],
  ])('a launch that cannot be is refused: %j', async (said, status) => {
    expect((await makeLaunch(said)).status).toBe(status);
  });

  test('only those who may make launches do', async () => {
    const said = { client_id: 'app', account: 'doctor' };
    expect((await makeLaunch(said, {})).status).toBe(401);
    expect((await makeLaunch(said, basic('ehr', 'wrong'))).status).toBe(401);
    const { body } = await launch(server, 'app');
    expect((await makeLaunch(said, { authorization: `Bearer ${body.access_token}` })).status).toBe(403);
  });
});

describe('emergency access', () => {
  const scope = 'launch/patient patient/*.rs __btg offline_access';
  const emergency = { reason: '昏迷', purpose: 'BTG' };

  test('lasts a quarter of an hour, needs a new sign-in and a reason, and is told of', async () => {
    const browser = new Browser();
    await launch(server, 'app', {}, { browser });
    server.person.asked = [];
    server.person.give = ({ scopes }) => ({ scopes: scopes.map(({ text }) => text), patient: 'p1', emergency });
    const { body } = await launch(server, 'app', { scope }, { browser });
    const by = expect.objectContaining({ account: server.person.account, client: 'app', name: expect.any(String), role: 'clinician' });
    expect(server.person.asked.map(({ prompt }) => prompt)).toEqual(['login', 'consent']);
    expect([body.expires_in, body.refresh_token, body.scope]).toEqual([900, undefined, 'launch/patient patient/*.rs __btg']);
    const claims = decodeJwt(body.access_token);
    expect(claims).not.toHaveProperty('emergency');
    expect(await wholeClaims(server.states, claims)).toMatchObject({ emergency });
    expect(server.events).toContainEqual(expect.objectContaining({ kind: 'break-glass', ...emergency, patient: 'p1', by }));
  });

  test('is for the roles that have it', async () => {
    server.person.give = ({ scopes }) => ({ scopes: scopes.map(({ text }) => text), patient: 'p1' });
    expect((await new Browser().go(authorizeUrl(server, 'app', { scope }).url)).response.status).toBe(400);
    server.person.account = nurse;
    server.person.give = ({ scopes }) => ({ scopes: scopes.map(({ text }) => text), patient: 'p1', emergency });
    expect((await new Browser().go(authorizeUrl(server, 'app', { scope }).url)).response.status).toBe(403);
  });
});
