/** Who reads the store, or a backup of it, reads no secret there: on both stores. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findAccount } from '../../src/auth/accounts.js';
import { addClient } from '../../src/auth/clients.js';
import { followKeys } from '../../src/auth/followed-keys.js';
import { noKeys, readKeyRing, sealedWith } from '../../src/auth/key-ring.js';
import { readKeys } from '../../src/auth/keys.js';
import { addRegistrationToken } from '../../src/auth/registration-tokens.js';
import { resealAll, sealedStates, standingOf } from '../../src/auth/sealed-states.js';
import { enrol, newSecret } from '../../src/auth/second-factor.js';
import { openSealed } from '../../src/secrets-key.js';
import { eachItem, type StateStore } from '../../src/store/state.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { type AuthServer, addPerson, authorizeUrl, Browser, launch, post, startAuth, types } from './auth-server.js';

const lines = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64'));
const [first = '', second = ''] = lines;
const scope = 'openid fhirUser launch/patient patient/*.rs offline_access';

/** All that lies beside the resources, as it lies there. */
async function dump(states: StateStore): Promise<string> {
  const texts: string[] = [];
  for (const kind of await states.kinds())
    for await (const item of eachItem(states, kind)) texts.push([kind, item.id, item.value, ...(item.refs ?? [])].join(' '));
  return texts.join('\n');
}

