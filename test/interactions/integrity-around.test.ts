/**
 * Referential integrity and what stands around it: access, the index by which it is known what refers, and what is written at the same moment.
 * Source: R4 references.html#literal, security.html#AccessDenied, http.html#concurrency
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { unrestricted } from '../../src/access/access.js';
import { restrictedToCompartment } from '../../src/access/compartment-access.js';
import { definitions } from '../built-definitions.js';
import { mongo, mongoExpected } from '../mongo-store.js';
import { type Answered, ask, issuesOf, type RunningServer, startServer } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { bundleOf, deletion, observation, patient, put } from './integrity-bodies.js';

jest.setTimeout(120_000);

const told = (answer: Answered) => [answer.status, issuesOf(answer)];
const as = (id: string) => ({ 'x-patient': id });

describe.each(stores)('Access and referential integrity on $name', ({ open }) => {
  const accessOf = ({ headers }: IncomingMessage) => {
    const id = headers['x-patient'];
    return typeof id === 'string' ? restrictedToCompartment({ definitions, compartment: 'Patient', id, sharedTypes: [] }) : unrestricted;
  };
  const server = serverOn(open, { accessOf, referentialIntegrity: 'refuse' });
  beforeAll(async () => {
    const subject = { reference: 'Patient/a' };
    const encounter = { resourceType: 'Encounter', id: 'e', status: 'finished', class: { code: 'AMB' }, subject };
    const performer = [{ reference: 'Practitioner/dr' }];
    const all = [
      ...[patient('a'), patient('b'), { resourceType: 'Practitioner', id: 'dr' }, encounter],
      ...[observation('Patient/a', 'of-a', { performer }), observation('Patient/b', 'of-b', { encounter: { reference: 'Encounter/e' } })],
    ];
    expect((await server.ask('POST', '', bundleOf(...all.map(put)))).status).toBe(200);
  });

  test('what may not be seen is to a reference as if it were absent', async () => {
    const refer = (focus: string) =>
      server.ask('POST', '/Observation', observation('Patient/a', undefined, { focus: [{ reference: focus }] }), as('a'));
    const [hidden, absent] = [await refer('Patient/b'), await refer('Patient/nobody')];
    expect(told(hidden)).toEqual([422, ['error: reference-to-nothing at Observation.focus[0]']]);
    expect(told(absent)).toEqual(told(hidden));
    expect((await refer('Patient/a')).status).toBe(201);
  });

  test('a reference to what may not be seen stays where it stood', async () => {
    const kept = observation('Patient/a', 'of-a', { performer: [{ reference: 'Practitioner/dr' }], status: 'amended' });
    expect((await server.ask('PUT', '/Observation/of-a', kept, as('a'))).status).toBe(200);
    const other = { ...kept, performer: [{ reference: 'Practitioner/none' }] };
    expect(told(await server.ask('PUT', '/Observation/of-a', other, as('a')))).toEqual([
      422,
      ['error: reference-to-nothing at Observation.performer[0]'],
    ]);
    expect((await server.ask('DELETE', '/Practitioner/dr')).status).toBe(409);
  });

  test('what refers and may not be seen is not named', async () => {
    const refused = await server.ask('DELETE', '/Encounter/e', undefined, as('a'));
    expect([refused.status, refused.body.issue[0].details.text]).toEqual([409, 'Encounter/e cannot be deleted: others refer to it']);
    expect((await server.ask('DELETE', '/Encounter/e')).body.issue[0].details.text).toBe(
      'Encounter/e cannot be deleted: Observation/of-b refers to it',
    );
  });
});

const extended = { ...patient('extended'), extension: [{ url: 'urn:x', valueReference: { reference: 'Practitioner/p' } }] };

async function openSqlite(): Promise<OpenedStore> {
  const [sqlite] = stores;
  if (sqlite === undefined) throw new Error('no store');
  return sqlite.open();
}

test('off judges nothing and keeps nothing; turned on later, it knows what refers to what was stored before', async () => {
  const { store, close } = await openSqlite();
  const before = await startServer({ store });
  const dangling = observation('Patient/nobody', 'dangling');
  for (const one of [{ resourceType: 'Practitioner', id: 'p' }, extended, dangling]) {
    expect((await before.ask('PUT', `/${one.resourceType}/${one.id}`, one)).status).toBe(201);
  }
  expect(JSON.parse((await store.state('search-index')) ?? '{}').Patient).not.toHaveProperty('_references');
  await before.close();
  const after = await startServer({ store, referentialIntegrity: 'refuse' });
  let refused = await after.ask('DELETE', '/Practitioner/p');
  // A slow machine may still be at what it has to make anew.
  for (; refused.status === 503; refused = await after.ask('DELETE', '/Practitioner/p')) await pause(50);
  expect(told(refused)).toEqual([409, ['error: referred-to']]);
  expect((await after.ask('PUT', '/Observation/dangling', dangling)).status).toBe(422);
  expect((await after.ask('DELETE', '/Observation/dangling')).status).toBe(204);
  await after.close();
  const again = await startServer({ store });
  expect((await again.ask('DELETE', '/Practitioner/p')).status).toBe(204);
  await again.close();
  await close();
});

test('while it is not known what refers, nothing is deleted', async () => {
  const { store, close } = await openSqlite();
  const server = await startServer({ store, referentialIntegrity: 'refuse' });
  await server.ask('POST', '', bundleOf(put({ resourceType: 'Practitioner', id: 'p' }), put(extended)));
  const fact = await store.state('search-index');
  const { Patient, ...others } = JSON.parse(fact ?? '{}');
  const { _references, ...rest } = Patient;
  expect(_references).toEqual(expect.any(String));
  expect(await store.putState('search-index', JSON.stringify({ ...others, Patient: rest }), fact)).toBe(true);
  // That makes it look at what it knows of the store; what is missing it makes anew when every other process may have heard.
  const parameter = {
    resourceType: 'SearchParameter',
    id: 'sp',
    url: 'urn:sp',
    name: 'sp',
    status: 'active',
    description: 'x',
    code: 'sp',
  };
  const uploaded = { ...parameter, base: ['Patient'], type: 'date', expression: 'Patient.birthDate' };
  expect((await server.ask('PUT', '/SearchParameter/sp', uploaded)).status).toBe(201);
  const seen = new Set<number>();
  while (!((await refusal()) === 409 && seen.has(503))) await pause(20);
  async function refusal(): Promise<number> {
    const answer = await server.ask('DELETE', '/Practitioner/p');
    if (answer.status === 503)
      expect([issuesOf(answer), answer.headers.get('retry-after')]).toEqual([['error: referrers-not-known'], '10']);
    seen.add(answer.status);
    return answer.status;
  }
  expect([...seen].sort()).toEqual([409, 503]);
  await server.close();
  await close();
});

/** A few each time; RACE_ROUNDS asks for more. */
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 6);

