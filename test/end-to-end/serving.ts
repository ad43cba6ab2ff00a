/** A server on an empty store, as a process of its own, for the tests of one describe block. */
import { afterAll, beforeAll } from '@jest/globals';
import type { TestStore } from '../test-store.js';
import { type Serving, serve } from './command.js';

export interface ServingStore extends Serving {
  /** As the setting STORE takes it. */
  readonly store: string;
}

export function servingOn(open: TestStore['open'], settings: Readonly<Record<string, string>> = {}): () => ServingStore {
  let serving: ServingStore | undefined;
  let close = async (): Promise<unknown> => undefined;

  beforeAll(async () => {
    const opened = await open();
    close = () => opened.close();
    serving = { ...(await serve({ STORE: opened.url, LOG_LEVEL: 'error', ...settings })), store: opened.url };
  });

  afterAll(async () => {
    await serving?.stop();
    await close();
  });

  return () => {
    if (serving === undefined) throw new Error('The server of these tests has not started');
    return serving;
  };
}
