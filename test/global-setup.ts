/**
 * Runs once before all test files: offers them one mongod, started when the first of them asks for it, so that a run
 * without MongoDB tests starts none.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askAt, startMongod, type TestMongod, type Unavailable } from './mongod.js';

export interface Run {
  mongod?: Promise<TestMongod | Unavailable>;
  close(): void;
}

/** Where global-teardown.ts finds what was begun here. */
export const runKey = Symbol.for('lianyi.test.run');

export default async function setUp(): Promise<void> {
  const server = createServer(async (_request, response) => {
    run.mongod ??= startMongod();
    const mongod = await run.mongod;
    response.end(JSON.stringify('unavailable' in mongod ? mongod : { url: mongod.url }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  server.unref();
  // What commands keep between their runs does not mix with that of whoever runs the tests.
  const state = mkdtempSync(join(tmpdir(), 'lianyi-state-'));
  process.env.XDG_STATE_HOME = state;
  const run: Run = {
    close() {
      server.close();
      rmSync(state, { recursive: true, force: true });
    },
  };
  Object.assign(globalThis, { [runKey]: run });
  process.env[askAt] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
