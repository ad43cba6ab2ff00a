/** A store that holds given resources, made before the tests of a block and closed behind them. */
import { afterAll, beforeAll } from '@jest/globals';
import type { Layout, ResourceStore, Write } from '../../src/store/port.js';
import type { OpenedStore } from '../test-store.js';

export function filledStore(open: () => Promise<OpenedStore>, layout: Layout, writes: readonly Write[]): () => ResourceStore {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await open();
    await opened.store.arrange(layout);
    await opened.store.commit({ writes, guards: [] });
  });
  afterAll(() => opened.close());
  return () => opened.store;
}
