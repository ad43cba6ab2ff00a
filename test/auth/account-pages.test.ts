/** The page of an account's owner, over HTTP. Source: SMART App Launch 2.2 conformance.html (management_endpoint) */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { type Account, addAccount, findAccount } from '../../src/auth/accounts.js';
import { newVisitor, type VisitedPage, type Visitor } from '../web-visitor.js';
import { cheap, type PagesServer, startPages } from './pages-server.js';

const password = 'Mondschein-7';
let server: PagesServer;
let owner: Account;
let visitor: Visitor;
let named = 0;

beforeAll(async () => {
  server = await startPages({ policy: { needsSecondFactor: (role) => role === 'auditor' } });
});
afterAll(() => server.close());
beforeEach(async () => {
  visitor = newVisitor('en');
  owner = await addAccount(server.states, { name: `owner${++named}`, role: 'clinician', password }, { cost: cheap });
  server.desk.session = owner.id;
  server.desk.grants = [
    { id: 'g1', client: { id: 'growth', name: 'Growth' }, scopes: ['patient/Patient.rs'], patient: 'p1', madeAt: 0, expires: 86_400_000 },
    { id: 'g2', client: { id: 'other', name: 'Other' }, scopes: ['openid'], madeAt: 0, expires: 0 },
  ];
});

const open = () => visitor.visit(`${server.url}/grants`);

function sent(page: VisitedPage, action: string, filled: Record<string, string>): Promise<VisitedPage> {
  const form = page.forms.find((one) => one.action.endsWith(action));
  if (form === undefined) throw new Error(`No form leads to ${action}: ${page.text}`);
  return visitor.send({ ...page, forms: [form] }, filled);
}

describe('the page of connected apps', () => {
  test('asks who it is first', async () => {
    delete server.desk.session;
    const done = await visitor.send(await open(), { name: owner.name, password });
    expect([done.url, server.desk.session]).toEqual([`${server.url}/grants`, owner.id]);
    expect(done.text).toContain('Connected apps');
  });

  test('shows what each may do, and takes one back', async () => {
    const page = await open();
    expect(page.text).toContain('since 1970-01-01, until 1970-01-02, for the patient p1');
    const done = await sent(page, '/revoke', {});
    expect(done.text).toContain('The access was taken back');
    expect(server.desk.grants.map(({ id }) => id)).toEqual(['g2']);
  });

  test('changes the password for who knows the present one, and ends other sessions', async () => {
    await server.states.put({ kind: 'session', id: `s-${owner.id}`, value: '1', refs: [`account:${owner.id}`] });
    const fresh = { 'new-password': 'Abendschein-99', repeated: 'Abendschein-99' };
    const wrong = await sent(await open(), '/change-password', { password: 'x', ...fresh });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('The present password is not right')]);
    const done = await sent(wrong, '/change-password', { password, ...fresh });
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('The password was changed')]);
    expect((await findAccount(server.states, owner.name))?.password).not.toBe(owner.password);
    expect(await server.states.get('session', `s-${owner.id}`)).toBeUndefined();
  });

  test('sets an authenticator up and does without it again', async () => {
    const shown = await sent(await open(), '/set-up', { proof: password });
    const secret = /class="code">([A-Z2-7 ]+)</.exec(shown.html)?.[1]?.replaceAll(' ', '') ?? '';
    const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: server.clock.now });
    expect((await sent(shown, '/enrol', { code: '000000' })).status).toBe(400);
    const codes = await sent(shown, '/enrol', { code });
    expect(codes.text).toContain('Keep these recovery codes');
    const page = await sent(codes, '/go-on', {});
    expect(page.text).toContain('Recovery codes left: 10');
    expect((await sent(page, '/remove-factor', { removal: 'x' })).status).toBe(400);
    expect((await sent(page, '/remove-factor', { removal: password })).text).toContain('The authenticator was removed');
    expect(await findAccount(server.states, owner.name)).not.toHaveProperty('totp');
  });

  test('makes guesses at the present password wait too', async () => {
    const page = await open();
    for (let times = 0; times < 5; times++) await sent(page, '/set-up', { proof: 'x' });
    expect((await sent(page, '/set-up', { proof: password })).status).toBe(429);
  });
});
