/** What `lianyi audit list` and `export` look for in the journal. */
import { type Command, InvalidArgumentError } from 'commander';
import { kindKey, refusedKey } from '../../audit/keys.js';
import type { AuditLog, AuditRecord } from '../../store/audit-log.js';

export interface Looking {
  readonly patient?: string;
  readonly agent?: string;
  readonly resource?: string;
  readonly event?: string;
  readonly refused: boolean;
  readonly since?: number;
  readonly until?: number;
}

export function withLooking(command: Command): Command {
  return command
    .option('--patient <id>', 'about this patient')
    .option('--agent <agent>', 'by this person (Practitioner/1), account or client')
    .option('--resource <reference>', 'of this resource: Observation/1')
    .option('--event <event>', 'of this kind: sign-in, break-glass, account-added …')
    .option('--refused', 'what was refused or failed', false)
    .option('--since <time>', 'at or after: 2026-11-01 (here) or 2026-11-01T08:00:00+08:00', momentOf)
    .option('--until <time>', 'before', momentOf);
}

/** Milliseconds UTC. */
function momentOf(text: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const moment = new Date(isDay ? `${text}T00:00:00` : text).getTime();
  if (Number.isNaN(moment)) throw new InvalidArgumentError('a date or a date and time was expected');
  return moment;
}

const PORTION = 500;

/** The newest first. */
export async function* lookThrough(log: AuditLog, looking: Looking, descending = true): AsyncGenerator<AuditRecord> {
  const { since, until } = looking;
  let after: AuditRecord | undefined;
  for (;;) {
    const { records, more } = await log.search({
      keys: keysOf(looking),
      descending,
      count: PORTION,
      ...(since === undefined ? {} : { from: since }),
      ...(until === undefined ? {} : { before: until }),
      ...(after === undefined ? {} : { after }),
    });
    yield* records;
    after = records.at(-1);
    if (!more || after === undefined) return;
  }
}

function keysOf({ patient, agent, resource, event, refused }: Looking): readonly string[] {
  const who = agent === undefined || agent.includes('/') ? agent : `@${agent}`;
  const keys = [
    patient && `Patient/${patient.replace(/^Patient\//, '')}`,
    who,
    resource,
    event && kindKey(event),
    refused ? refusedKey : undefined,
  ];
  return [...new Set(keys.filter((key) => key !== undefined && key !== ''))] as string[];
}
