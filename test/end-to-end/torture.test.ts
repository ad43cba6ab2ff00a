/** kill -9 during a storm of writes over HTTP, in small; `npm run torture` does it at length. Source: src/store/port.ts commit */
import { describe, expect, test } from '@jest/globals';
import { ownMongodExpected } from '../mongod.js';
import { rage } from '../torture/bundles/bundles.js';
import { mongoServer, replicaSet, type Stage, sqliteServer } from '../torture/stages.js';
import { torture } from '../torture/torture.js';

const small = { kills: 1, clients: 16, between: 60 };
const fewBundles = { bundles: 24, most: 60, clients: 16, kills: 1, seed: 9 };

async function onStage(open: () => Promise<Stage>, storm: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await open();
  try {
    await storm(stage);
  } finally {
    await stage.close();
  }
}

async function expectBundlesKept(stage: Stage): Promise<void> {
  const { faults, acknowledged, refused } = await rage(stage, fewBundles);
  expect(faults).toEqual([]);
  expect(acknowledged).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
}

async function expectWritesKept(stage: Stage): Promise<void> {
  const { faults, acknowledged } = await torture(stage, small);
  expect(faults).toEqual([]);
  expect(acknowledged).toBeGreaterThanOrEqual(small.between * (small.kills + 1));
}

describe('every acknowledged write is there once, each Bundle wholly or not at all, histories and feed have no gap', () => {
  // Bundles first: the account of the single writes is then one of all that is there.
  test(
    'when the server on SQLite is killed',
    () =>
      onStage(sqliteServer, async (stage) => {
        await expectBundlesKept(stage);
        await expectWritesKept(stage);
      }),
    120_000,
  );

  const ownMongod = ownMongodExpected();
  const onMongo: readonly (readonly [string, () => Promise<Stage>, (stage: Stage) => Promise<void>])[] = [
    ['the server on MongoDB', () => mongoServer('server'), expectBundlesKept],
    ['the mongod below the server', () => mongoServer('mongod'), expectWritesKept],
    ['the primary of three', replicaSet, expectBundlesKept],
  ];
  test.each(onMongo)(
    'when %s is killed',
    async (_, open, storm) => {
      if (await ownMongod) await onStage(open, storm);
    },
    240_000,
  );
});
