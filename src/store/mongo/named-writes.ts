/**
 * Writes of one resource that go as transactions: those that guards of others may look for by name, which hold the names so that no guard
 * relies on what they change while they change it, and those that notes or records of the journal are put down with. Several waiting ones go together, because a
 * transaction costs much the same whatever it carries; where one of them stands in the way, each goes by itself.
 */
import { FhirError } from '../../model/outcome.js';
import type { AuditSheet } from '../audit-log.js';
import { type Commit, StoreConflict } from '../port.js';
import { coalesce } from './coalesce.js';
import { documentId } from './documents.js';
import type { WriteTransaction } from './write-transaction.js';

/** Nothing that it relies on: what goes with it changes nothing for it. */
export type Unguarded = Omit<Commit, 'guards'>;

/** What went wrong with one commit; undefined: it is written. */
type Outcome = { readonly error: unknown } | undefined;

/** Names make commits meet, and so their groups are small. Records of the journal never meet: what waits goes in few large ones. */
const NAMED = { atOnce: 4, most: 24 };
const RECORDED = { atOnce: 2, most: 128 };

/** The function rejects as the transaction does. */
export function namedWrites(transaction: WriteTransaction): (commit: Unguarded) => Promise<void> {
  const grouped = (limits: typeof NAMED) => coalesce<Unguarded, Outcome>((group) => writeGroup(transaction, group), limits);
  const [named, recorded] = [grouped(NAMED), grouped(RECORDED)];
  return async (commit) => {
    const { writes, notes = [] } = commit;
    const isRecorded = notes.length === 0 && writes.every(({ names }) => names === undefined);
    const outcome = await (isRecorded ? recorded : named)(commit);
    if (outcome !== undefined) throw outcome.error;
  };
}

async function writeGroup(transaction: WriteTransaction, group: readonly Unguarded[]): Promise<readonly Outcome[]> {
  const writes = group.flatMap((commit) => commit.writes);
  const notes = group.flatMap((commit) => commit.notes ?? []);
  const audit = group.flatMap((commit) => commit.audit ?? []);
  const names = [writes.map(({ version }) => documentId(version)), notes.map(({ name }) => name), audit.flatMap(placesOn)];
  const apart = names.some(hasTwice);
  const outcome = apart ? undefined : await tried(transaction, { writes, notes, audit, guards: [] });
  if (!apart && (group.length === 1 || !isOfOne(outcome))) return group.map(() => outcome);
  return Promise.all(group.map((commit) => tried(transaction, { ...commit, guards: [] })));
}

function placesOn({ chain, numbers }: AuditSheet): readonly string[] {
  return Array.from(numbers, (number) => `${number} ${chain}`);
}

function hasTwice(names: readonly string[]): boolean {
  return new Set(names).size < names.length;
}

async function tried(transaction: WriteTransaction, commit: Commit): Promise<Outcome> {
  try {
    await transaction(commit);
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Whether nothing is written for the sake of a single one: another version is current, its note or its place in the journal is there, or it is too long for MongoDB. */
function isOfOne(outcome: Outcome): boolean {
  return outcome?.error instanceof StoreConflict || outcome?.error instanceof FhirError;
}
