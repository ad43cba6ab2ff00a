/** The store that STORE names, for its journal. */
import type { SecurityEvent } from '../../audit/event.js';
import { recordOnce } from '../../audit/record-once.js';
import { sealedStates } from '../../auth/sealed-states.js';
import { readConfig } from '../../config.js';
import { secretsKeyIn } from '../../secrets-key.js';
import { openStore } from '../../store/open.js';
import type { ResourceStore } from '../../store/port.js';
import { operator } from '../operator.js';

/** That it was looked at is put into the journal too: the event that `work` gives. */
export async function withLog(work: (store: Pick<ResourceStore, 'audit' | 'states'>) => Promise<SecurityEvent>): Promise<void> {
  const config = readConfig(process.env);
  const ring = secretsKeyIn(config.secretsKeyFile);
  const store = await openStore(config.store);
  try {
    await recordOnce(store.audit, [{ by: operator(), ...(await work({ audit: store.audit, states: sealedStates(store.states, ring) })) }]);
  } finally {
    await store.close();
  }
}
