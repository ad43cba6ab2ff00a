/** What was denied in one process is denied in all. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDenied, deny } from '../../../src/auth/verify/denied.js';
import type { StateStore } from '../../../src/store/state.js';
import { stores } from '../../stores.js';
import type { OpenedStore } from '../../test-store.js';

const hour = 3_600_000;
const token = { jti: 't', gid: 'g', sub: 'wang', client: 'app', issued: 1_000_000 };

describe.each(stores)('denials on $name', ({ open }) => {
  let opened: OpenedStore;
  let states: StateStore;

  beforeAll(async () => {
    opened = await open();
    states = opened.store.states;
  }, 60_000);
  afterAll(() => opened.close());

  test('are known at once where they are made, and elsewhere when the news are asked for', async () => {
    // As another process has it: not told by the one who denies.
    const elsewhere: StateStore = Object.create(states);
    const [here, there] = await Promise.all([createDenied(states), createDenied(elsewhere)]);
    const before = [here.generation, there.generation];
    await deny(states, { what: 'jti', id: 't1' }, hour);
    expect([here.has({ ...token, jti: 't1' }), there.has({ ...token, jti: 't1' })]).toEqual([true, false]);
    await there.refresh();
    expect(there.has({ ...token, jti: 't1' })).toBe(true);
    expect([here.generation, there.generation].map((now, at) => now - (before[at] ?? 0))).toEqual([1, 1]);
    here.close();
    there.close();
  });

  test('hold for a token, a grant, an account, a client, and for nothing of the same name', async () => {
    const denied = await createDenied(states);
    await deny(states, { what: 'gid', id: 'x' }, hour);
    await deny(states, { what: 'client', id: 'y' }, hour);
    await deny(states, { what: 'sub', id: 'z', before: token.issued + 1 }, hour);
    expect(denied.has({ ...token, gid: 'x' })).toBe(true);
    expect(denied.has({ ...token, client: 'y' })).toBe(true);
    expect(denied.has({ ...token, sub: 'z' })).toBe(true);
    expect(denied.has({ ...token, jti: 'x', gid: 'y', sub: 'y', client: 'z' })).toBe(false);
    expect(denied.has({ ...token, sub: 'z', issued: token.issued + 1 })).toBe(false);
    denied.close();
  });

  test('of an account go on to later moments, and not back', async () => {
    const denied = await createDenied(states);
    await deny(states, { what: 'sub', id: 'later', before: 2000 }, hour);
    await deny(states, { what: 'sub', id: 'later', before: 1000 }, hour);
    expect(denied.has({ ...token, sub: 'later', issued: 1500 })).toBe(true);
    denied.close();
    const again = await createDenied(states);
    expect(again.has({ ...token, sub: 'later', issued: 1500 })).toBe(true);
    again.close();
  });

  test('are there after a restart, until no token of theirs can live any more', async () => {
    await deny(states, { what: 'jti', id: 'kept' }, hour);
    await deny(states, { what: 'jti', id: 'gone' }, hour, Date.now() - 2 * hour);
    const denied = await createDenied(states);
    expect([denied.has({ ...token, jti: 'kept' }), denied.has({ ...token, jti: 'gone' })]).toEqual([true, false]);
    denied.close();
  });

  test('are trusted for a minute without news from the store, and no longer', async () => {
    let now = Date.now();
    let lost = false;
    const list: StateStore['list'] = async (...asked) => {
      if (lost) throw new Error('the store is away');
      return states.list(...asked);
    };
    const failing: StateStore = Object.assign(Object.create(states), { list });
    const denied = await createDenied(failing, { now: () => now });
    lost = true;
    now += 60_000;
    expect(denied.isFresh()).toBe(true);
    now += 1;
    expect(denied.isFresh()).toBe(false);
    await expect(denied.refresh()).rejects.toThrow('away');
    lost = false;
    await denied.refresh();
    expect(denied.isFresh()).toBe(true);
    denied.close();
  });
});
