/** Signing in by the pages, over HTTP, with no script. Source: GB/T 22239-2019 8.1.4.1 (等保三级, 身份鉴别); RFC 6238 */
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { addAccount, findAccount, lockAccount, resetAccount } from '../../src/auth/accounts.js';
import { hashPassword } from '../../src/auth/passwords.js';
import { checkSignIn } from '../../src/auth/sign-in.js';
import { newVisitor, type VisitedPage, type Visitor } from '../web-visitor.js';
import { appUrl, asks, cheap, type PagesServer, startPages, uid } from './pages-server.js';

const password = 'Mondschein-7';
let server: PagesServer;
let page: string;
let named = 0;

beforeAll(async () => {
  server = await startPages({ policy: { needsSecondFactor: (role) => role === 'security-admin' } });
  page = `${server.url}/interaction/${uid}`;
});
afterAll(() => server.close());
beforeEach(() => {
  server.desk.asked = asks('patient/Patient.rs', { prompt: 'login' });
  delete server.desk.signedIn;
  delete server.desk.session;
  server.events.length = 0;
  // Whatever was counted for the address is forgotten a day later.
  server.clock.now += 2 * 86_400_000;
});

async function account(more: object = {}) {
  const name = `医生${++named}`;
  return addAccount(server.states, { name, role: 'clinician', password, ...more }, { cost: cheap });
}

async function typeIn(visitor: Visitor, name: string, typed = password, at = page): Promise<VisitedPage> {
  return visitor.send(await visitor.visit(at), { name, password: typed }, { leaves: appUrl });
}

function codeOf(secret: string): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: server.clock.now });
}

describe('name and password', () => {
  test('sign in, in any case and width of the name', async () => {
    const { id } = await account({ name: 'Dr.Wang' });
    const done = await typeIn(newVisitor(), 'ｄｒ.WANG');
    expect(done.url).toBe(appUrl);
    expect(server.desk.signedIn).toEqual({ account: id, methods: ['pwd'] });
    expect(server.events).toMatchObject([{ kind: 'sign-in', outcome: 'success', by: { account: id, client: 'growth' } }]);
  });

  test('that are wrong, and names that nobody has, are answered alike', async () => {
    const { name } = await account();
    const wrong = await typeIn(newVisitor(), name, 'Mondschein-8');
    const nobody = await typeIn(newVisitor(), 'nobody', 'Mondschein-8');
    const same = ({ html }: VisitedPage) => html.replace(/value="[^"]*"/g, '');
    expect([wrong.status, nobody.status]).toEqual([400, 400]);
    expect(same(wrong)).toBe(same(nobody));
    expect(wrong.text).toContain('账户名或密码不正确');
    expect(wrong.html).not.toContain('Mondschein');
    expect(server.events.map(({ outcome, reason }) => [outcome, reason])).toEqual(Array(2).fill(['refused', 'wrong name or password']));
    expect(JSON.stringify(server.events)).not.toContain('Mondschein');
  });

  test('of a locked account say so only to who knows the password', async () => {
    const { name } = await account();
    await lockAccount(server.states, name);
    expect((await typeIn(newVisitor(), name, 'Mondschein-8')).text).toContain('账户名或密码不正确');
    expect((await typeIn(newVisitor(), name)).text).toContain('已被锁定');
    expect(server.desk.signedIn).toBeUndefined();
  });

  test('of another account than the launch was made for do not sign in', async () => {
    const [one, other] = [await account(), await account()];
    server.desk.asked = asks('launch', { prompt: 'login', demandedAccount: one.id });
    expect((await typeIn(newVisitor(), other.name)).text).toContain('请使用该用户的账户登录');
    expect(server.desk.signedIn).toBeUndefined();
    await typeIn(newVisitor(), one.name);
    expect(server.desk.signedIn).toEqual({ account: one.id, methods: ['pwd'] });
  });

  test('a password that somebody else set is changed first', async () => {
    const { name, id } = await account();
    await resetAccount(server.states, name, 'Sonnenschein-8', { cost: cheap });
    const visitor = newVisitor();
    let next = await typeIn(visitor, name, 'Sonnenschein-8');
    expect([next.url, server.desk.signedIn]).toEqual([page, undefined]);
    for (const [typed, repeated, words] of [
      ['Sonnenschein-8', 'Sonnenschein-8', '新密码与当前密码相同'],
      ['kurz', 'kurz', '密码长度应为'],
      ['Abendschein-99', 'Abendschein-98', '两次输入的密码不一致'],
    ] as const) {
      next = await visitor.send(next, { 'new-password': typed, repeated }, { form: 'new-password' });
      expect([next.status, next.text]).toEqual([400, expect.stringContaining(words)]);
    }
    next = await visitor.send(
      next,
      { 'new-password': 'Abendschein-99', repeated: 'Abendschein-99' },
      { form: 'new-password', leaves: appUrl },
    );
    expect(server.desk.signedIn).toEqual({ account: id, methods: ['pwd'] });
  });
});

