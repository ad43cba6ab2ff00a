/**
 * What a store is told from others by, whatever address it is served at: clients that keep a record of what they sent hold it to
 * this. `GET /metadata` tells it, in the header `Lianyi-Store`.
 */
import { randomUUID } from 'node:crypto';
import type { ResourceStore } from '../store/port.js';

const NAME = 'store-id';

/** Made once for a store; all processes that share it tell the same. */
export async function storeId(store: Pick<ResourceStore, 'state' | 'putState'>): Promise<string> {
  const found = await store.state(NAME);
  if (found !== undefined) return found;
  const made = randomUUID();
  return (await store.putState(NAME, made, undefined)) ? made : storeId(store);
}
