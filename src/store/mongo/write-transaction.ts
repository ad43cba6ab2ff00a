/**
 * Several writes, or any that rely on guards, as one transaction: locks by name, then the guards' searches again in its
 * snapshot, then the writes. The commit is a finished list, so the whole can be done again when MongoDB aborts it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type ClientSession, ObjectId } from 'mongodb';
import { type Commit, type Guard, StoreBusy, StoreConflict, StoreUnknown, stillFinds, type Write } from '../port.js';
import { isRecorded, toBlockDocuments } from './audit-blocks.js';
import type { AuditPlaces } from './audit-places.js';
import type { BlockDocument, Collections, ContainedDocument, NoteDocument, ResourceDocument } from './collections.js';
import { containedIn, replaceContained } from './contained.js';
import { documentId, type Slots, superseded, toContained, toDocument } from './documents.js';
import { hasLabel, isCommitUnknown, isPassing, translate } from './errors.js';
import { gate, type Size } from './gate.js';
import { createSharing, type Held, heldBy, locksOf, PLACES } from './held.js';
import { written } from './marks.js';
import type { Member } from './member.js';
import { momentNow } from './moment.js';
import { isNoted, putNotes, toNoteDocument } from './notes.js';
import { sessionReader } from './reader.js';
import { find } from './search.js';
import type { SegmentMaker } from './segments.js';
import { copyInto, incrementLocks, insertUnlessThere, replaceMatching, replacement } from './write-command.js';

/** How long a transaction is tried again before the caller hears that the store is busy. */
const patience = 20_000;
/** A lock means something while its transaction runs, at most a minute; afterwards it is swept away. */
const lockLifetime = 600_000;

interface Prepared {
  readonly held: Held;
  readonly guards: readonly Guard[];
  readonly creations: readonly ResourceDocument[];
  readonly replacements: readonly { readonly document: ResourceDocument; readonly replaces: number }[];
  readonly contained: readonly ContainedDocument[];
  readonly notes: readonly NoteDocument[];
  readonly audit: readonly BlockDocument[];
}

export type WriteTransaction = (commit: Commit) => Promise<void>;

export interface TransactionParts {
  readonly creation: () => number;
  readonly member: Member;
  readonly journal: AuditPlaces & Pick<SegmentMaker, 'written'>;
}

/** The function rejects with StoreConflict, StoreBusy, StoreUnknown, StoreUnavailable or FhirError `too-long`. */
export function transactions(collections: Collections, slots: Slots, { creation, member, journal }: TransactionParts): WriteTransaction {
  const enter = gate({ room: ROOM, mostWaiting: 512 });
  const slotAt = createSharing(member.number);
  return async (commit) => {
    const prepared = prepare(commit, slots, creation);
    const { names: own, alone, shared } = prepared.held;
    const names = new Set([...own, ...alone, ...commit.writes.map(({ version }) => documentId(version)), ...namesOf(commit.notes)]);
    const { audit = [] } = commit;
    await journal.taking(audit, () =>
      enter({ names, shared, size: sizeOf(commit) }, (place) =>
        untilDone(collections, member, prepared, (tries) => locksOf(prepared.held, slotAt(place, tries))),
      ),
    );
    journal.written(prepared.audit);
  };
}

/** Apart from names of resources and guards. */
function namesOf(notes: Commit['notes'] = []): readonly string[] {
  return notes.map(({ name }) => `note ${name}`);
}

/** Four Bundles of many at a time were the quickest; single conditional writes wait for the disk. Together they have a place each. */
const LARGE_ONES = 4;
const ROOM = { large: LARGE_ONES, small: PLACES - LARGE_ONES };
/** Writes from which on a Bundle is one of many. */
const LARGE = 75;

function sizeOf({ writes }: Commit): Size {
  return writes.length < LARGE ? 'small' : 'large';
}

function prepare({ writes, guards, notes = [], audit = [] }: Commit, slots: Slots, creation: () => number): Prepared {
  const mark = new ObjectId();
  const toPair = (write: Write) => ({ document: toDocument(write, mark, creation(), slots), replaces: write.replaces });
  const pairs = writes.map(toPair);
  return {
    contained: writes.flatMap((write) => containedOf(write, slots, creation)),
    held: heldBy(guards, writes),
    guards,
    creations: pairs.filter(({ replaces }) => replaces === 0).map(({ document }) => document),
    replacements: pairs.filter(({ replaces }) => replaces > 0),
    notes: notes.map((note) => toNoteDocument(note, mark)),
    audit: toBlockDocuments(audit, mark),
  };
}

function containedOf({ version, compartments, contained = [] }: Write, slots: Slots, creation: () => number): readonly ContainedDocument[] {
  if (version.json === null) return [];
  return contained.map((one) => toContained({ ...version, compartments }, one, creation(), slots));
}

interface Locked extends Prepared {
  readonly locks: readonly string[];
}

async function untilDone(
  collections: Collections,
  member: Member,
  prepared: Prepared,
  locksAt: (tries: number) => readonly string[],
): Promise<void> {
  const end = performance.now() + patience;
  for (let tries = 1; ; tries++) {
    const outcome = await attempt(collections, member, { ...prepared, locks: locksAt(tries) }, end);
    if (outcome === 'done') return;
    if (performance.now() > end) {
      if (isPassing(outcome)) throw translate(outcome);
      throw new StoreBusy('Other transactions that write the same resources went on too long', { cause: outcome });
    }
    await pause(Math.random() * Math.min(200, 5 * 2 ** tries));
  }
}

