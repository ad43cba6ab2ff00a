/** What writes: it owns the connection that does, in this thread or in one of its own. Source: port.ts ResourceStore */
import type { Commit, Layout, Reindex } from '../port.js';
import type { Connection } from './binding.js';
import { createBodies } from './bodies.js';
import type { Checkpoints } from './checkpoint.js';
import { createGroup } from './group.js';
import { createNames } from './names.js';
import { createSweep } from './notes.js';
import { createSlots } from './slots.js';
import { type Put, putState } from './state.js';
import { apply, reindexAll } from './write.js';

export interface Writer {
  /** Gives every slot of the layout a column. */
  arrange(layout: Layout): Promise<void>;
  /** Resolves when it is on the disk, and seen by every read that begins then. */
  commit(commit: Commit): Promise<void>;
  reindex(of: readonly Reindex[]): Promise<readonly boolean[]>;
  putState(put: Put): Promise<boolean>;
  /** Resolves when all that waits has been written; then nothing is accepted any more. */
  close(): Promise<void>;
}

/** A writer in this thread; the connection stays open when it is closed. */
export function createWriter(connection: Connection, checkpoints: Checkpoints | undefined): Writer {
  const names = createNames();
  const slots = createSlots();
  slots.load(connection);
  const group = createGroup({
    writer: { connection, names, slots, bodies: createBodies() },
    ready: () => checkpoints?.ready(),
    written: () => checkpoints?.written(),
  });
  const sweep = createSweep();
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
    async putState(put) {
      let done = false;
      await group.write(function* (writer) {
        done = putState(writer.connection, put);
        yield;
      }, 1);
      return done;
    },
    async close() {
      await group.drained();
      await checkpoints?.close();
    },
  };
}

/** About as many rows as the commit reads and writes. */
function sizeOf({ writes, guards, notes = [] }: Commit): number {
  return writes.reduce((sum, write) => sum + 10 + write.entries.length, 0) + 5 * guards.length + 5 * notes.length;
}
