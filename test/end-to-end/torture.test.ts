/** kill -9 during a storm of writes over HTTP, in small; `npm run torture` does it at length. Source: src/store/port.ts commit */
import { describe, expect, test } from '@jest/globals';
import { ownMongodExpected } from '../mongod.js';
import { rage } from '../torture/bundles/bundles.js';
import { mongoServer, replicaSet, type Stage, sqliteServer } from '../torture/stages.js';
import { torture } from '../torture/torture.js';

const small = { kills: 1, clients: 16, between: 60 };
const fewBundles = { bundles: 48, most: 60, clients: 16, kills: 1, seed: 9 };

/** Bundles first, then single writes on the same stage, whose account is one of all that is there. */
async function expectKept(open: () => Promise<Stage>): Promise<void> {
  const stage = await open();
  try {
    const bundles = await rage(stage, fewBundles);
    expect(bundles.faults).toEqual([]);
    expect(bundles.acknowledged).toBeGreaterThan(0);
    expect(bundles.refused).toBeGreaterThan(0);
    const { faults, acknowledged, versions } = await torture(stage, small);
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThanOrEqual(small.between * (small.kills + 1));
    expect(versions).toBeGreaterThan(bundles.versions / 2);
  } finally {
    await stage.close();
  }
}

describe('every acknowledged write is there once, each Bundle wholly or not at all, histories and feed have no gap', () => {
  test('when the server on SQLite is killed', () => expectKept(sqliteServer), 120_000);

  const ownMongod = ownMongodExpected();
  const onMongo: readonly (readonly [string, () => Promise<Stage>])[] = [
    ['the server on MongoDB', () => mongoServer('server')],
    ['the mongod below the server', () => mongoServer('mongod')],
    ['the primary of three', replicaSet],
  ];
  test.each(onMongo)(
    'when %s is killed',
    async (_, open) => {
      if (await ownMongod) await expectKept(open);
    },
    240_000,
  );
});
