/** A server on an empty store for the tests of one describe block, with what that block says before its first test. */
import { afterAll, beforeAll } from '@jest/globals';
import { type RunningServer, startServer } from './running-server.js';
import type { OpenedStore, TestStore } from './test-store.js';

type Options = Parameters<typeof startServer>[0];

export function serverOn(open: TestStore['open'], options: Options = {}): Omit<RunningServer, 'close'> {
  let opened: OpenedStore | undefined;
  let server: RunningServer | undefined;

  beforeAll(async () => {
    opened = await open();
    server = await startServer({ store: opened.store, ...options });
  });
  afterAll(async () => {
    await server?.close();
    await opened?.close();
  });

  const running = (): RunningServer => {
    if (server === undefined) throw new Error('The server of these tests has not started');
    return server;
  };
  return {
    get url() {
      return running().url;
    },
    ask: (...asked) => running().ask(...asked),
  };
}
