/** The journal of the store that STORE names. */
import type { SecurityEvent } from '../../audit/event.js';
import { recordOnce } from '../../audit/record-once.js';
import { readConfig } from '../../config.js';
import type { AuditLog } from '../../store/audit-log.js';
import { openStore } from '../../store/open.js';
import { operator } from '../operator.js';

/** That it was looked at is put into the journal too: the event that `work` gives. */
export async function withLog(work: (log: AuditLog) => Promise<SecurityEvent>): Promise<void> {
  const store = await openStore(readConfig(process.env).store);
  try {
    await recordOnce(store.audit, [{ by: operator(), ...(await work(store.audit)) }]);
  } finally {
    await store.close();
  }
}
