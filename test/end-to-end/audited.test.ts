/**
 * What is done on a server with access control is found as AuditEvents, each with who and when, by auditors alone and without any secret: on
 * both stores. Source: R4 auditevent.html, security.html#audit; DICOM PS3.15 A.5.3
 */
import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { clinic, clinicDoctor, doctor, hospital, patients } from '../../scripts/demo/people.js';
import { ask } from '../running-server.js';
import { stores } from '../stores.js';
import { newVisitor } from '../web-visitor.js';
import { run } from './command.js';
import { newApp } from './smart-app.js';
import { openSmartRegion, password, type SmartRegion } from './smart-region.js';
import { type Traveller, throughPages } from './through-pages.js';

const redirectUri = 'http://127.0.0.1:9/back';
const wrongPassword = 'Ein-falsches-Wort-78';
const emergency = { purpose: 'ETREAT', reason: '昏迷送医，需查过敏史' };
const own = 'launch/patient offline_access patient/Patient.rs';
const scopes = [...own.split(' '), 'patient/AuditEvent.rs', 'user/*.rs', 'user/AuditEvent.rs', '__btg'];

/** What is looked at here of an AuditEvent. */
interface Told {
  readonly id: string;
  readonly recorded: string;
  readonly agent: readonly Agent[];
  readonly entity?: readonly { readonly what?: { readonly reference?: string }; readonly description?: string }[];
  readonly purposeOfEvent?: unknown;
}

interface Agent {
  readonly requestor: boolean;
  readonly name?: string;
  readonly who: { readonly identifier?: { readonly value: string } };
  readonly network?: { readonly address: string };
  readonly purposeOfUse?: unknown;
}

interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

