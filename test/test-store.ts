/** What a test is given when it asks for a store. */
import type { ResourceStore } from '../src/store/port.js';

export interface OpenedStore {
  readonly store: ResourceStore;
  /** As the setting STORE takes it. */
  readonly url: string;
  /** Closes the store and removes its data. */
  close(): Promise<void>;
}

export interface TestStore {
  readonly name: string;
  open(): Promise<OpenedStore>;
}
