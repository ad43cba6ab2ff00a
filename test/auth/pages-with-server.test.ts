/** The pages before the authorization server itself, and over real records: what was agreed to is what the token gives. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Secret, TOTP } from 'otpauth';
import { addAccount, findAccount, lockAccount } from '../../src/auth/accounts.js';
import { addClient } from '../../src/auth/clients.js';
import { makeLaunch } from '../../src/auth/launch-handles.js';
import { type RunningServer, startServer } from '../running-server.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { newVisitor, type VisitedPage, type Visitor } from '../web-visitor.js';
import { assertion, jwtBearer, makeKeys, post } from './auth-server.js';
import { cheap, types } from './pages-server.js';

const password = 'Mondschein-7';
const redirectUri = 'https://app.example.org/callback';
const verifier = 'v'.repeat(50);
let opened: OpenedStore;
let server: RunningServer;
let issuer: string;

beforeAll(async () => {
  const [sqlite] = stores;
  if (sqlite === undefined) throw new Error('There is no store');
  opened = await sqlite.open();
  const open = await startServer({ store: opened.store });
  const put = async (resource: { resourceType: string; id: string; [key: string]: unknown }) => {
    const answer = await open.ask('PUT', `/${resource.resourceType}/${resource.id}`, resource);
    if (answer.status > 201) throw new Error(answer.text);
  };
  const tag = (code: string) => ({ tag: [{ system: 'https://lianyi.cn/fhir/CodeSystem/institution', code }] });
  await put({
    resourceType: 'Patient',
    id: 'zhang',
    meta: tag('a'),
    name: [{ text: '张三', family: '张', given: ['三'] }],
    gender: 'male',
    birthDate: '1980-01-02',
  });
  await put({ resourceType: 'Patient', id: 'zhou', meta: tag('b'), name: [{ text: '周三', family: '周', given: ['三'] }] });
  await put({ resourceType: 'Patient', id: 'child', meta: tag('b'), name: [{ text: '张小宝' }] });
  await put({
    resourceType: 'Encounter',
    id: 'visit',
    meta: tag('a'),
    status: 'finished',
    class: { code: 'AMB', display: '门诊' },
    subject: { reference: 'Patient/zhang' },
    period: { start: '2026-03-01' },
  });
  await open.close();
  server = await startServer({ store: opened.store, smart: {} });
  issuer = server.url.replace(/fhir$/, 'auth');
  const { states } = opened.store;
  await addClient(
    states,
    {
      id: 'growth',
      name: '生长曲线',
      kind: 'public',
      redirectUris: [redirectUri],
      scopes: [
        'openid',
        'fhirUser',
        'offline_access',
        'launch',
        'launch/patient',
        'launch/encounter',
        'patient/*.cruds',
        'user/*.cruds',
        '__btg',
      ],
    },
    { types },
  );
  await addAccount(states, { name: '李医生', role: 'clinician', password, fhirUser: 'Practitioner/li', institution: 'a' });
  await addAccount(states, { name: '张三', role: 'patient', password, fhirUser: 'Patient/zhang' }, { cost: cheap });
  await addAccount(states, { name: '张妈妈', role: 'guardian', password, patients: ['child', 'zhang'] }, { cost: cheap });
});
afterAll(async () => {
  await server.close();
  await opened.close();
});

async function begin(visitor: Visitor, scope: string, more: Record<string, string> = {}): Promise<VisitedPage> {
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const asked = {
    response_type: 'code',
    client_id: 'growth',
    redirect_uri: redirectUri,
    state: 'st',
    aud: server.url,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    scope,
    ...more,
  };
  return visitor.visit(`${issuer}/authorize?${new URLSearchParams(asked)}`, redirectUri);
}

async function signIn(visitor: Visitor, page: VisitedPage, name: string): Promise<VisitedPage> {
  return visitor.send(page, { name, password }, { leaves: redirectUri });
}

let recovery: readonly string[] = [];

/** Sets up an authenticator, which the policy asks of clinicians. */
async function signInClinician(visitor: Visitor, page: VisitedPage): Promise<VisitedPage> {
  const enrolling = await signIn(visitor, page, '李医生');
  const secret = /class="code">([A-Z2-7 ]+)</.exec(enrolling.html)?.[1]?.replaceAll(' ', '') ?? '';
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  const codes = await visitor.send(enrolling, { code }, { form: 'code' });
  recovery = [...codes.html.matchAll(/<li class="code">([^<]+)</g)].flatMap(([, one]) => one ?? []);
  return visitor.send(codes, {}, { leaves: redirectUri });
}

