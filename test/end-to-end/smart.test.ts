/**
 * SMART App Launch from end to end, as apps do it: with the libraries that apps are written with, through the pages by their forms, on both
 * stores, and over a restart of the server. Source: SMART App Launch 2.2 app-launch.html, backend-services.html, token-introspection.html
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import * as oauth from 'openid-client';
import { doctor, hospital, patients } from '../../scripts/demo/people.js';
import type { AddedClient } from '../../src/auth/clients.js';
import { stores } from '../stores.js';
import { newVisitor } from '../web-visitor.js';
import { newApp } from './smart-app.js';
import { openSmartRegion, password, type SmartRegion } from './smart-region.js';
import { type Traveller, throughPages } from './through-pages.js';

const redirectUri = 'http://127.0.0.1:9/back';
const reading = 'patient/Patient.rs patient/Observation.rs patient/Encounter.rs patient/MedicationRequest.rs';

/** A pair of keys: what the client keeps, and what it publishes. */
async function newKeys(alg: 'ES384' | 'RS384') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const named = { alg, kid: `kid-${alg}`, use: 'sig' };
  const own: JWK = { ...(await exportJWK(privateKey)), alg, kid: named.kid, key_ops: ['sign'] };
  return { own, privateKey, jwks: { keys: [{ ...(await exportJWK(publicKey)), ...named }] } };
}

