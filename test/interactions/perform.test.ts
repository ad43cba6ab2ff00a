import { describe, expect, test } from '@jest/globals';
import { unrestricted } from '../../src/access/access.js';
import type { Intent } from '../../src/interactions/intent.js';
import { createLine } from '../../src/interactions/line.js';
import { createPerform } from '../../src/interactions/perform.js';
import type { FhirRequest } from '../../src/interactions/request.js';
import { FhirError } from '../../src/model/outcome.js';
import { StoreBusy, StoreConflict, StoreCostly, StoreUnavailable, StoreUnknown, type Write } from '../../src/store/port.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';

const request: FhirRequest = {
  interaction: 'create',
  type: 'Basic',
  access: unrestricted,
  language: 'en',
  parameters: [],
  preconditions: {},
};

const write = (id: string, version = 1): Write => ({
  version: { type: 'Basic', id, version, lastUpdated: version, method: 'PUT', json: Buffer.from('{}') },
  replaces: version - 1,
  entries: [],
  compartments: [],
  sort: [],
});

describe('perform', () => {
  test('what was prepared on a state that is gone is prepared again', async () => {
    const store = await openSqliteStore(':memory:');
    await store.arrange({ types: {} });
    let prepared = 0;
    const perform = createPerform(
      async (): Promise<Intent> => {
        prepared++;
        const [current] = await store.read([{ type: 'Basic', id: 'a' }]);
        // Somebody else writes between the preparation and its commit.
        if (prepared === 1) await store.commit({ writes: [write('a')], guards: [] });
        const version = (current?.version ?? 0) + 1;
        return { writes: [write('a', version)], guards: [], answer: () => ({ status: version }) };
      },
      store,
      async () => {},
      () => 0,
    );
    expect(await perform(request)).toEqual({ status: 2 });
    expect(prepared).toBe(2);
    await store.close();
  });

  test('what was prepared by search parameters that have changed since is prepared again', async () => {
    const store = await openSqliteStore(':memory:');
    await store.arrange({ types: {} });
    let parameters = 0;
    let prepared = 0;
    const perform = createPerform(
      async (): Promise<Intent> => {
        if (++prepared === 1) parameters++;
        return { writes: [write('a')], guards: [], answer: () => ({ status: 200 + prepared }) };
      },
      store,
      async () => {},
      () => parameters,
    );
    expect(await perform(request)).toEqual({ status: 202 });
    await store.close();
  });

  test.each([
    [new StoreBusy('x'), 503, '1'],
    [new StoreCostly('x'), 422, undefined],
    [new StoreUnknown('x'), 503, undefined],
    [new StoreUnavailable('x'), 503, '10'],
    [new StoreConflict('x'), 503, '1'],
  ])('%s of a store becomes an answer', async (error, status, retryAfter) => {
    const store = await openSqliteStore(':memory:');
    const perform = createPerform(
      () => Promise.reject(error),
      store,
      async () => {},
      () => 0,
    );
    const shown = await perform(request).catch((thrown: unknown) => thrown);
    expect(shown).toBeInstanceOf(FhirError);
    expect(shown).toMatchObject({ status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } });
    await store.close();
  });
});

describe('The line', () => {
  test('works that share a name go one after the other, others do not wait', async () => {
    const line = createLine();
    const order: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const note = (name: string) => async () => void order.push(name);
    const all = [
      line.join(['a', 'b'], () => held.then(note('first'))),
      line.join(['b', 'c'], note('second')),
      line.join(['c'], note('third')),
      line.join(['d'], note('other')),
    ];
    await all[3];
    expect(order).toEqual(['other']);
    release();
    await Promise.all(all);
    expect(order).toEqual(['other', 'first', 'second', 'third']);
    await expect(line.join(['a'], () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    await line.join(['a'], note('after'));
    expect(order.at(-1)).toBe('after');
  });
});
