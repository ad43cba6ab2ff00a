/** The audit put together for one server: its journal, what is told of every access, and AuditEvents among the resources of the store. */

import { createAccesses } from './audit/accesses.js';
import type { SecurityEvent } from './audit/event.js';
import { type Journal, openJournal } from './audit/journal.js';
import { createJournalSearch } from './audit/journal-search.js';
import { createPatientsOf } from './audit/patients.js';
import { startUpkeep } from './audit/upkeep.js';
import { withJournal } from './audit/with-journal.js';
import type { Definitions } from './definitions/definitions.js';
import type { Logger } from './http/log.js';
import type { Search } from './search/search.js';
import type { ResourceStore } from './store/port.js';

export interface AuditedRooms {
  readonly definitions: Definitions;
  readonly search: Search;
  /** As it is read by all but the audit; its journal is what is written. */
  readonly store: ResourceStore;
  readonly baseUrl: string;
  /** For how long records are kept. */
  readonly days: number;
  readonly logger: Logger;
}

export interface Audited {
  readonly accesses: ReturnType<typeof createAccesses>;
  readonly journal: Journal;
  /** The same store, with AuditEvents. */
  readonly store: ResourceStore;
  /** Writes what waits; to be called before the store is closed. */
  close(): Promise<void>;
}

export function openAudited({ definitions, search, store, baseUrl, days, logger }: AuditedRooms): Audited {
  const log = store.audit;
  const onTrouble = (text: string, error?: unknown) => (error === undefined ? logger.info({}, text) : logger.error({ err: error }, text));
  const journal = openJournal({ log, onTrouble });
  const tell = (kind: SecurityEvent['kind']) => journal.record({ kind, outcome: 'success' });
  tell('server-started');
  const { record } = journal;
  const upkeep = startUpkeep({ log, store, now: Date.now, days, record }, (err) =>
    logger.error({ err }, 'the audit could not be looked after'),
  );
  const journalSearch = createJournalSearch({ log, store, search, baseUrl });
  const accesses = createAccesses({ journal, patientsOf: createPatientsOf(definitions, baseUrl), read: (keys) => store.read(keys) });
  return {
    journal,
    accesses,
    store: withJournal(store, journalSearch),
    async close() {
      await upkeep.stop();
      accesses.finish();
      tell('server-stopped');
      await journal.close();
    },
  };
}
