/** What writes: it owns the connection that does, in this thread or in one of its own. Source: port.ts ResourceStore */
import type { AuditSeal, AuditSheet } from '../audit-log.js';
import type { Commit, Layout, Reindex } from '../port.js';
import type { Connection } from './binding.js';
import { createBodies } from './bodies.js';
import type { Checkpoints } from './checkpoint.js';
import type { Pending } from './entries.js';
import { createGroup } from './group.js';
import { changeItem, type ItemChange, type ItemOutcome } from './items.js';
import { append, closeSegment, purgeSome, refuseTakenPlaces } from './journal.js';
import { createNames } from './names.js';
import { putSeal } from './seals.js';
import { createSlots } from './slots.js';
import { type Put, putState } from './state.js';
import { createSweep } from './sweep.js';
import { apply, reindexAll } from './write.js';

export interface Writer {
  /** Gives every slot of the layout a column. */
  arrange(layout: Layout): Promise<void>;
  /** Resolves when it is on the disk, and seen by every read that begins then. */
  commit(commit: Commit): Promise<void>;
  reindex(of: readonly Reindex[]): Promise<readonly boolean[]>;
  putState(put: Put): Promise<boolean>;
  changeItem(change: ItemChange): Promise<ItemOutcome>;
  append(sheets: readonly AuditSheet[]): Promise<void>;
  seal(seal: AuditSeal): Promise<void>;
  /** How many records were removed. */
  purge(before: number): Promise<number>;
  /** Resolves when all that waits has been written; then nothing is accepted any more. */
  close(): Promise<void>;
}

/** Blocks of the journal that are removed in one transaction. */
const PURGED = 100;

/** A writer in this thread; the connection stays open when it is closed. */
export function createWriter(connection: Connection, checkpoints: Checkpoints | undefined): Writer {
  const names = createNames();
  const slots = createSlots();
  slots.load(connection);
  const group = createGroup({
    writer: { connection, names, slots, bodies: createBodies() },
    ready: () => checkpoints?.ready(),
    written: () => checkpoints?.written(),
    ending: createEnding(),
  });
  const sweep = createSweep();
  async function inOneStep<T>(work: (connection: Connection, pending: Pending) => T, size: number): Promise<T> {
    const done: T[] = [];
    await group.write(function* (writer, pending) {
      // A group that failed is tried again.
      done.splice(0, 1, work(writer.connection, pending));
      yield;
    }, size);
    return done[0] as T;
  }
  return {
    arrange: (layout) => group.write(() => slots.arrange(connection, names, layout), 1),
    commit: (commit) =>
      group.write(function* (writer, pending) {
        yield* apply(writer, pending, commit);
        sweep(writer.connection);
      }, sizeOf(commit)),
    async reindex(of) {
      let done: readonly boolean[] = [];
      const size = of.reduce((sum, one) => sum + 10 + one.entries.length, 0);
      await group.write(function* (writer, pending) {
        done = yield* reindexAll(writer, pending, of);
      }, size);
      return done;
    },
    putState: (put) => inOneStep((writer) => putState(writer, put), 1),
    changeItem: (change) =>
      inOneStep((writer) => {
        sweep(writer);
        return changeItem(writer, change);
      }, 5),
    append: (sheets) =>
      inOneStep((writer, { audit }) => {
        refuseTakenPlaces(writer, sheets, audit);
        audit.push(...sheets);
      }, rowsOn(sheets)),
    seal: (seal) => inOneStep((writer) => putSeal(writer, seal), 2),
    async purge(before) {
      for (let all = 0; ; ) {
        const { removed, more } = await inOneStep((writer) => purgeSome(writer, before, PURGED), 10 * PURGED);
        all += removed;
        if (!more) return all;
      }
    },
    async close() {
      await group.drained();
      await checkpoints?.close();
    },
  };
}

/** Transactions with records after which it is looked whether there are enough for a segment. */
const LOOKED = 16;

/** Before a transaction ends: what its members have left for then. */
function createEnding(): (connection: Connection, pending: Pending) => void {
  let recorded = 0;
  return (connection, pending) => {
    pending.flush(connection);
    if (pending.audit.length === 0) return;
    append(connection, pending.audit);
    if (++recorded % LOOKED === 0) closeSegment(connection);
  };
}

/** About as many rows as the commit reads and writes. */
function sizeOf({ writes, guards, notes = [], audit = [] }: Commit): number {
  return writes.reduce((sum, write) => sum + 10 + write.entries.length, 0) + 5 * (guards.length + notes.length) + rowsOn(audit);
}

function rowsOn(sheets: readonly AuditSheet[]): number {
  return sheets.reduce((sum, { numbers }) => sum + numbers.length, 0);
}
