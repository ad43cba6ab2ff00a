/** Writes through the writer's thread. Source: port.ts ResourceStore */
import type { Layout } from '../port.js';
import { type Packed, packInSteps } from './pack.js';
import { inTurns } from './steps.js';
import { startThread } from './thread.js';
import type { Writer } from './writer.js';

export interface WriterData {
  readonly location: string;
  /** Pages of 4 KiB that the file may grow to. */
  readonly maxPages: number | undefined;
}

export type WritingTask = { readonly kind: 'commit'; readonly commit: Packed } | { readonly kind: 'arrange'; readonly layout: Layout };

export function startWriter(data: WriterData, program = new URL('./writer-thread.js', import.meta.url)): Writer {
  const thread = startThread<WritingTask, void>({ program, data, does: 'writes', writes: true });
  const packing = new Set<Promise<Packed>>();
  return {
    arrange: (layout) => thread.ask({ kind: 'arrange', layout }),
    async commit(commit) {
      const packed = inTurns(packInSteps(commit));
      packing.add(packed);
      const ready = await packed;
      packing.delete(packed);
      return thread.ask({ kind: 'commit', commit: ready });
    },
    async close() {
      await Promise.all(packing);
      await thread.close();
    },
  };
}
