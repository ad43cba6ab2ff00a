/** `lianyi load`, ended in the middle and run again. `npm run torture -- load` does it at length, and on MongoDB. */
import { expect, test } from '@jest/globals';
import { endInLoad } from '../torture/load/load.js';
import { sqliteServer } from '../torture/stages.js';

test('a load goes on after kill -9 of itself and of the server, and after SIGINT: nothing is missing, nothing stands twice', async () => {
  const stage = await sqliteServer();
  try {
    const { faults, resources } = await endInLoad(stage, { files: 40, observations: 20, ends: 3, connections: 2 }, () => undefined);
    expect(faults).toEqual([]);
    expect(resources).toBe(40 * 21 + 5 + 80);
  } finally {
    await stage.close();
  }
}, 240_000);
