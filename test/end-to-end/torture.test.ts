/** kill -9 during a storm of writes over HTTP, in small; `npm run torture` does it at length. Source: src/store/port.ts commit */
import { describe, expect, test } from '@jest/globals';
import { ownMongodExpected } from '../mongod.js';
import { mongoServer, replicaSet, type Stage, sqliteServer } from '../torture/stages.js';
import { torture } from '../torture/torture.js';

const small = { kills: 2, clients: 16, between: 60 };

async function expectKept(open: () => Promise<Stage>, kills = small.kills): Promise<void> {
  const stage = await open();
  try {
    const { faults, acknowledged, versions } = await torture(stage, { ...small, kills });
    expect(faults).toEqual([]);
    expect(acknowledged).toBeGreaterThanOrEqual(small.between * (kills + 1));
    expect(versions).toBeGreaterThan(0);
  } finally {
    await stage.close();
  }
}

describe('every acknowledged write is there once, histories and feed have no gap', () => {
  test('when the server on SQLite is killed', () => expectKept(sqliteServer), 120_000);

  const ownMongod = ownMongodExpected();
  const onMongo: readonly (readonly [string, () => Promise<Stage>, number])[] = [
    ['the server on MongoDB', () => mongoServer('server'), small.kills],
    ['the mongod below the server', () => mongoServer('mongod'), small.kills],
    ['the primary of three', replicaSet, 1],
  ];
  test.each(onMongo)(
    'when %s is killed',
    async (_, open, kills) => {
      if (await ownMongod) await expectKept(open, kills);
    },
    240_000,
  );
});
