/** Accounts: names, passwords, locks; on both stores. Source: GB/T 22239-2019 8.1.4.1 (等保三级, 身份鉴别) */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addAccount, findAccount, findAccountById, listAccounts, lockAccount, resetAccount, setPassword } from '../../src/auth/accounts.js';
import { checkPassword } from '../../src/auth/password-rules.js';
import { hashPassword, isOutdated, isPassword } from '../../src/auth/passwords.js';
import type { StateStore } from '../../src/store/state.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { cheap } from './pages-server.js';

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
});
