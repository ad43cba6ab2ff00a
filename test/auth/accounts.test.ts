/** Accounts: names, passwords, locks; on both stores. Source: GB/T 22239-2019 8.1.4.1 (等保三级, 身份鉴别) */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import {
  type Account,
  addAccount,
  findAccount,
  findAccountById,
  listAccounts,
  lockAccount,
  resetAccount,
  setPassword,
} from '../../src/auth/accounts.js';
import { checkPassword } from '../../src/auth/password-rules.js';
import { hashPassword, isOutdated, isPassword } from '../../src/auth/passwords.js';
import { createTurns } from '../../src/auth/turns.js';
import type { StateStore } from '../../src/store/state.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { newVisitor, type VisitedPage, type Visitor } from '../web-visitor.js';
import { cheap, type PagesServer, startPages } from './pages-server.js';

const password = 'Mondschein-7';
const doctor = { role: 'clinician', fhirUser: 'Practitioner/p1', institution: 'hospital-a', password };

describe.each(stores)('accounts on $name', ({ open }) => {
  let opened: OpenedStore;
  let states: StateStore;
  beforeAll(async () => {
    opened = await open();
    ({ states } = opened.store);
  });
  afterAll(() => opened.close());

  test('have Chinese names, found in any case and width', async () => {
    const added = await addAccount(states, { ...doctor, name: '王医生Ａ' }, { cost: cheap });
    expect(added).toMatchObject({ name: '王医生Ａ', role: 'clinician', institution: 'hospital-a' });
    expect(await findAccount(states, ' 王医生a')).toEqual(added);
    expect(await findAccountById(states, added.id)).toEqual(added);
    expect(await findAccountById(states, 'nobody')).toBeUndefined();
    expect(JSON.stringify(added)).not.toContain(password);
  });

  test.each([
    ['Li.Wei', 'ｌｉ．ｗｅｉ'],
    ['straße', 'STRASSE'.toLowerCase().replace('ss', 'ß')],
    ['Zo\u00eb', 'zoe\u0308'],
  ])('%j is given once only, also as %j', async (name, same) => {
    await addAccount(states, { ...doctor, name }, { cost: cheap });
    await expect(addAccount(states, { ...doctor, name: same }, { cost: cheap })).rejects.toMatchObject({ status: 409 });
  });

  test('of several that take a name at the same moment one gets it', async () => {
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => addAccount(states, { ...doctor, name: 'race' }, { cost: cheap })));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test.each(['', ' ', 'a b', '<script>', '-a', 'a'.repeat(65), 'a\u202eb', 'a\nb', '../x', '"', "o'neil"])(
    '%j is no name',
    async (name) => {
      await expect(addAccount(states, { ...doctor, name }, { cost: cheap })).rejects.toMatchObject({ status: 400 });
    },
  );

  test.each(['Patient', 'Device/1', 'Patient/../1', 'http://x/Patient/1'])('%s is no user of an account', async (fhirUser) => {
    await expect(addAccount(states, { ...doctor, name: 'somebody', fhirUser }, { cost: cheap })).rejects.toMatchObject({ status: 400 });
  });

  test('a lock holds until it is lifted and ends what was given in its name', async () => {
    const { id } = await addAccount(states, { ...doctor, name: 'locked' }, { cost: cheap });
    await states.put({ kind: 'session', id: 'of-locked', value: '1', refs: [`account:${id}`] });
    await lockAccount(states, 'LOCKED');
    expect(await findAccount(states, 'locked')).toMatchObject({ locked: true });
    expect(await states.get('session', 'of-locked')).toBeUndefined();
    expect(JSON.parse((await states.get('denied', `sub:${id}`))?.value ?? '{}').before).toBeGreaterThan(Date.now() - 60_000);
    expect(await lockAccount(states, 'locked', false)).not.toHaveProperty('locked');
    await expect(lockAccount(states, 'nobody')).rejects.toMatchObject({ status: 404 });
  });

  test('a reset takes lock and second factor away and asks for a new password', async () => {
    const { id } = await addAccount(states, { ...doctor, name: 'reset' }, { cost: cheap });
    await lockAccount(states, 'reset');
    const reset = await resetAccount(states, 'reset', 'Sonnenschein-8', { cost: cheap });
    expect(reset).toMatchObject({ id, mustChangePassword: true });
    expect(reset).not.toHaveProperty('locked');
    expect(await isPassword('Sonnenschein-8', reset.password)).toBe(true);
    expect(await setPassword(states, 'reset', 'Abendschein-99', { cost: cheap })).not.toHaveProperty('mustChangePassword');
  });

  test('all are listed in the order of their names', async () => {
    const names = (await listAccounts(states)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['王医生Ａ', 'Li.Wei', 'race', 'locked', 'reset']));
  });
});