/** Whichever of the two comes first, the other is refused: what is referred to is there, what is gone is not referred to. */
async function race(round: number, deleting: string, referring: string): Promise<'referred' | 'deleted'> {
  const id = `race-${round}`;
  await ask(deleting, 'PUT', `/Patient/${id}`, patient(id));
  const note = [{ text: 'n', authorReference: { reference: `Patient/${id}` } }];
  const referrer = observation(`Patient/${round % 2 === 0 ? id : 'other'}`, `of-${round}`, round % 2 === 0 ? {} : { note });
  const [deleted, referred] = await Promise.all([
    round % 4 < 2 ? ask(deleting, 'DELETE', `/Patient/${id}`) : ask(deleting, 'POST', '', bundleOf(deletion(`Patient/${id}`))),
    round % 3 < 2 ? ask(referring, 'PUT', `/Observation/of-${round}`, referrer) : ask(referring, 'POST', '', bundleOf(put(referrer))),
  ]);
  const there = (await ask(referring, 'GET', `/Patient/${id}`)).status;
  const holds = (await ask(deleting, 'GET', `/Observation/of-${round}`)).status;
  const statuses = [deleted.status, referred.status, there, holds];
  if (deleted.status === 409) {
    expect(statuses).toEqual([409, referred.status, 200, 200]);
    expect(referred.status).toBeLessThan(300);
    return 'referred';
  }
  expect(deleted.status).toBeLessThan(300);
  expect(statuses).toEqual([deleted.status, 422, 410, 404]);
  return 'deleted';
}

async function races(deleting: string, referring: string): Promise<void> {
  await ask(deleting, 'PUT', '/Patient/other', patient('other'));
  for (let round = 0; round < ROUNDS; round++) {
    const [one, other] = round % 2 === 0 ? [deleting, referring] : [referring, deleting];
    expect(['referred', 'deleted']).toContain(await race(round, one, other));
  }
}

describe.each(stores)('two clients on $name', ({ open }) => {
  const server = serverOn(open, { referentialIntegrity: 'refuse' });

  test('leave no reference to what is gone', () => races(server.url, server.url));
});

(mongoExpected ? describe : describe.skip)('two servers on one MongoDB', () => {
  let opened: OpenedStore;
  let servers: readonly RunningServer[] = [];
  beforeAll(async () => {
    opened = await mongo.open();
    // Each with a store of its own, as in processes of their own.
    const start = () => startServer({ store: opened.url, referentialIntegrity: 'refuse' });
    servers = [await start(), await start()];
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await opened.close();
  });

  test('leave no reference to what is gone', () => races(servers[0]?.url ?? '', servers[1]?.url ?? ''));
});