async function agree(visitor: Visitor, page: VisitedPage, filled: Parameters<Visitor['send']>[1] = {}) {
  const code = await codeFor(visitor, page, filled);
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: 'growth', code_verifier: verifier };
  return (await (await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) })).json()) as Record<string, string>;
}

async function codeFor(visitor: Visitor, page: VisitedPage, filled: Parameters<Visitor['send']>[1] = {}): Promise<string> {
  const back = await visitor.send(page, filled, { form: 'scope', leaves: redirectUri });
  const code = new URL(back.url).searchParams.get('code');
  if (code === null) throw new Error(`${back.url}: ${back.text}`);
  return code;
}

/** One browser of a ward, before which one after the other sits. */
const ward = newVisitor();

function boxes({ forms }: VisitedPage, name: string): string[] {
  return forms.flatMap(({ fields }) => fields.filter((field) => field.name === name).map(({ value }) => value));
}

const bearer = (token: Record<string, string>) => ({ authorization: `Bearer ${token.access_token}` });

describe('whoever signs in', () => {
  test('as a guardian chooses among theirs', async () => {
    const visitor = newVisitor();
    const page = await signIn(visitor, await begin(visitor, 'patient/Patient.rs'), '张妈妈');
    expect(page.text).toMatch(/张小宝.*张三/);
    const consent = await visitor.send(page, {}, { form: 'token', button: /张小宝/ });
    const token = await agree(visitor, consent);
    expect((await server.ask('GET', '/Patient?_summary=count', undefined, bearer(token))).body.total).toBe(1);
    expect((await server.ask('GET', '/Patient/child', undefined, bearer(token))).status).toBe(200);
  });

  test.each(['launch patient/*.rs', 'launch user/Patient.rs'])(
    'is told when the launch (%s) is for a patient they may not see',
    async (scope) => {
      const { states } = opened.store;
      const account = (await findAccount(states, '张妈妈'))?.id ?? '';
      const launched = async (patient: string) => {
        const launch = await makeLaunch(states, { client: 'growth', account, context: { patient } }, Date.now());
        const visitor = newVisitor();
        return signIn(visitor, await begin(visitor, scope, { launch }), '张妈妈');
      };
      expect(await launched('child')).toMatchObject({ status: 200, text: expect.stringContaining('张小宝') });
      for (const patient of ['zhou', 'nobody']) {
        const page = await launched(patient);
        expect([page.status, page.forms]).toEqual([403, []]);
        expect(page.text).toMatch(/指定的患者不存在，或您无权查看|whom this server does not have, or whose record you may not see/);
        expect(page.text).not.toContain('周三');
      }
    },
  );

  test('as a clinician with an authenticator finds patients by name, pinyin and initials, of those they may see', async () => {
    const page = await signInClinician(ward, await begin(ward, 'launch/patient launch/encounter patient/*.rs openid'));
    for (const q of ['张', 'zhangs', 'zs']) {
      const found = await ward.send(page, { q }, { form: 'q' });
      expect([q, /张三 男，出生日期 1980-01-02/.test(found.text), /周三|张小宝/.test(found.text)]).toEqual([q, true, false]);
    }
    const chosen = await ward.send(await ward.send(page, { q: 'zs' }, { form: 'q' }), {}, { form: 'token', button: /张三/ });
    const consent = await ward.send(chosen, {}, { form: 'token', button: /门诊/ });
    const token = await agree(ward, consent);
    expect(token).toMatchObject({ patient: 'zhang', encounter: 'visit', scope: 'patient/*.rs openid launch/patient launch/encounter' });
    expect((await server.ask('GET', '/Patient/zhang', undefined, bearer(token))).status).toBe(200);
    expect((await server.ask('GET', '/Patient/zhou', undefined, bearer(token))).status).toBe(404);
  });

  test('breaks the glass with a reason and sees what was closed', async () => {
    // Who has a session is asked again: somebody else may sit here.
    const asked = await signIn(ward, await begin(ward, 'user/Patient.rs __btg'), '李医生');
    const page = await ward.send(asked, { recovery: recovery[0] ?? '' }, { form: 'recovery' });
    const consent = await ward.send(page, { purpose: ['ETREAT'], reason: '昏迷送医，需查过敏史' }, { form: 'reason' });
    const token = await agree(ward, consent);
    expect(decodeJwt(token.access_token ?? '')).not.toHaveProperty('emergency');
    expect((await server.ask('GET', '/Patient/zhou', undefined, bearer(token))).status).toBe(200);
  });

  test('is somebody else after all: their session takes the place of the first; and agrees for themselves, to a part', async () => {
    const first = await begin(ward, 'patient/Patient.rs patient/Observation.rs openid fhirUser offline_access');
    const other = first.forms.find(({ action }) => action.endsWith('/other-account'));
    const again = await ward.send({ ...first, forms: other ? [other] : [] }, {});
    // The patient has no patient to choose.
    const consent = await signIn(ward, again, '张三');
    expect(consent.text).toContain('张三 男');
    const finer = boxes(consent, 'finer').find((value) => value.includes('laboratory')) ?? '';
    const scope = ['patient/Patient.rs', 'patient/Observation.rs', 'openid', 'fhirUser'];
    const token = await agree(ward, consent, { scope, finer });
    expect([token.patient, token.scope, token.refresh_token]).toEqual(['zhang', `patient/Patient.rs ${finer} openid fhirUser`, undefined]);
    expect(decodeJwt(token.id_token ?? '').fhirUser).toContain('Patient/zhang');
  });

  test('refuses, and the app is told', async () => {
    const consent = await begin(ward, 'patient/Patient.rs');
    const back = await ward.send(consent, {}, { form: 'scope', button: /拒绝/, leaves: redirectUri });
    const { searchParams } = new URL(back.url);
    expect([searchParams.get('error'), searchParams.get('state')]).toEqual(['access_denied', 'st']);
  });
});

