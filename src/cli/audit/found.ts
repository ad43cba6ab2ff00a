/** What `lianyi audit list` and `export` look for in the journal. */
import { type Command, InvalidArgumentError } from 'commander';
import { kindKey, refusedKey } from '../../audit/keys.js';
import { findAccount } from '../../auth/accounts.js';
import type { AuditRecord } from '../../store/audit-log.js';
import type { ResourceStore } from '../../store/port.js';
import type { StateStore } from '../../store/state.js';

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
    .option('--agent <agent>', 'by this person (Practitioner/1), account (its sign-in name or id) or client')
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
export async function* lookThrough(
  { audit: log, states }: Pick<ResourceStore, 'audit' | 'states'>,
  { agent, ...looking }: Looking,
  descending = true,
): AsyncGenerator<AuditRecord> {
  const { since, until } = looking;
  const keys = keysOf(looking, agent && (await agentKey(states, agent)));
  let after: AuditRecord | undefined;
  for (;;) {
    const { records, more } = await log.search({
      keys,
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

/** People are known by the names they sign in with; records have the ids of their accounts. */
async function agentKey(states: StateStore, agent: string): Promise<string> {
  if (agent.includes('/')) return agent;
  const account = await findAccount(states, agent);
  return `@${account?.id ?? agent}`;
}

function keysOf({ patient, resource, event, refused }: Omit<Looking, 'agent'>, who: string | undefined): readonly string[] {
  const keys = [
    patient && `Patient/${patient.replace(/^Patient\//, '')}`,
    who,
    resource,
    event && kindKey(event),
    refused ? refusedKey : undefined,
  ];
  return [...new Set(keys.filter((key) => key !== undefined && key !== ''))] as string[];
}
