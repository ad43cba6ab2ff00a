/** References and deletions of their targets at the same moment. Source: R4 http.html#concurrency, http.html#delete */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mongo, mongoExpected } from '../mongo-store.js';
import { ask, type RunningServer, startServer } from '../running-server.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';
import type { OpenedStore } from '../test-store.js';
import { bundleOf, deletion, observation, patient, put } from './integrity-bodies.js';

jest.setTimeout(120_000);

/** A few each time; RACE_ROUNDS asks for more. */
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 8);

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