describe('the page of connected apps', () => {
  test('is linked from the landing page, which says that a token is needed and where it is had', async () => {
    const landing = await server.ask('GET', new URL('/?lang=en', issuer).href, undefined, { accept: 'text/html' });
    expect(landing.text).toMatch(/needs a token/);
    expect(landing.text).toContain(`href="${issuer}/grants"`);
    expect(landing.text).toContain(`href="${server.url}/.well-known/smart-configuration"`);
    expect(landing.text).not.toContain('Patient?name=zsf"');
  });

  test('takes a grant back: its tokens are dead; and signs out', async () => {
    const visitor = newVisitor();
    const signedIn = await signIn(visitor, await visitor.visit(`${issuer}/grants`), '张妈妈');
    expect(signedIn.text).toContain('已连接的应用');
    // An app finds the session that was begun here.
    const page = await visitor.send(await begin(visitor, 'patient/Patient.rs offline_access'), {}, { form: 'token', button: /张三/ });
    const token = await agree(visitor, page);
    expect((await server.ask('GET', '/Patient/zhang', undefined, bearer(token))).status).toBe(200);
    let left = await visitor.visit(`${issuer}/grants`);
    expect(left.text).toContain('生长曲线');
    for (const _ of left.forms.filter(({ action }) => action.endsWith('/revoke'))) left = await visitor.send(left, {}, { form: 'grant' });
    expect(left.text).toContain('目前没有应用获得您的授权');
    expect((await server.ask('GET', '/Patient/zhang', undefined, bearer(token))).status).toBe(401);
    const refresh = { grant_type: 'refresh_token', refresh_token: token.refresh_token ?? '', client_id: 'growth' };
    expect((await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(refresh) })).status).toBe(400);
    const signOut = left.forms.find(({ method }) => method === 'GET');
    const asked = await visitor.send({ ...left, forms: signOut ? [signOut] : [] }, {});
    expect((await visitor.send(asked, {}, { button: /^退出登录$/ })).text).toContain('您已退出登录');
    expect(boxes(await visitor.visit(`${issuer}/grants`), 'password')).toEqual(['']);
  });

  test('is closed by a lock, which ends everything', async () => {
    const token = await agree(ward, await begin(ward, 'patient/Patient.rs'));
    expect((await server.ask('GET', '/Patient/zhang', undefined, bearer(token))).status).toBe(200);
    await lockAccount(opened.store.states, '张三');
    expect((await server.ask('GET', '/Patient/zhang', undefined, bearer(token))).status).toBe(401);
    expect(boxes(await ward.visit(`${issuer}/grants`), 'password')).toEqual(['']);
  });
});

