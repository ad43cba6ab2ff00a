/** Who is let in by a token, who is not, and what each is told. */
import { createHmac, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Access, unrestricted } from '../../../src/access/access.js';
import type { Principal } from '../../../src/access/principal.js';
import { ownIssuer } from '../../../src/auth/own-tokens.js';
import { createDenied, type Denied, deny } from '../../../src/auth/verify/denied.js';
import { createVerifier, type Verifier } from '../../../src/auth/verify/verifier.js';
import type { ResourceStore } from '../../../src/store/port.js';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import { talk } from '../../http/raw-socket.js';
import { type Answered, issuesOf, type RunningServer, startServer } from '../../running-server.js';
import { anIssuer, base, issuer, jws, part } from './an-issuer.js';

const hour = 3_600_000;
let store: ResourceStore;
let server: RunningServer;
let denied: Denied;
let verifier: Verifier;
let shift = 0;
const now = () => Date.now() + shift;
const ours = anIssuer(now);
const stranger = anIssuer(now);
const seen: Principal[] = [];

beforeAll(async () => {
  store = await openSqliteStore(':memory:');
  denied = await createDenied(store.states);
  const accessFor = (principal: Principal): Access => {
    seen.push(principal);
    return { ...unrestricted, principal, subject: principal.client };
  };
  const keyOf = async (kid: string) => (kid === ours.kid ? ours.publicKey : undefined);
  const issuers = [ownIssuer({ issuer, base, states: store.states }, keyOf)];
  verifier = createVerifier({ issuers, denied, accessFor, addressOf: () => 'here', now });
  server = await startServer({ store, accessOf: verifier.accessOf });
});

afterAll(async () => {
  denied.close();
  await server.close();
  await store.close();
});

const ask = (authorization: string, headers: Readonly<Record<string, string>> = {}) =>
  server.ask('GET', '/Patient/none', undefined, { authorization, ...headers });
const requestOn = (connection: object, token: string) =>
  ({ url: '/fhir', headers: { authorization: `Bearer ${token}` }, rawHeaders: [], socket: connection }) as never;
const challengeOf = ({ headers }: Answered) => headers.get('www-authenticate');

describe('a request with a token of ours', () => {
  test.each(['Bearer', 'bearer', 'BEARER', 'Bearer  '])('is let in, however the scheme is written: %s', async (scheme) => {
    expect((await ask(`${scheme} ${ours.token()}`)).status).toBe(404);
  });

  test('is who the token says', async () => {
    const claims = {
      patient: 'p1',
      encounter: 'e1',
      fhirUser: 'Practitioner/1',
      institution: 'h1',
      name: '王医生',
      emergency: { reason: '急诊', purpose: 'ETREAT' },
    };
    await ask(`Bearer ${ours.token({ ...claims, jti: 'told', exp: 2_000_000_000 })}`);
    expect(seen.at(-1)).toEqual({
      client: 'app',
      account: 'wang',
      role: 'clinician',
      scope: 'user/*.rs',
      grant: 'g1',
      tokenId: 'told',
      issuer,
      expires: 2_000_000_000_000,
      ...claims,
    });
    await ask(`Bearer ${ours.token({ sub: 'app', gid: undefined })}`);
    expect(seen.at(-1)).not.toHaveProperty('account');
  });

  test('is verified once while it lasts', async () => {
    const token = ours.token();
    const before = seen.length;
    for (let times = 0; times < 3; times++) expect((await ask(`Bearer ${token}`)).status).toBe(404);
    expect(seen.length).toBe(before + 1);
  });

  test('waits for nothing when it was verified before', async () => {
    const token = ours.token();
    await ask(`Bearer ${token}`);
    expect(verifier.accessOf(requestOn({}, token))).not.toBeInstanceOf(Promise);
  });

  test('is judged by its own token, whichever came before it on the connection', async () => {
    const connection = {};
    const [first, second] = [ours.token({ sub: 'first' }), ours.token({ sub: 'second' })];
    for (const [token, account] of [
      [first, 'first'],
      [second, 'second'],
      [first, 'first'],
    ] as const)
      expect((await verifier.accessOf(requestOn(connection, token))).principal?.account).toBe(account);
    await deny(store.states, { what: 'sub', id: 'first' }, hour);
    await expect(async () => verifier.accessOf(requestOn(connection, first))).rejects.toMatchObject({ status: 401 });
    expect((await verifier.accessOf(requestOn(connection, second))).principal?.account).toBe('second');
  });

  test('may have claims that do not stand in it', async () => {
    const value = JSON.stringify({ scope: 'user/Patient.r', role: 'clinician', name: '王医生' });
    await store.states.put({ kind: 'claims', id: 'short', value });
    const short = (jti: string, reference: unknown = jti) => ours.token({ scope: undefined, role: undefined, jti, claims_ref: reference });
    await ask(`Bearer ${short('short')}`);
    expect(seen.at(-1)).toMatchObject({ scope: 'user/Patient.r', role: 'clinician', name: '王医生' });
    for (const token of [short('lost'), short('other', 'short'), short('odd', { id: 'short' })])
      expect(challengeOf(await ask(`Bearer ${token}`))).toContain('invalid_token');
  });
});

