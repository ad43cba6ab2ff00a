/** What is done to accounts, clients and keys from the command line: on the store that STORE names, while a server serves it or not. */
import { type Config, readConfig } from '../config.js';
import { openStore } from '../store/open.js';
import type { StateStore } from '../store/state.js';

export interface Administration {
  readonly config: Config;
  readonly states: StateStore;
}

export async function administer(work: (administration: Administration) => Promise<void>): Promise<void> {
  const config = readConfig(process.env);
  const store = await openStore(config.store);
  try {
    await work({ config, states: store.states });
  } finally {
    await store.close();
  }
}