describe('guessing is made slow', () => {
  test('after five failures for a name the right password has to wait too, and longer each time', async () => {
    const { name } = await account();
    for (let times = 0; times < 5; times++) expect((await typeIn(newVisitor(), name, 'x')).status).toBe(400);
    const refused = await typeIn(newVisitor(), name);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect(refused.text).toContain('请在1分钟后重试');
    server.clock.now += 61_000;
    expect((await typeIn(newVisitor(), name, 'x')).status).toBe(400);
    expect((await typeIn(newVisitor(), name, 'x')).headers.get('retry-after')).toBe('120');
    server.clock.now += 121_000;
    expect((await typeIn(newVisitor(), name)).url).toBe(appUrl);
    expect(server.events.map(({ kind }) => kind)).toContain('lock-out');
  });

  test('who administers may end the wait', async () => {
    const { name } = await account();
    for (let times = 0; times < 6; times++) await typeIn(newVisitor(), name, 'x');
    await lockAccount(server.states, name, false);
    expect((await typeIn(newVisitor(), name)).url).toBe(appUrl);
  });

  test('alike for names that nobody has', async () => {
    for (let times = 0; times < 5; times++) await typeIn(newVisitor(), 'stranger', 'x');
    expect((await typeIn(newVisitor(), 'stranger', 'x')).status).toBe(429);
  });

  test('of guesses at the same moment no more are judged', async () => {
    const { name } = await account();
    const answers = await Promise.all(Array.from({ length: 20 }, () => typeIn(newVisitor(), name, 'x')));
    expect(answers.map(({ status }) => status).filter((status) => status === 400)).toHaveLength(5);
  });

  test('who comes in a storm and is sent away is not counted', async () => {
    let storming = true;
    const one = async () => {
      while (storming) await hashPassword(password, cheap).catch(() => setImmediate());
    };
    const storm = Array.from({ length: 66 }, one);
    let [times, page] = [0, await typeIn(newVisitor(), 'storm0', 'x')];
    while (page.status !== 503 && times < 50) page = await typeIn(newVisitor(), `storm${++times}`, 'x');
    storming = false;
    await Promise.all(storm);
    expect([page.status, page.headers.get('retry-after'), page.text]).toEqual([503, '5', expect.stringContaining('当前登录人数过多')]);
    expect(JSON.parse((await server.states.get('failures', `name:storm${times}`))?.value ?? '')).toEqual({ count: 0, until: 0 });
  });

  test('strangers lock nobody out who has signed in with the browser before, and nobody for good', async () => {
    const { name } = await account();
    const own = newVisitor();
    await typeIn(own, name);
    for (let times = 0; times < 8; times++) {
      await typeIn(newVisitor(), name, 'x');
      server.clock.now += 20 * 60_000;
    }
    await typeIn(newVisitor(), name, 'x');
    expect((await typeIn(newVisitor(), name)).status).toBe(429);
    expect((await typeIn(own, name)).url).toBe(appUrl);
    server.clock.now += 15 * 60_000 + 1000;
    expect((await typeIn(newVisitor(), name)).url).toBe(appUrl);
  });

  test('for an address that tries many names', async () => {
    const rooms = { states: server.states, now: () => server.clock.now, cost: cheap };
    const guess = (address: string, name: string) => checkSignIn(rooms, { name, password: 'x', address });
    const kinds = [];
    for (let times = 0; times < 55; times++) kinds.push((await guess(`2001:db8:1:2::${times}`, `name${times}`)).kind);
    expect(kinds.filter((kind) => kind === 'wait')).toHaveLength(5);
    expect((await guess('2001:db8:1:3::1', 'another')).kind).toBe('wrong');
  });
});