describe('a request without a token', () => {
  test.each(['', 'Basic d2FuZzpzZWNyZXQ=', 'Digest username="x"'])(
    'is told how to come in, and of no error: "%s"',
    async (authorization) => {
      const answer = await server.ask('GET', '/Patient/none', undefined, authorization === '' ? {} : { authorization });
      expect([answer.status, challengeOf(answer)]).toEqual([401, 'Bearer realm="fhir"']);
      expect(issuesOf(answer)).toEqual(['error: token-missing at http.Authorization']);
      expect(answer.body.issue[0].code).toBe('login');
    },
  );

  test('is told in Chinese who asks for that', async () => {
    const { body } = await server.ask('GET', '/Patient', undefined, { 'accept-language': 'zh-CN' });
    expect(body.issue[0].details.text).toBe('需要访问令牌：Authorization: Bearer 后接令牌');
  });

  test('is told so whatever it asks for', async () => {
    for (const [method, path] of [
      ['GET', '/Nonsense'],
      ['POST', '/Patient'],
      ['POST', ''],
      ['GET', '/Patient?nonsense'],
      ['DELETE', '/Patient/1'],
    ] as const) {
      expect((await server.ask(method, path)).status).toBe(401);
    }
  });

  test('sees what everybody may see', async () => {
    expect((await server.ask('GET', '/metadata')).status).toBe(200);
    expect((await server.ask('HEAD', '/metadata?_summary=true')).status).toBe(200);
    expect((await server.ask('GET', '/metadata', undefined, { authorization: 'Bearer wrong' })).status).toBe(200);
    expect((await server.ask('GET', `${server.url.replace('/fhir', '')}/health`)).status).toBe(200);
    const preflight = {
      origin: 'https://app.example.org',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    };
    const options = await server.ask('OPTIONS', '/Patient', undefined, preflight);
    expect([options.status, options.headers.get('access-control-allow-headers')]).toEqual([204, expect.stringContaining('Authorization')]);
  });
});

describe('a request that is asked in two ways or a wrong one', () => {
  test.each(['Bearer', 'Bearer ', 'Bearer a b', 'Bearer a,b', 'Bearer "a"', 'Bearer \u00e9\u00e8', 'Bearer a==b', 'bearer\ta'])(
    'is told so: %j',
    async (authorization) => {
      const answer = await ask(authorization);
      expect([answer.status, challengeOf(answer)]).toEqual([401, expect.stringContaining('error="invalid_request"')]);
    },
  );

  test('a token in the URL is refused, alone and beside the header', async () => {
    const path = `/Patient?access_token=${ours.token()}`;
    const alone = await server.ask('GET', path);
    expect([alone.status, challengeOf(alone)]).toEqual([401, expect.stringContaining('invalid_request')]);
    const both = await server.ask('GET', path, undefined, { authorization: `Bearer ${ours.token()}` });
    expect([both.status, issuesOf(both)]).toEqual([401, ['error: token-twice at http.Authorization']]);
    expect(both.text + alone.text + challengeOf(alone)).not.toContain('eyJ');
  });

  test('a header that is there twice is refused', async () => {
    const line = `Authorization: Bearer ${ours.token()}`;
    const answer = await talk(server.url, {
      pieces: [`GET /fhir/Patient/none HTTP/1.1\r\nHost: x\r\n${line}\r\n${line}\r\nConnection: close\r\n\r\n`],
    });
    expect(answer).toContain('401');
    expect(answer).toContain('error="invalid_request"');
  });
});