describe.each(stores)('SMART on $name', ({ open }) => {
  let region: SmartRegion;
  let publicApp: AddedClient;
  const zhang: Traveller = { visitor: newVisitor(), name: '张晓梅', password };
  const wang: Traveller = { visitor: newVisitor(), name: 'wang', password, patient: { search: 'zhangxiaomei', button: /张晓梅/ } };
  const keys = { ES384: newKeys('ES384'), RS384: newKeys('RS384') };

  beforeAll(async () => {
    region = await openSmartRegion(open);
    await region.addAccount({ name: zhang.name, role: 'patient', fhirUser: `Patient/${patients.zhang}` });
    await region.addAccount({ name: wang.name, role: 'clinician', fhirUser: `Practitioner/${doctor}`, institution: hospital });
    const scopes = `openid fhirUser launch launch/patient offline_access online_access ${reading}`.split(' ');
    publicApp = await region.addClient({ name: '健康档案浏览', kind: 'public', redirectUris: [redirectUri], scopes });
  });
  afterAll(() => region.close());

  const read = async (path: string, token: string) => {
    const answer = await fetch(`${region.base}/${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: (await answer.json()) as { total?: number; id?: string } };
  };

  test('without a token everything but the description is 401, and the description says where to get one', async () => {
    const refused = await fetch(`${region.base}/Patient`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Bearer realm=/)]);
    const { authorization_endpoint } = (await (await fetch(`${region.base}/.well-known/smart-configuration`)).json()) as Record<
      string,
      unknown
    >;
    expect(authorization_endpoint).toBe(`${region.issuer}/authorize`);
    expect((await fetch(`${region.base}/metadata`)).status).toBe(200);
  });

  test('a patient opens the own record in a public app (standalone launch); it is refreshed, also after a restart, and revoked', async () => {
    const app = newApp(redirectUri);
    const url = await app.begin({
      clientId: publicApp.id,
      scope: `openid fhirUser launch/patient offline_access ${reading}`,
      iss: region.base,
    });
    const { back } = await throughPages(zhang, url, redirectUri);
    const client = await app.finish(back);
    expect([client.patient.id, client.user.fhirUser]).toEqual([patients.zhang, `Patient/${patients.zhang}`]);
    expect(await client.patient.read()).toMatchObject({ id: patients.zhang, name: [{ text: '张晓梅' }] });
    const first = String(client.state.tokenResponse?.access_token);
    expect((await read('Observation', first)).body.total).toBe(5);
    expect((await read(`Patient/${patients.li}`, first)).status).toBe(404);
    await region.restart();
    expect((await read('Encounter', first)).body.total).toBe(2);
    await client.refresh();
    const second = String(client.state.tokenResponse?.access_token);
    expect(second).not.toBe(first);
    expect((await read(`Patient/${patients.zhang}`, second)).status).toBe(200);
    const body = new URLSearchParams({ token: String(client.state.tokenResponse?.refresh_token), client_id: publicApp.id });
    expect((await fetch(`${region.issuer}/revoke`, { method: 'POST', body })).status).toBe(200);
    await expect(client.refresh()).rejects.toThrow();
    expect((await read(`Patient/${patients.zhang}`, second)).status).toBe(401);
  });

  test('a clinician finds a patient by pinyin, and a visit, in an app with a secret, and gives less than it asks for', async () => {
    const scopes = ['openid', 'fhirUser', 'launch/patient', 'launch/encounter', 'online_access', 'patient/*.rs', 'user/Practitioner.rs'];
    const { id, secret } = await region.addClient({ name: '门户', kind: 'secret', redirectUris: [redirectUri], scopes });
    const app = newApp(redirectUri);
    const url = await app.begin({ clientId: id, clientSecret: secret, scope: scopes.join(' '), iss: region.base });
    const { back, titles } = await throughPages({ ...wang, visit: /2026-09-14/, refuses: ['online_access'] }, url, redirectUri);
    expect(titles).toEqual(expect.arrayContaining(['设置身份验证器', '选择患者']));
    const client = await app.finish(back);
    const { scope, refresh_token, access_token } = client.state.tokenResponse ?? {};
    expect([client.patient.id, refresh_token]).toEqual([patients.zhang, undefined]);
    expect(client.encounter.id).toBe(`${patients.zhang}-2`);
    expect(String(scope).split(' ')).not.toContain('online_access');
    expect(String(scope).split(' ')).toContain('launch/encounter');
    expect((await read(`Practitioner/${doctor}`, String(access_token))).status).toBe(200);
    expect((await read(`Patient/${patients.ouyang}`, String(access_token))).status).toBe(404);
  });

  test('a workstation launches an app with a key of its own for the patient in hand (EHR launch), once', async () => {
    const { own, jwks } = await keys.ES384;
    const scopes = ['openid', 'fhirUser', 'launch', ...reading.split(' ')];
    const { id } = await region.addClient({ name: '用药助手', kind: 'asymmetric', redirectUris: [redirectUri], scopes, jwks });
    const workstation = await region.addClient({ name: '工作站', kind: 'secret', mayLaunch: true });
    const credentials = Buffer.from(`${workstation.id}:${workstation.secret}`).toString('base64');
    const fhirContext = [{ reference: `Practitioner/${doctor}`, role: 'https://hospital.example.org/attending' }];
    const inHand = { patient: patients.li, encounter: `${patients.li}-1`, need_patient_banner: false, fhirContext };
    const made = await fetch(`${region.issuer}/launch`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: id, account: wang.name, ...inHand }),
    });
    const { launch } = (await made.json()) as { readonly launch: string };
    expect(made.status).toBe(201);
    const asked = { clientId: id, clientPrivateJwk: own, scope: scopes.join(' '), iss: region.base, launch };
    const app = newApp(redirectUri);
    // The session of before: nobody signs in again.
    const { back, titles } = await throughPages(wang, await app.begin(asked), redirectUri);
    expect(titles).not.toContain('登录');
    const client = await app.finish(back);
    expect([client.patient.id, client.encounter.id]).toEqual([patients.li, `${patients.li}-1`]);
    expect(client.state.tokenResponse).toMatchObject(inHand);
    expect(await client.request('MedicationRequest')).toMatchObject({ total: 1 });
    const again = await wang.visitor.visit(await newApp(redirectUri).begin(asked), redirectUri);
    expect(again.url.startsWith(redirectUri) ? new URL(again.url).searchParams.get('error') : again.status).not.toBe(200);
    expect(new URL(again.url).searchParams.has('code')).toBe(false);
  });

  test('a client registers itself with the token that the first start showed: openid-client signs somebody in, refreshes, asks about the token and revokes it', async () => {
    const { privateKey, jwks } = await keys.ES384;
    const scopes = ['openid', 'fhirUser', 'launch/patient', 'offline_access', 'patient/*.rs'];
    const key = oauth.PrivateKeyJwt({ key: privateKey, kid: 'kid-ES384' });
    const metadata = {
      client_name: 'OIDC',
      redirect_uris: [redirectUri],
      scope: scopes.join(' '),
      jwks,
      token_endpoint_auth_method: 'private_key_jwt',
    };
    const shown = { initialAccessToken: region.registrationToken, execute: [oauth.allowInsecureRequests] };
    const config = await oauth.dynamicClientRegistration(new URL(region.issuer), metadata, key, shown);
    const { client_id: id } = config.clientMetadata();
    const [verifier, state, nonce] = [oauth.randomPKCECodeVerifier(), oauth.randomState(), oauth.randomNonce()];
    const code_challenge = await oauth.calculatePKCECodeChallenge(verifier);
    const asked = {
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      aud: region.base,
      state,
      nonce,
      code_challenge,
      code_challenge_method: 'S256',
    };
    const { back } = await throughPages(zhang, oauth.buildAuthorizationUrl(config, asked).href, redirectUri);
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
    const tokens = await oauth.authorizationCodeGrant(config, back, checks);
    expect([tokens.patient, tokens.claims()]).toEqual([
      patients.zhang,
      expect.objectContaining({ fhirUser: `${region.base}/Patient/${patients.zhang}` }),
    ]);
    const refreshed = await oauth.refreshTokenGrant(config, String(tokens.refresh_token));
    const told = await oauth.tokenIntrospection(config, refreshed.access_token);
    expect(told).toMatchObject({ active: true, client_id: id, patient: patients.zhang, scope: refreshed.scope });
    await oauth.tokenRevocation(config, refreshed.access_token);
    expect(await oauth.tokenIntrospection(config, refreshed.access_token)).toEqual({ active: false });
    expect((await read(`Patient/${patients.zhang}`, refreshed.access_token)).status).toBe(401);
  });

  test.each(['ES384', 'RS384'] as const)('a system works for itself and its institution, by %s (backend services)', async (alg) => {
    const { privateKey, jwks } = await keys[alg];
    const scopes = ['system/*.rs', '__introspect'];
    const { id } = await region.addClient({ name: alg, kind: 'asymmetric', scopes, jwks, institution: hospital });
    const config = await discover(region, id, oauth.PrivateKeyJwt({ key: privateKey, kid: `kid-${alg}` }));
    const { access_token, expires_in, refresh_token } = await oauth.clientCredentialsGrant(config, { scope: 'system/Patient.rs' });
    expect([Number(expires_in) <= 300, refresh_token]).toEqual([true, undefined]);
    expect((await read('Patient', access_token)).body.total).toBe(3);
    expect((await read('Observation', access_token)).status).toBe(403);
    await expect(oauth.clientCredentialsGrant(config, { scope: 'system/Patient.cruds' })).rejects.toThrow();
    // With the right to it, a token is all that is needed to ask about another.
    const asking = await oauth.clientCredentialsGrant(config, { scope: 'system/Patient.rs __introspect' });
    const introspect = async (bearer: string) => {
      const headers = { authorization: `Bearer ${bearer}` };
      const answer = await fetch(`${region.issuer}/introspect`, {
        method: 'POST',
        headers,
        body: new URLSearchParams({ token: access_token }),
      });
      return { status: answer.status, body: await answer.json() };
    };
    const said = { active: true, client_id: id, scope: 'system/Patient.rs', exp: expect.any(Number) };
    expect(await introspect(asking.access_token)).toMatchObject({ status: 200, body: said });
    expect((await introspect(access_token)).status).toBe(403);
  });
});

function discover({ issuer }: SmartRegion, id: string, auth: oauth.ClientAuth): Promise<oauth.Configuration> {
  return oauth.discovery(new URL(issuer), id, undefined, auth, { execute: [oauth.allowInsecureRequests] });
}