describe('the second factor', () => {
  async function enrolled() {
    const { name, id } = await account({ role: 'security-admin' });
    const visitor = newVisitor();
    const enrolling = await typeIn(visitor, name);
    const secret = /class="code">([A-Z2-7 ]+)</.exec(enrolling.html)?.[1]?.replaceAll(' ', '') ?? '';
    const codes = await visitor.send(enrolling, { code: codeOf(secret) }, { form: 'code' });
    return {
      name,
      id,
      visitor,
      secret,
      enrolling,
      codes,
      recovery: [...codes.html.matchAll(/<li class="code">([^<]+)</g)].map(([, code]) => code ?? ''),
    };
  }

  test('is set up with a QR code and a key where the policy asks for it, and recovery codes are shown once', async () => {
    const { enrolling, codes, recovery, visitor, id, secret } = await enrolled();
    expect(enrolling.html).toMatch(/<svg class="qr"/);
    expect(secret).toHaveLength(32);
    expect(recovery).toHaveLength(10);
    expect(server.desk.signedIn).toBeUndefined();
    await visitor.send(codes, {}, { leaves: appUrl });
    expect(server.desk.signedIn).toEqual({ account: id, methods: ['pwd', 'otp'] });
    const kept = JSON.stringify(await findAccount(server.states, `医生${named}`));
    for (const code of recovery) expect(kept).not.toContain(code);
  });

  test('is not set up by a wrong code, nor by one for another page', async () => {
    const { name } = await account({ role: 'security-admin' });
    const visitor = newVisitor();
    const enrolling = await typeIn(visitor, name);
    const wrong = await visitor.send(enrolling, { code: '000000' }, { form: 'code' });
    expect([wrong.status, (await findAccount(server.states, name))?.totp]).toEqual([400, undefined]);
    // The same key is shown again.
    expect(/class="code">([A-Z2-7 ]+)</.exec(wrong.html)?.[1]).toBe(/class="code">([A-Z2-7 ]+)</.exec(enrolling.html)?.[1]);
  });

  test('a code signs in once only', async () => {
    const { name, secret } = await enrolled();
    const visitor = newVisitor();
    const asked = await typeIn(visitor, name);
    const used = await visitor.send(asked, { code: codeOf(secret) }, { form: 'code' });
    expect([used.status, server.desk.signedIn]).toEqual([400, undefined]);
    server.clock.now += 30_000;
    const code = codeOf(secret);
    const twice = await Promise.all([0, 1, 2, 3].map(() => visitor.send(asked, { code }, { form: 'code', leaves: appUrl })));
    expect(twice.filter(({ url }) => url === appUrl)).toHaveLength(1);
  });

  test('a recovery code stands in for it, once', async () => {
    const { name, recovery } = await enrolled();
    const use = async () => {
      const visitor = newVisitor();
      return visitor.send(
        await typeIn(visitor, name),
        { recovery: recovery[3]?.toUpperCase() ?? '' },
        { form: 'recovery', leaves: appUrl },
      );
    };
    expect((await use()).url).toBe(appUrl);
    expect((await use()).status).toBe(400);
  });

  test('codes cannot be guessed at will', async () => {
    const { name, secret } = await enrolled();
    const visitor = newVisitor();
    const asked = await typeIn(visitor, name);
    for (let times = 0; times < 5; times++) expect((await visitor.send(asked, { code: '000000' }, { form: 'code' })).status).toBe(400);
    server.clock.now += 30_000;
    expect((await visitor.send(asked, { code: codeOf(secret) }, { form: 'code' })).status).toBe(429);
    server.clock.now += 31_000;
    expect((await visitor.send(asked, { code: codeOf(secret) }, { form: 'code', leaves: appUrl })).url).toBe(appUrl);
  });

  test('the password alone leads no further, in this browser or another', async () => {
    const { name, secret } = await enrolled();
    await typeIn(newVisitor(), name);
    const stranger = newVisitor();
    const start = await stranger.visit(page);
    const token = start.forms[0]?.fields.find(({ name }) => name === 'token')?.value ?? '';
    server.clock.now += 30_000;
    const form = {
      action: `${page}/code`,
      method: 'POST',
      buttons: [],
      fields: [
        { name: 'token', type: 'hidden', value: token, checked: false },
        { name: 'code', type: 'text', value: '', checked: false },
      ],
    };
    const jumped = await stranger.send({ ...start, forms: [form] }, { code: codeOf(secret) }, { leaves: appUrl });
    expect([jumped.url, server.desk.signedIn]).toEqual([page, undefined]);
  });
});

describe('going back', () => {
  test('the app can be refused before anybody signs in', async () => {
    const visitor = newVisitor();
    const start = await visitor.visit(page);
    const refuse = start.forms.find(({ action }) => action.endsWith('/refuse'));
    await visitor.send({ ...start, forms: refuse ? [refuse] : [] }, {}, { leaves: appUrl });
    expect(server.desk.refused).toBe(true);
  });

  test('a name that the app proposes is filled in', async () => {
    server.desk.asked = asks('openid', { prompt: 'login', loginHint: 'dr"><script>' });
    const { html, forms } = await newVisitor().visit(page);
    expect(forms[0]?.fields.find(({ name }) => name === 'name')?.value).toBe('dr"><script>');
    expect(html).not.toContain('<script');
  });
});