describe.each(stores)('what was done on $name', ({ open }) => {
  let region: SmartRegion;
  let app = '';
  let otherApp = '';
  let auditor = '';
  let others: readonly string[] = [];
  let begun = 0;
  let ended = 0;
  /** None of these is ever recorded. */
  const secrets = [password, wrongPassword];
  const zhang: Traveller = { visitor: newVisitor(), name: '张晓梅', password };
  const wang: Traveller = { visitor: newVisitor(), name: 'wang', password };
  const chen: Traveller = { visitor: newVisitor(), name: 'chen', password, emergency };

  beforeAll(async () => {
    region = await openSmartRegion(open);
    await region.addAccount({ name: zhang.name, role: 'patient', fhirUser: `Patient/${patients.zhang}` });
    await region.addAccount({ name: wang.name, role: 'clinician', fhirUser: `Practitioner/${doctor}`, institution: hospital });
    await region.addAccount({ name: chen.name, role: 'clinician', fhirUser: `Practitioner/${clinicDoctor}`, institution: clinic });
    await region.addAccount({ name: 'auditor', role: 'auditor' });
    app = (await region.addClient({ name: '健康档案浏览', kind: 'public', redirectUris: [redirectUri], scopes })).id;
    otherApp = (await region.addClient({ name: '旧应用', kind: 'public', redirectUris: [redirectUri], scopes })).id;
    begun = Date.now();
    await aPatientsDay();
    await twoCliniciansDay();
    for (const command of [
      ['user', 'lock', chen.name],
      ['client', 'revoke', otherApp],
      ['keys', 'rotate'],
    ]) {
      expect(await lianyi(...command)).toMatchObject({ code: 0 });
    }
    ended = Date.now();
    auditor = (await connect({ visitor: newVisitor(), name: 'auditor', password }, 'user/AuditEvent.rs')).access;
  });
  afterAll(() => region.close());

  async function aPatientsDay(): Promise<void> {
    const page = await zhang.visitor.visit(await newApp(redirectUri).begin({ clientId: app, scope: own, iss: region.base }), redirectUri);
    const refused = await zhang.visitor.send(page, { name: zhang.name, password: wrongPassword }, { form: 'password' });
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('账户名或密码不正确')]);
    const first = await connect(zhang, own);
    expect(await read(`Patient/${patients.zhang}`, first.access)).toBe(200);
    const second = await refresh(first);
    expect(await read(`Patient/${patients.zhang}`, second.tokens.access)).toBe(200);
    // As a thief would, who has the first one.
    expect((await refresh(first)).status).toBe(400);
    expect(await read(`Patient/${patients.zhang}`, second.tokens.access)).toBe(401);
    const third = await connect(zhang, own);
    const grants = await zhang.visitor.visit(`${region.issuer}/grants`);
    await zhang.visitor.send(grants, {}, { form: 'grant', action: '/revoke' });
    expect(await read(`Patient/${patients.zhang}`, third.access)).toBe(401);
    others = [(await connect(zhang, 'launch/patient patient/Patient.rs patient/AuditEvent.rs')).access];
  }

  async function twoCliniciansDay(): Promise<void> {
    const { access } = await connect(wang, 'user/*.rs user/AuditEvent.rs');
    others = [...others, access];
    expect(await read(`Patient/${patients.ouyang}`, access)).toBe(404);
    const glass = await connect(chen, 'user/Patient.rs __btg');
    expect(await read(`Patient/${patients.li}`, glass.access)).toBe(200);
  }

  const lianyi = (...args: string[]) => run(args, { STORE: region.store, LOG_LEVEL: 'error' });
  const get = (path: string, token: string) => ask(region.base, 'GET', `/${path}`, undefined, { authorization: `Bearer ${token}` });
  const read = async (path: string, token: string) => (await get(path, token)).status;

  async function connect(who: Traveller, scope: string): Promise<Tokens> {
    const client = newApp(redirectUri);
    const { back } = await throughPages(who, await client.begin({ clientId: app, scope, iss: region.base }), redirectUri);
    secrets.push(back.searchParams.get('code') ?? '');
    return kept((await client.finish(back)).state.tokenResponse);
  }

  async function refresh({ refresh: refresh_token }: Tokens) {
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token, client_id: app });
    const answer = await fetch(`${region.issuer}/token`, { method: 'POST', body });
    const said = (await answer.json()) as Readonly<Record<string, unknown>>;
    return { status: answer.status, tokens: kept(said) };
  }

  function kept({ access_token = '', refresh_token = '' }: Readonly<Record<string, unknown>> = {}): Tokens {
    const tokens = { access: String(access_token), refresh: String(refresh_token) };
    secrets.push(...Object.values(tokens).filter((token) => token !== ''));
    return tokens;
  }

  /** The newest first; a record waits a moment before it is written. */
  async function events(query: string, enough: number): Promise<readonly Told[]> {
    for (const end = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const { body } = await get(`AuditEvent?${query}&_count=200`, auditor);
      const found: readonly Told[] = (body.entry ?? []).map(({ resource }: { readonly resource: Told }) => resource);
      if (found.length >= enough || Date.now() > end) return found;
    }
  }

  const [done, refused] = ['0', '4'];
  const operator = userInfo().username;
  test.each([
    ['sign-in', refused, zhang.name, 1],
    ['sign-in', done, zhang.name, 1],
    ['sign-in', done, wang.name, 1],
    ['consent-given', done, zhang.name, 3],
    ['token-issued', done, zhang.name, 3],
    ['token-refreshed', done, zhang.name, 1],
    ['token-reused', refused, undefined, 1],
    ['token-issued', refused, undefined, 1],
    ['consent-revoked', done, zhang.name, 1],
    ['break-glass', done, chen.name, 1],
    ['account-locked', done, operator, 1],
    ['client-revoked', done, operator, 1],
    ['keys-rotated', done, operator, 1],
  ] as const)('is found: %s with outcome %s by %s', async (kind, outcome, name, count) => {
    const who = name === undefined ? '' : `&agent-name=${encodeURIComponent(name)}`;
    const found = await events(`subtype=https://lianyi.cn/fhir/CodeSystem/audit-event|${kind}&outcome=${outcome}${who}`, count);
    expect(found.map(({ agent }) => agent.filter(({ requestor }) => requestor).map((one) => one.name))).toEqual(Array(count).fill([name]));
    for (const { recorded } of found) {
      expect(Date.parse(recorded)).toBeGreaterThanOrEqual(begun);
      expect(Date.parse(recorded)).toBeLessThanOrEqual(ended);
    }
    if (name === operator) return;
    for (const { agent } of found) expect(agent.map(({ who: one }) => one.identifier?.value)).toContain(app);
  });

  test('says from where an old token came', async () => {
    const [event] = await events('subtype=token-reused', 1);
    expect(event?.agent.find(({ requestor }) => requestor)?.network?.address).toBe('127.0.0.1');
  });

  test('names the account that was locked and the client that was revoked', async () => {
    const about = async (kind: string) => (await events(`subtype=${kind}`, 1)).map(({ entity }) => entity);
    expect(await about('account-locked')).toMatchObject([[{ name: chen.name }]]);
    expect(await about('client-revoked')).toMatchObject([[{ what: { identifier: { value: otherApp } } }]]);
  });

  test('is found as accesses: what was read of whom, and what was not let be read', async () => {
    const reads = await events(`subtype=read&patient=${patients.zhang}&agent=Patient/${patients.zhang}`, 2);
    expect(reads.map(({ entity, purposeOfEvent }) => [entity?.[0]?.what?.reference, purposeOfEvent])).toEqual(
      Array(2).fill([`Patient/${patients.zhang}`, undefined]),
    );
    const hidden = await events(`subtype=read&outcome=4&agent=Practitioner/${doctor}`, 1);
    expect(hidden.map(({ entity }) => entity?.[0]?.what?.reference)).toEqual([`Patient/${patients.ouyang}`]);
    // Who had no valid token is not known.
    const turnedAway = await events('outcome=4&type=rest&entity-role=24', 2);
    const asked = turnedAway.flatMap(({ entity = [] }) => entity.map(({ description }) => description));
    expect(asked.filter((text) => text === `GET /fhir/Patient/${patients.zhang}`)).toHaveLength(2);
  });

  test('carries the purpose and the reason where the glass was broken', async () => {
    const coding = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: emergency.purpose }];
    const purpose = [{ coding, text: emergency.reason }];
    const [access, ...more] = await events(`subtype=read&patient=${patients.li}`, 1);
    const reader = access?.agent.find(({ requestor }) => requestor);
    expect([access?.purposeOfEvent, reader?.name, reader?.purposeOfUse, more]).toEqual([purpose, chen.name, purpose, []]);
    const [broken] = await events('subtype=break-glass', 1);
    expect(broken).toMatchObject({ purposeOfEvent: purpose, outcomeDesc: emergency.reason });
  });

  test('is shown to no patient and no clinician', async () => {
    expect(others).toHaveLength(2);
    const [event] = await events('subtype=sign-in', 1);
    const id = event?.id ?? '';
    expect(await read(`AuditEvent/${id}`, auditor)).toBe(200);
    for (const token of others) {
      for (const path of ['AuditEvent', `AuditEvent/${id}`, 'AuditEvent?_summary=count']) {
        const { status, body } = await get(path, token);
        expect([path, status, body.resourceType]).toEqual([path, 403, 'OperationOutcome']);
      }
      // The patient's own record, and what refers to it.
      const around = await get(`Patient?_id=${patients.zhang}&_revinclude=AuditEvent:patient`, token);
      const types = around.body.entry.map(
        ({ resource }: { readonly resource: { readonly resourceType: string } }) => resource.resourceType,
      );
      expect([around.status, types]).toEqual([200, ['Patient']]);
    }
  });

  test('tells no password, no token and no code', async () => {
    expect(secrets.filter((secret) => secret.length < 10)).toEqual([]);
    let all = '';
    let next: string | undefined = '/AuditEvent?_count=100';
    while (next !== undefined) {
      const { text, body } = await ask(region.base, 'GET', next, undefined, { authorization: `Bearer ${auditor}` });
      all += text;
      next = body.link.find(({ relation }: { readonly relation: string }) => relation === 'next')?.url;
    }
    for (const kind of ['token-issued', 'token-refreshed', 'token-reused', 'sign-in']) expect(all).toContain(`"${kind}"`);
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  });

  test('stands in a journal that is whole', async () => {
    expect(await lianyi('audit', 'verify')).toMatchObject({ code: 0, stderr: expect.stringContaining('The journal is whole.') });
  });
});
