/**
 * Writes of one resource without guards, several waiting ones at a time, without a transaction: the superseded versions
 * are copied first, then each document is replaced just if it is still the one that was copied. A crash in between leaves
 * a copy of the current version, nothing else. Every step can be done again: what was done is known by its mark.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ObjectId } from 'mongodb';
import { StoreConflict, StoreUnavailable, StoreUnknown, type Write } from '../port.js';
import { coalesce } from './coalesce.js';
import type { Collections, ResourceDocument, SupersededDocument } from './collections.js';
import { documentId, type Slots, superseded, toDocument } from './documents.js';
import { isPassing, isUnreachable, translate } from './errors.js';
import { written } from './marks.js';
import { momentNow } from './moment.js';
import { insertUnlessThere, replaceMatching, replacement } from './write-command.js';

/** How long a group is tried again while no primary answers: longer than an election takes. */
const patience = 20_000;

interface Pending {
  readonly replaces: number;
  readonly document: ResourceDocument;
}
type Outcome = 'written' | 'transaction' | StoreConflict | Error;

/** `transaction`: nothing was written, because what is contained in the version before goes with it. */
export type WriteSingle = (write: Write) => Promise<'written' | 'transaction'>;

/** The function rejects with StoreConflict, StoreUnknown, StoreUnavailable or FhirError `too-long`. */
export function singleWrites(collections: Collections, slots: Slots, creation: () => number): WriteSingle {
  const group = coalesce<Pending, Outcome>((pending) => writeGroup(collections, pending), { atOnce: 2, most: 256 });
  const underWay = new Map<string, Promise<unknown>>();
  return async (write) => {
    const pending = { replaces: write.replaces, document: toDocument(write, new ObjectId(), creation(), slots) };
    const id = documentId(write.version);
    // One writer per resource at a time: the next one learns at its turn whether it still replaces the current version.
    const turn = (underWay.get(id) ?? Promise.resolve()).then(() => group(pending));
    underWay.set(id, turn);
    try {
      const outcome = await turn;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    } finally {
      if (underWay.get(id) === turn) underWay.delete(id);
    }
  };
}

async function writeGroup(collections: Collections, group: readonly Pending[]): Promise<readonly Outcome[]> {
  const outcomes = new Map<Pending, Outcome>();
  const end = performance.now() + patience;
  let sent = false;
  for (let tries = 1; ; tries++) {
    const left = group.filter((pending) => !outcomes.has(pending));
    try {
      // What an earlier try has written is to be seen: a new primary may show what is older.
      if (sent) await momentNow(collections);
      await inParallel(create(collections, left, outcomes), replace(collections, left, outcomes));
    } catch (error) {
      sent ||= !isUnreachable(error);
      if (isPassing(error) && performance.now() < end) {
        await pause(Math.min(1_000, 20 * 2 ** tries));
        continue;
      }
      await giveUp(collections, left, outcomes, { error, sent });
    }
    return group.map((pending) => outcomes.get(pending) ?? new StoreUnknown('The write has no outcome'));
  }
}

/** Both to their end, so that no step of one is still under way when the group is tried again. */
async function inParallel(...steps: readonly Promise<void>[]): Promise<void> {
  for (const step of await Promise.allSettled(steps)) if (step.status === 'rejected') throw step.reason;
}

/** Looks which were written all the same; where even that cannot be known, says so. */
async function giveUp(
  collections: Collections,
  left: readonly Pending[],
  outcomes: Map<Pending, Outcome>,
  { error, sent }: { readonly error: unknown; readonly sent: boolean },
): Promise<void> {
  const pending = left.filter((one) => !outcomes.has(one));
  const refused = translate(error);
  const reason = refused instanceof Error ? refused : new StoreUnavailable(String(refused));
  try {
    if (sent) await momentNow(collections);
    const ours = sent ? await ofThese(collections, pending) : new Set<Pending>();
    // After a lost answer the server may still be at it.
    const outcome = sent && isPassing(error) ? new StoreUnknown(`Whether it was written is not known. ${reason.message}`) : reason;
    for (const one of pending) outcomes.set(one, ours.has(one) ? 'written' : outcome);
  } catch {
    for (const one of pending) outcomes.set(one, new StoreUnknown(`Whether it was written is not known. ${reason.message}`));
  }
}

async function create(collections: Collections, group: readonly Pending[], outcomes: Map<Pending, Outcome>): Promise<void> {
  const creations = group.filter(({ replaces }) => replaces === 0);
  if (creations.length === 0) return;
  const refused = await insertUnlessThere(
    collections,
    'resources',
    creations.map(({ document }) => document),
  );
  const doubtful = refused.flatMap((index) => creations[index] ?? []);
  const ours = await ofThese(collections, doubtful);
  for (const pending of creations) {
    outcomes.set(pending, !doubtful.includes(pending) || ours.has(pending) ? 'written' : conflict(pending));
  }
}

async function replace(collections: Collections, group: readonly Pending[], outcomes: Map<Pending, Outcome>): Promise<void> {
  const asked = group.filter(({ replaces }) => replaces > 0);
  if (asked.length === 0) return;
  const ids = asked.map(({ document }) => document._id);
  const projection = { v: 1, u: 1, o: 1, m: 1, j: 1, w: 1, c: 1 };
  const rows = await collections.resources.find<ResourceDocument>({ _id: { $in: ids } }, { projection }).toArray();
  const current = new Map(rows.map((row) => [row._id, row]));
  const hasContained = ({ document }: Pending) => current.get(document._id)?.c !== undefined;
  for (const pending of asked.filter(hasContained)) outcomes.set(pending, 'transaction');
  const replacements = asked.filter((pending) => !hasContained(pending));
  const ready = replacements.flatMap((pending) => {
    const before = current.get(pending.document._id);
    return before?.v === pending.replaces ? [{ pending, before }] : [];
  });
  const copies = ready.map(({ pending, before }) => superseded(before, pending.document.u));
  await copy(collections, copies);
  const replaced = ready.map(({ pending, before }) => replacement(pending.document, before));
  const matched = await replaceMatching(collections, replaced);
  // The counts do not say which: then every mark is looked for.
  const doubtful =
    matched === ready.length ? replacements.filter((pending) => !ready.some((one) => one.pending === pending)) : replacements;
  const ours = await ofThese(collections, doubtful);
  for (const pending of replacements) {
    outcomes.set(pending, !doubtful.includes(pending) || ours.has(pending) ? 'written' : conflict(pending));
  }
}

/** A copy that an earlier try left is taken as it is; but it ends no earlier than now. */
async function copy(collections: Collections, documents: readonly SupersededDocument[]): Promise<void> {
  const there = (await insertUnlessThere(collections, 'versions', documents)).flatMap((index) => documents[index] ?? []);
  if (there.length === 0) return;
  const operations = there.map(({ _id, e }) => ({ updateOne: { filter: { _id }, update: { $max: { e } } } }));
  await collections.versions.bulkWrite(operations, { ordered: false });
}

async function ofThese(collections: Collections, doubtful: readonly Pending[]): Promise<ReadonlySet<Pending>> {
  if (doubtful.length === 0) return new Set();
  const found = await written(
    collections,
    doubtful.map(({ document }) => document),
  );
  return new Set(doubtful.filter(({ document }) => found.has(document)));
}

function conflict({ document, replaces }: Pending): StoreConflict {
  return new StoreConflict(replaces === 0 ? `${document._id} exists already` : `${document._id} is no longer at version ${replaces}`);
}
