/** Events put into the journal by a process that does one thing and ends: a chain of their own, sealed at once. */
import type { AuditLog } from '../store/audit-log.js';
import type { SecurityEvent } from './event.js';
import { openJournal } from './journal.js';

/** Rejects where they could not be written. */
export async function recordOnce(log: AuditLog, events: readonly SecurityEvent[]): Promise<void> {
  if (events.length === 0) return;
  let trouble: unknown;
  const journal = openJournal({
    log,
    onTrouble: (_, error) => {
      trouble = error;
    },
  });
  for (const event of events) journal.record(event);
  await journal.close();
  if (trouble !== undefined) throw trouble;
}
