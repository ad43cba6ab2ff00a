/** Writes through the writer's thread. Source: port.ts ResourceStore */
import type { AuditSeal, AuditSheet } from '../audit-log.js';
import type { Commit, Layout } from '../port.js';
import type { ItemChange, ItemOutcome } from './items.js';
import { asWrite, type Packed, packInSteps, packSheet } from './pack.js';
import type { Put } from './state.js';
import { inTurns } from './steps.js';
import { startThread } from './thread.js';
import type { Writer } from './writer.js';

export interface WriterData {
  readonly location: string;
  /** Pages of 4 KiB that the file may grow to. */
  readonly maxPages: number | undefined;
}

export type WritingTask =
  | { readonly kind: 'commit'; readonly commit: Packed }
  | { readonly kind: 'arrange'; readonly layout: Layout }
  | { readonly kind: 'reindex'; readonly of: Packed }
  | { readonly kind: 'state'; readonly put: Put }
  | { readonly kind: 'item'; readonly change: ItemChange }
  | { readonly kind: 'append'; readonly sheets: readonly AuditSheet[] }
  | { readonly kind: 'seal'; readonly seal: AuditSeal }
  | { readonly kind: 'purge'; readonly before: number };

export function startWriter(data: WriterData, program = new URL('./writer-thread.js', import.meta.url)): Writer {
  const thread = startThread<WritingTask, unknown>({ program, data, does: 'writes', writes: true });
  const packing = new Set<Promise<Packed>>();

  async function pack(commit: Commit): Promise<Packed> {
    const packed = inTurns(packInSteps(commit));
    packing.add(packed);
    const ready = await packed;
    packing.delete(packed);
    return ready;
  }

  return {
    async arrange(layout) {
      await thread.ask({ kind: 'arrange', layout });
    },
    async commit(commit) {
      await thread.ask({ kind: 'commit', commit: await pack(commit) });
    },
    async reindex(of) {
      const packed = await pack({ writes: of.map(asWrite), guards: [] });
      return (await thread.ask({ kind: 'reindex', of: packed })) as readonly boolean[];
    },
    async putState(put) {
      return (await thread.ask({ kind: 'state', put })) as boolean;
    },
    async changeItem(change) {
      return (await thread.ask({ kind: 'item', change })) as ItemOutcome;
    },
    // Not asynchronous: a function that waits would hold the letter until it is written, and it would outlive many garbage collections.
    append: (sheets) => thread.ask({ kind: 'append', sheets: sheets.map(packSheet) }) as Promise<void>,
    async seal(seal) {
      await thread.ask({ kind: 'seal', seal });
    },
    async purge(before) {
      return (await thread.ask({ kind: 'purge', before })) as number;
    },
    async close() {
      await Promise.all(packing);
      await thread.close();
    },
  };
}