describe('a password', () => {
  test.each([
    ['Kurz-7', 'password-length'],
    ['nur-kleine-sil', 'password-simple'],
    ['12345678901', 'password-simple'],
    ['Password-123', 'password-common'],
    ['P@ssw0rd123', 'password-common'],
    ['Drwang12345678', 'password-common'],
    ['Qwerty123456', 'password-common'],
    ['1'.repeat(300), 'password-length'],
    ['1234567890123456', 'password-common'],
    ['aaaaaaaaaaaaaaaaaaaa', 'password-common'],
  ])('%j is refused: %s', (wanted, id) => {
    expect(() => checkPassword(wanted, 'DrWang')).toThrow(
      expect.objectContaining({ status: 400, issues: [expect.objectContaining({ message: expect.objectContaining({ id }) })] }),
    );
  });

  test.each(['Mondschein-7', 'vier Worte die ich mag', '我家门前有两棵树一棵是枣树另一棵也是', 'Lianyi-demo-2026'])(
    '%j will do',
    (wanted) => {
      expect(() => checkPassword(wanted, 'DrWang')).not.toThrow();
    },
  );

  test('is the same however its marks are written, and no other', async () => {
    const hashed = await hashPassword('Caf\u00e9-am-Platz', cheap);
    expect(await isPassword('Cafe\u0301-am-Platz', hashed)).toBe(true);
    expect(await isPassword('Cafe-am-Platz', hashed)).toBe(false);
    expect(await hashPassword('Caf\u00e9-am-Platz', cheap)).not.toBe(hashed);
  });

  test('is hashed with 32 MB or more unless told otherwise, and what costs less is outdated', async () => {
    const [name, n, r] = (await hashPassword(password)).split('$');
    expect([name, 128 * Number(n) * Number(r) >= 32 * 1024 * 1024]).toEqual(['scrypt', true]);
    expect(isOutdated(await hashPassword(password, cheap))).toBe(true);
  });

  test('is hashed for few at once; of a storm some are sent away', async () => {
    const storm = await Promise.allSettled(Array.from({ length: 100 }, () => hashPassword(password, cheap)));
    const refused = storm.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(100 - 66);
    expect(refused[0]).toMatchObject({ reason: { status: 503 } });
    expect(await isPassword(password, await hashPassword(password, cheap))).toBe(true);
  });

  test('whoever waits in line is told so after a while, and whose turn it is goes on', async () => {
    const turns = createTurns({ atOnce: 1, mayWait: 2, patience: 50, refusal: () => new Error('too many') });
    let finish: (text: string) => void = () => undefined;
    const first = turns.take(() => new Promise<string>((resolve) => (finish = resolve)));
    const waiting = [turns.take(async () => 'second'), turns.take(async () => 'third')];
    await expect(turns.take(async () => 'fourth')).rejects.toThrow('too many');
    for (const late of waiting) await expect(late).rejects.toThrow('too many');
    const next = turns.take(async () => 'next');
    finish('first');
    expect([await first, await next]).toEqual(['first', 'next']);
    expect(await turns.take(async () => 'last')).toBe('last');
  });
});

/** Source: SMART App Launch 2.2 conformance.html (management_endpoint) */
describe('the page of connected apps', () => {
  let server: PagesServer;
  let owner: Account;
  let visitor: Visitor;
  let named = 0;

  beforeAll(async () => {
    server = await startPages({ patients: [{ id: 'p1', name: '张三' }], policy: { needsSecondFactor: (role) => role === 'auditor' } });
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

  test('asks who it is first', async () => {
    delete server.desk.session;
    const done = await visitor.send(await open(), { name: owner.name, password });
    expect([done.url, server.desk.session]).toEqual([`${server.url}/grants`, owner.id]);
    expect(done.text).toContain('Connected apps');
  });

  test('shows what each may do, and takes one back', async () => {
    const page = await open();
    expect(page.text).toContain('since 1970-01-01, until 1970-01-02, for the patient: 张三');
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