describe.each(stores)('on $name', ({ name, open }) => {
  let opened: OpenedStore;
  let server: AuthServer;
  let port: number | undefined;
  let secrets: Readonly<Record<string, string>>;
  const serve = async (ring: string) => {
    const states = await openSealed(opened.store.states, readKeyRing(ring));
    // Where it was before: tokens are of the place.
    const started = await startAuth({ states, ...(port === undefined ? {} : { port }) });
    port = Number(new URL(started.issuer).port);
    started.person.account = (await findAccount(states, 'doctor'))?.id ?? '';
    return started;
  };
  // A connection that was kept open may be to the server that is no more.
  const again = async (ring: string) => {
    await server.close();
    server = await serve(ring);
    await fetch(`${server.issuer}/jwks`).catch(() => undefined);
  };
  const refresh = (token: string) =>
    post(`${server.issuer}/token`, { grant_type: 'refresh_token', refresh_token: token, client_id: 'app' });

  beforeAll(async () => {
    opened = await open();
    const states = await openSealed(opened.store.states, readKeyRing(`${first} # of this year\n`));
    const doctor = await addPerson(states, 'doctor');
    const totp = newSecret();
    await enrol(states, doctor, totp, 1);
    await addClient(states, { id: 'app', name: 'App', kind: 'public', redirectUris: ['http://app.example/cb'] }, { types });
    const registration = await addRegistrationToken(states, {}, { types });
    server = await serve(first);
    const { body } = await launch(server, 'app', { scope });
    const { url } = authorizeUrl(server, 'app', { scope });
    const code = (await new Browser().go(url)).location?.searchParams.get('code') ?? '';
    const keys = await readKeys(states);
    const [cookie = ''] = keys?.cookies ?? [];
    const { d = '', p = '' } = keys?.signing[0]?.jwk ?? {};
    secrets = { totp, registration, code, refresh: body.refresh_token, d, p, cookie };
  });
  afterAll(async () => {
    await server.close();
    await opened.close();
  });

  test('no signing key, cookie key, second factor or token is found in what the store keeps', async () => {
    for (const secret of Object.values(secrets)) expect(secret.length).toBeGreaterThan(20);
    const read = async () => {
      if (name !== 'SQLite') return dump(opened.store.states);
      const folder = dirname(opened.url.slice('sqlite:'.length));
      const files = (await readdir(folder)).map((file) => readFile(join(folder, file), 'latin1'));
      return (await Promise.all(files)).join('\n');
    };
    const kept = await read();
    expect(kept).toContain('"sealed":"');
    expect(Object.entries(secrets).filter(([, secret]) => kept.includes(secret))).toEqual([]);
    expect(kept).not.toContain('Practitioner/d1');
  });

  test('of every kind that is kept it is said whether it is sealed', async () => {
    const open: string[] = [];
    for (const kind of await opened.store.states.kinds()) {
      for (const { value } of await opened.store.states.list(kind, { count: 1 })) if (sealedWith(value) === undefined) open.push(kind);
    }
    // Times, counts and digests: nothing that anybody could use.
    expect(open.filter((kind) => !['agreement', 'denied', 'device', 'failures', 'replay-detection', 'server'].includes(kind))).toEqual([]);
  });

  test('a token is of no use by the name it is kept under', async () => {
    const [item] = await opened.store.states.list('refresh-token', { count: 1 });
    expect((await refresh(item?.id ?? '')).status).toBe(400);
  });

  test('one key gives way to another, and tokens outlast it', async () => {
    await again(`${second}\n${first}\n`);
    const refreshed = await refresh(secrets.refresh ?? '');
    expect(refreshed.status).toBe(200);
    const count = await resealAll(opened.store.states, readKeyRing(`${second}\n${first}`));
    expect(count).toBeGreaterThan(5);
    expect([...(await standingOf(opened.store.states)).sealed.keys()]).toEqual(readKeyRing(second).names);
    await again(second);
    expect((await refresh(refreshed.body.refresh_token)).status).toBe(200);
    expect(server.logged).toEqual([]);
  });

  test('without the key nobody starts, and with another one neither: the sentence names both', async () => {
    const { states } = opened.store;
    const [needed, held] = [second, first].map((key) => readKeyRing(key).names[0]);
    await expect(openSealed(states, noKeys)).rejects.toThrow(`sealed with the key ${needed}, but SECRETS_KEY_FILE is not set`);
    await expect(openSealed(states, readKeyRing(first))).rejects.toThrow(
      `sealed with the key ${needed}; the file that SECRETS_KEY_FILE names holds ${held}`,
    );
    await expect(sealedStates(states, noKeys).get('keys', 'current')).rejects.toMatchObject({ status: 503 });
    // What it cannot read it does not take away from those who can.
    const [account] = await states.list('account', { count: 1 });
    await expect(sealedStates(states, noKeys).take('account', account?.id ?? '')).rejects.toMatchObject({ status: 503 });
    expect(await states.get('account', account?.id ?? '')).toEqual(account);
  });

  test('a sealed value is of no use in another place, nor changed', async () => {
    const { states } = opened.store;
    const ours = sealedStates(states, readKeyRing(second));
    const [account] = await states.list('account', { count: 1 });
    await states.put({ kind: 'account', id: 'moved', value: account?.value ?? '' });
    await expect(ours.get('account', 'moved')).rejects.toMatchObject({ status: 503 });
    const changed = (account?.value ?? '').replace(/.(..)"}$/, (end) => (end.startsWith('A') ? 'B' : 'A') + end.slice(1));
    await states.put({ kind: 'account', id: 'changed', value: changed });
    await expect(ours.get('account', 'changed')).rejects.toMatchObject({ status: 503 });
    for (const id of ['moved', 'changed']) await states.take('account', id);
  });

  test('what a key was lost of is answered by 503, never by 500', async () => {
    const lost = sealedStates(opened.store.states, readKeyRing(randomBytes(32).toString('base64')));
    const ours = sealedStates(opened.store.states, readKeyRing(second));
    const mixed: StateStore = { ...ours, get: (kind, id) => (kind === 'client' ? lost : ours).get(kind, id) };
    const elsewhere = await startAuth({ states: mixed });
    expect((await post(`${elsewhere.issuer}/token`, { grant_type: 'refresh_token', refresh_token: 'x', client_id: 'app' })).status).toBe(
      503,
    );
    await elsewhere.close();
  });

  test('keys that cannot be read any more are trusted for a minute: another process may have said that others know them', async () => {
    const states = sealedStates(opened.store.states, readKeyRing(second));
    let [time, isLost, gone] = [Date.now(), false, 0];
    const reading: StateStore = {
      ...states,
      get: (...place) => (isLost ? sealedStates(opened.store.states, noKeys) : states).get(...place),
    };
    const lifetimes = { accessToken: 60, systemToken: 60, refreshToken: 60, session: 60 };
    const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const onKeysGone = () => void gone++;
    const keys = await followKeys({ states: reading, lifetimes, now: () => time, logger, onKeysGone, pollEvery: 3_600_000 });
    const kid = keys.now().signing[0]?.kid ?? '';
    isLost = true;
    const later = async (seconds: number, asked: string) => {
      time += seconds * 1000;
      return keys.keyOf(asked);
    };
    expect(await later(5, 'another')).toBeUndefined();
    expect(await later(55, kid)).toBeDefined();
    expect(gone).toBe(0);
    await expect(later(6, kid)).rejects.toMatchObject({ status: 503 });
    expect(() => keys.now()).toThrow(/SECRETS_KEY_FILE/);
    expect(gone).toBe(1);
    isLost = false;
    expect(await later(2, kid)).toBeDefined();
    expect(keys.now().signing[0]?.kid).toBe(kid);
    keys.close();
  });

  test('what lies in clear is read, and sealed when it is written or by the command', async () => {
    const { states } = opened.store;
    const ring = readKeyRing(second);
    const ours = sealedStates(states, ring);
    await addPerson(states, 'nurse');
    expect(await findAccount(ours, 'nurse')).toMatchObject({ name: 'nurse' });
    expect(await standingOf(states)).toMatchObject({ inClear: 1, keysInClear: false });
    expect(await resealAll(states, ring)).toBe(1);
    expect(await findAccount(ours, 'nurse')).toMatchObject({ name: 'nurse' });
    expect(await standingOf(states)).toMatchObject({ inClear: 0 });
    expect(await dump(states)).not.toContain('"name":"nurse"');
  });
});

test.each([
  ['', /has no key in it/],
  ['# nothing\n\n', /has no key in it/],
  ['short', /has in its 1\. key 3 bytes; expected are 32 bytes in base64/],
  [`${first}\n${first}AAAA`, /has in its 2\. key .* bytes/],
  [`${'*'.repeat(43)}=`, /has in its 1\. key/],
])('a key file that says %j is refused, and not repeated', (text, sentence) => {
  const read = () => readKeyRing(text);
  expect(read).toThrow(sentence);
  expect(read).not.toThrow(first);
});
