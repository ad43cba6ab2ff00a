/** `lianyi audit export`: AuditEvents, one on a line, the oldest first. */
import { once } from 'node:events';
import { Command } from 'commander';
import { eventsOf } from '../../audit/audit-event.js';
import { readConfig } from '../../config.js';
import { baseOf } from '../places.js';
import { type Looking, lookThrough, withLooking } from './found.js';
import { withLog } from './with-log.js';

export function exportCommand(): Command {
  return withLooking(new Command('export'))
    .description('AuditEvents as NDJSON on standard output, the oldest first')
    .action((looking: Looking) => exportAll(looking));
}

async function exportAll(looking: Looking): Promise<void> {
  const base = baseOf(readConfig(process.env));
  // Of a record that names several patients, those of the others are left out.
  const patient = looking.patient === undefined ? undefined : `"Patient/${looking.patient.replace(/^Patient\//, '')}"`;
  await withLog(async (store) => {
    let records = 0;
    for await (const record of lookThrough(store, looking, false)) {
      records++;
      const events = eventsOf(record, base).map((event) => JSON.stringify(event));
      const lines = events.filter((text) => patient === undefined || text.includes(patient)).map((text) => `${text}\n`);
      if (!process.stdout.write(lines.join(''))) await once(process.stdout, 'drain');
    }
    return { kind: 'audit-read', outcome: 'success', detail: { records }, ...(looking.patient ? { patient: looking.patient } : {}) };
  });
}