test('what is no access token opens no record, however real it is: it is 401, and says how to come in', async () => {
  const visitor = newVisitor();
  const scope = 'patient/Patient.rs openid offline_access';
  const choose = (page: VisitedPage) => visitor.send(page, {}, { form: 'token', button: /张小宝/ });
  const token = await agree(visitor, await choose(await signIn(visitor, await begin(visitor, scope), '张妈妈')));
  const code = await codeFor(visitor, await choose(await begin(visitor, scope)));
  const keys = makeKeys('ES384', 'k1');
  const lab = { id: 'lab', name: 'Lab', kind: 'asymmetric', jwks: { keys: [keys.jwk] }, scopes: ['system/*.rs'] } as const;
  await addClient(opened.store.states, lab, { types });
  const proof = await assertion('lab', `${issuer}/token`, keys);
  const presented = Object.entries({ id_token: token.id_token, refresh_token: token.refresh_token, code, proof });
  for (const [name, one = ''] of presented) {
    const { status, headers } = await server.ask('GET', '/Patient/child', undefined, { authorization: `Bearer ${one}` });
    const challenge = expect.stringMatching(/^Bearer realm=.*error="invalid_token"/);
    expect([name, one.length > 20, status, headers.get('www-authenticate')]).toEqual([name, true, 401, challenge]);
  }
  // Each was real: what it is for it still does.
  expect((await server.ask('GET', '/Patient/child', undefined, bearer(token))).status).toBe(200);
  const form = { grant_type: 'client_credentials', scope: 'system/*.rs', client_assertion_type: jwtBearer, client_assertion: proof };
  const refresh = { grant_type: 'refresh_token', refresh_token: token.refresh_token ?? '', client_id: 'growth' };
  const exchange = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: 'growth', code_verifier: verifier };
  for (const one of [form, refresh, exchange]) expect((await post(`${issuer}/token`, one)).status).toBe(200);
});

describe('errors', () => {
  test('that cannot be told to the app are shown, in the language of the browser', async () => {
    const page = await begin(newVisitor('en'), 'openid', { redirect_uri: 'https://evil.example/<script>' });
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('at an address that it has not registered')]);
    expect(page.html).not.toContain('<script');
    const unknown = await begin(newVisitor(), 'openid', { client_id: '"><script>' });
    expect([unknown.status, unknown.text]).toEqual([400, expect.stringContaining('本服务器未登记该应用')]);
    expect(unknown.html).not.toContain('<script');
  });
});
