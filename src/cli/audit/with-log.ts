/** The store that STORE names, for its journal. */
import type { SecurityEvent } from '../../audit/event.js';
import { recordOnce } from '../../audit/record-once.js';
import { readConfig } from '../../config.js';
import { openStore } from '../../store/open.js';
import type { ResourceStore } from '../../store/port.js';
import { operator } from '../operator.js';

/** That it was looked at is put into the journal too: the event that `work` gives. */
export async function withLog(work: (store: ResourceStore) => Promise<SecurityEvent>): Promise<void> {
  const store = await openStore(readConfig(process.env).store);
  try {
    await recordOnce(store.audit, [{ by: operator(), ...(await work(store)) }]);
  } finally {
    await store.close();
  }
}