describe('a token that is not one of ours', () => {
  const good = () => ours.token();
  const spki = ours.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const hmac = (secret: string | Buffer) => (text: string) => createHmac('sha256', secret).update(text).digest('base64url');
  const head = { alg: 'RS256', typ: 'at+jwt', kid: ours.kid };
  const claims = () => JSON.parse(Buffer.from(good().split('.')[1] ?? '', 'base64url').toString());
  const signed = (header: object, body: unknown) =>
    jws(header, body, (text) => sign('sha256', Buffer.from(text), ours.privateKey).toString('base64url'));
  const forged = { ...head, kid: stranger.kid, jwk: stranger.publicKey.export({ format: 'jwk' }) };

  const tricks: readonly (readonly [string, () => string])[] = [
    ['another audience', () => ours.token({ aud: 'https://other.example.org/fhir' })],
    ['a prefix of the audience', () => ours.token({ aud: 'https://fhir.example.org' })],
    ['no audience', () => ours.token({ aud: undefined })],
    ['another issuer', () => ours.token({ iss: 'https://other.example.org/auth' })],
    ['no issuer', () => ours.token({ iss: undefined })],
    ['an id_token', () => ours.token({}, { typ: 'JWT' })],
    ['no type', () => ours.token({}, { typ: undefined })],
    ['not valid yet', () => ours.token({ nbf: Math.floor(now() / 1000) + 60 })],
    ['no end', () => ours.token({ exp: undefined })],
    ['an end that is no number', () => ours.token({ exp: '9999999999' })],
    ['no role', () => ours.token({ role: undefined })],
    ['no id', () => ours.token({ jti: undefined })],
    ['a patient that is no id', () => ours.token({ patient: '../Patient/2' })],
    ['a patient that is a list', () => ours.token({ patient: ['1', '2'] })],
    ['an emergency without a reason', () => ours.token({ emergency: true })],
    ['something critical', () => ours.token({}, { crit: ['exp'] })],
    ['signed by somebody else', () => stranger.token({}, { kid: ours.kid })],
    [
      'a key of its own (jwk)',
      () => jws(forged, claims(), (text) => sign('sha256', Buffer.from(text), stranger.privateKey).toString('base64url')),
    ],
    ['a key by URL (jku)', () => stranger.token({}, { jku: 'https://evil.example.org/keys' })],
    ['a key by URL (x5u)', () => stranger.token({}, { x5u: 'https://evil.example.org/keys' })],
    ['a kid that is a path', () => stranger.token({}, { kid: '../../../dev/null' })],
    ['a kid that is a property', () => stranger.token({}, { kid: '__proto__' })],
    ['no kid', () => ours.token({}, { kid: undefined })],
    ['a kid that is an object', () => ours.token({}, { kid: {} })],
    ...['none', 'None', 'NONE', 'nOnE'].map((alg) => [`alg ${alg}`, () => jws({ ...head, alg }, claims(), () => '')] as const),
    ['HS256 with the public key', () => jws({ ...head, alg: 'HS256' }, claims(), hmac(spki))],
    ['HS256 with it trimmed', () => jws({ ...head, alg: 'HS256' }, claims(), hmac(spki.trim()))],
    ['HS256 with it as DER', () => jws({ ...head, alg: 'HS256' }, claims(), hmac(ours.publicKey.export({ type: 'spki', format: 'der' })))],
    ['HS256 with nothing', () => jws({ ...head, alg: 'HS256' }, claims(), hmac(''))],
    ['PS256', () => signed({ ...head, alg: 'PS256' }, claims())],
    ['no alg', () => signed({ ...head, alg: undefined }, claims())],
    ['tampered claims', () => good().replace(/\.[^.]+\./, `.${part({ ...claims(), sub: 'li' })}.`)],
    ['a tampered signature', () => `${good().slice(0, -8)}AAAAAAAA`],
    ['no signature', () => good().replace(/[^.]+$/, '')],
    ['one part', () => 'abc'],
    ['two parts', () => 'abc.def'],
    ['five parts', () => 'a.b.c.d.e'],
    ['dots', () => '...'],
    ['a head that is no JSON', () => signed(Buffer.from('nonsense'), claims())],
    ['claims that are no JSON', () => signed(head, 'nonsense')],
    ['claims that are a list', () => signed(head, [])],
    ['claims that are null', () => signed(head, 'null')],
    ['claims of NUL', () => signed(head, '\u0000\u0000')],
    ['a token inside of a token', () => signed(head, good())],
    ['claims nested deeply', () => signed(head, `${'['.repeat(5000)}${']'.repeat(5000)}`)],
    ['long nonsense', () => 'x'.repeat(12_000)],
  ];

  test.each(tricks)('is refused: %s', async (_name, token) => {
    const answer = await ask(`Bearer ${token()}`);
    expect([answer.status, challengeOf(answer)]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
    expect(issuesOf(answer)).toEqual(['error: token-invalid at http.Authorization']);
  });

  test('nothing of it is repeated', async () => {
    const answer = await ask(`Bearer ${stranger.token()}`);
    expect(answer.text + challengeOf(answer)).not.toMatch(/eyJ|jsonwebtoken|at .*\.js|kid/);
  });

  test('pages of other origins may read why', async () => {
    const { headers } = await ask('Bearer wrong', { origin: 'https://app.example.org' });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
  });
});

test('whoever tries one after the other is told to wait, and who has a right one from there is let in', async () => {
  const keyOf = (kid: string) => (kid === ours.kid ? ours.publicKey : undefined);
  const issuers = [{ issuer, audience: base, algorithms: ['RS256'] as const, type: 'at+jwt', keyOf }];
  const accessFor = () => unrestricted;
  const rooms = { issuers, denied, accessFor, addressOf: () => 'there', now };
  const limited = await startServer({ store, accessOf: createVerifier({ ...rooms, failuresPerMinute: 3 }).accessOf });
  const statusOf = async (token: string) =>
    (await limited.ask('GET', '/Patient/none', undefined, { authorization: `Bearer ${token}` })).status;
  const statuses: number[] = [];
  for (let times = 0; times < 4; times++) statuses.push(await statusOf('guessed'));
  expect(statuses).toEqual([401, 401, 401, 429]);
  expect(await statusOf(ours.token())).toBe(404);
  expect(await statusOf(ours.token({ iat: 1, exp: 2 }))).toBe(401);
  await limited.close();
});

test('no token is trusted while nobody can say which are revoked, also one that was verified before', async () => {
  const keyOf = (kid: string) => (kid === ours.kid ? ours.publicKey : undefined);
  const issuers = [{ issuer, audience: base, algorithms: ['RS256'] as const, type: 'at+jwt', keyOf }];
  let isThere = true;
  const refresh = async () => {
    if (!isThere) throw new Error('mongodb://nurse:secret@db is away');
  };
  const lost: Denied = { generation: 0, has: () => false, isFresh: () => isThere, refresh, close: () => undefined };
  const rooms = { issuers, denied: lost, accessFor: () => unrestricted, addressOf: () => '', now };
  const failing = await startServer({ store, accessOf: createVerifier(rooms).accessOf });
  const read = (token: string) => failing.ask('GET', '/Patient/none', undefined, { authorization: `Bearer ${token}` });
  const known = ours.token();
  expect((await read(known)).status).toBe(404);
  isThere = false;
  for (const token of [known, ours.token()]) {
    const answer = await read(token);
    expect([answer.status, answer.headers.get('retry-after'), issuesOf(answer)]).toEqual([503, '5', ['error: tokens-unjudged']]);
    expect(answer.text).not.toMatch(/mongodb|secret/);
  }
  isThere = true;
  expect((await read(known)).status).toBe(404);
  await failing.close();
});

describe('a token of ours that counts no longer', () => {
  test('has expired, also when it was verified before', async () => {
    const token = ours.token();
    expect((await ask(`Bearer ${token}`)).status).toBe(404);
    shift = 306_000;
    const answer = await ask(`Bearer ${token}`);
    shift = 0;
    expect([answer.status, challengeOf(answer), answer.body.issue[0].code]).toEqual([
      401,
      expect.stringContaining('invalid_token'),
      'expired',
    ]);
  });

  test('was revoked, also when it was verified before', async () => {
    const [one, other] = [ours.token({ jti: 'dead' }), ours.token({ gid: 'other' })];
    for (const token of [one, other]) expect((await ask(`Bearer ${token}`)).status).toBe(404);
    await deny(store.states, { what: 'jti', id: 'dead' }, hour);
    const answer = await ask(`Bearer ${one}`);
    expect([answer.status, issuesOf(answer)]).toEqual([401, ['error: token-revoked at http.Authorization']]);
    expect((await ask(`Bearer ${one}`)).status).toBe(401);
    expect((await ask(`Bearer ${other}`)).status).toBe(404);
    await deny(store.states, { what: 'gid', id: 'other' }, hour);
    expect((await ask(`Bearer ${other}`)).status).toBe(401);
  });

  test('was revoked, on each connection that brought it before and as often as it is brought again', async () => {
    const token = ours.token({ jti: 'on two' });
    const connections = [{}, {}];
    const asked = async (connection: object) => verifier.accessOf(requestOn(connection, token));
    for (const connection of [...connections, ...connections]) expect((await asked(connection)).principal?.tokenId).toBe('on two');
    await deny(store.states, { what: 'jti', id: 'on two' }, hour);
    for (const connection of [...connections, ...connections]) await expect(asked(connection)).rejects.toMatchObject({ status: 401 });
  });

  test('is verified anew once keys are gone, also on a connection that brought it before', async () => {
    const connection = {};
    const token = ours.token();
    await verifier.accessOf(requestOn(connection, token));
    const before = seen.length;
    verifier.forget();
    await verifier.accessOf(requestOn(connection, token));
    expect(seen.length).toBe(before + 1);
  });
});
