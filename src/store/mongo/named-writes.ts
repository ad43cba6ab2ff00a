/**
 * Writes of one resource that guards of others may look for by name: as transactions, which hold the names, so that no guard relies on
 * what they change while they change it. Several waiting ones go together, because a transaction costs much the same whatever it
 * carries; where one of them stands in the way, each goes by itself.
 */
import { FhirError } from '../../model/outcome.js';
import { type Commit, StoreConflict, type Write } from '../port.js';
import { coalesce } from './coalesce.js';
import { documentId } from './documents.js';
import type { WriteTransaction } from './write-transaction.js';

/** What went wrong with one write; undefined: it is written. */
type Outcome = { readonly error: unknown } | undefined;

/** The function rejects as the transaction does. */
export function namedWrites(transaction: WriteTransaction): (write: Write) => Promise<void> {
  const together = coalesce<Write, Outcome>((group) => writeGroup(transaction, group), { atOnce: 4, most: 24 });
  return async (write) => {
    const outcome = await together(write);
    if (outcome !== undefined) throw outcome.error;
  };
}

async function writeGroup(transaction: WriteTransaction, group: readonly Write[]): Promise<readonly Outcome[]> {
  const apart = new Set(group.map(({ version }) => documentId(version))).size < group.length;
  const outcome = apart ? undefined : await tried(transaction, { writes: group, guards: [] });
  if (!apart && (group.length === 1 || !isOfOne(outcome))) return group.map(() => outcome);
  return Promise.all(group.map((write) => tried(transaction, { writes: [write], guards: [] })));
}

async function tried(transaction: WriteTransaction, commit: Commit): Promise<Outcome> {
  try {
    await transaction(commit);
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** Whether nothing is written for the sake of a single one: another version is current, or it is too long for MongoDB. */
function isOfOne(outcome: Outcome): boolean {
  return outcome?.error instanceof StoreConflict || outcome?.error instanceof FhirError;
}
