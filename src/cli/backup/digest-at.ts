/** The digest of a store by its address. It is opened read-only: whoever has it open is not disturbed. */
import { type Digest, type DigestOptions, digestOf } from '../../store/digest.js';
import { openStore } from '../../store/open.js';

export async function digestAt(location: string, options: DigestOptions): Promise<Digest> {
  const store = await openStore(location, { readOnly: true });
  try {
    return await digestOf(store, options);
  } finally {
    await store.close();
  }
}