/** Gives the error when it may be tried again; throws it when not. */
async function attempt(collections: Collections, member: Member, prepared: Locked, end: number): Promise<unknown> {
  const session = collections.client.startSession();
  try {
    const enlisted = member.enlist(session);
    if (enlisted !== undefined) await enlisted;
    session.startTransaction({
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority', journal: true },
      readPreference: 'primary',
    });
    await lock(collections, session, prepared.locks);
    await putNotes(collections, session, prepared.notes);
    await check(collections, session, prepared.guards);
    // What is there already others may write too: whoever meets one there has not yet inserted all the rest.
    const gone = await replace(collections, session, prepared);
    await create(collections, session, prepared.creations);
    await replaceContained(collections, session, gone, prepared.contained);
    await record(collections, session, prepared.audit);
    return await commitOrLook(collections, session, prepared, end);
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
    if (hasLabel(error, 'TransientTransactionError') || isPassing(error)) return error;
    throw translate(error);
  } finally {
    await session.endSession();
  }
}

/** In the order of names, so that two transactions meet at the first name they share, before either has done much. */
async function lock(collections: Collections, session: ClientSession, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const expires = new Date(Date.now() + lockLifetime);
  if (!(await incrementLocks(collections, names, expires, session)))
    throw new StoreConflict('Another made the same lock at the same moment');
}

async function check(collections: Collections, session: ClientSession, guards: readonly Guard[]): Promise<void> {
  if (guards.length === 0) return;
  const reader = sessionReader(collections, session);
  const most = Math.max(...guards.map(({ keys }) => keys.length)) + 1;
  const found = await find(
    reader,
    guards.map(({ where }) => where),
    most,
  );
  for (const [index, guard] of guards.entries()) {
    if (stillFinds(guard, found[index] ?? [])) continue;
    throw new StoreConflict(`A search that was relied on found ${guard.keys.length} resources before and finds others now`);
  }
}

async function create(collections: Collections, session: ClientSession, documents: readonly ResourceDocument[]): Promise<void> {
  if (documents.length === 0) return;
  const [there] = await insertUnlessThere(collections, 'resources', documents, session);
  if (there !== undefined) throw new StoreConflict(`${documents[there]?._id} exists already`);
}

async function record(collections: Collections, session: ClientSession, documents: readonly BlockDocument[]): Promise<void> {
  if (documents.length === 0) return;
  const [there] = await insertUnlessThere(collections, 'audit', documents, session);
  if (there === undefined) return;
  throw new StoreConflict(`The journal has a record ${documents[there]?.l} of the chain ${documents[there]?.c} already`);
}

/** Gives the ids of what was contained in the versions before. */
async function replace(collections: Collections, session: ClientSession, { replacements }: Prepared): Promise<readonly string[]> {
  if (replacements.length === 0) return [];
  const { resources } = collections;
  const ids = replacements.map(({ document }) => document._id);
  const projection = { v: 1, u: 1, o: 1, m: 1, j: 1, w: 1, c: 1 };
  const rows = await resources.find<ResourceDocument>({ _id: { $in: ids } }, { projection, session }).toArray();
  const current = new Map(rows.map((row) => [row._id, row]));
  const pairs = replacements.map(({ document, replaces }) => {
    const before = current.get(document._id);
    if (before?.v !== replaces) throw new StoreConflict(`${document._id} is no longer at version ${replaces}`);
    return { document, before };
  });
  await copyInto(
    collections,
    pairs.map(({ document, before }) => superseded(before, document.u)),
    session,
  );
  const replaced = pairs.map(({ document, before }) => replacement(document, before));
  if ((await replaceMatching(collections, replaced, session)) !== pairs.length) throw new StoreConflict('A resource was changed meanwhile');
  return pairs.flatMap(({ before }) => containedIn(before));
}

/** Commits; where the answer was lost, asks again, and then looks whether the writes are there. */
async function commitOrLook(collections: Collections, session: ClientSession, prepared: Prepared, end: number): Promise<'done'> {
  for (let tries = 1; ; tries++) {
    try {
      await session.commitTransaction();
      return 'done';
    } catch (error) {
      const lost = isCommitUnknown(error);
      if (lost && performance.now() < end) {
        await pause(Math.min(1_000, 20 * 2 ** tries));
        continue;
      }
      // Aborted on the first answer: surely not written. After a lost answer it may have been, and the server have forgotten.
      if (tries === 1 && !lost) throw error;
      if (await isWritten(collections, prepared, error)) return 'done';
      if (!lost) throw error;
      throw new StoreUnknown('Whether the transaction was written is not known: MongoDB does not answer', { cause: error });
    }
  }
}

async function isWritten(
  collections: Collections,
  { creations, replacements, notes: [note], audit: [line] }: Prepared,
  cause: unknown,
): Promise<boolean> {
  // All or none: one tells.
  const one = creations[0] ?? replacements[0]?.document;
  if (one === undefined && note === undefined && line === undefined) return true;
  try {
    // A new primary may show what is older than the commit.
    await momentNow(collections);
    if (one !== undefined) return (await written(collections, [one])).size > 0;
    if (note !== undefined) return await isNoted(collections, note);
    return line === undefined || (await isRecorded(collections, line));
  } catch {
    throw new StoreUnknown('Whether the transaction was written is not known: MongoDB does not answer', { cause });
  }
}
