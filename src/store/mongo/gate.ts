/**
 * Lets in few transactions at a time, first come, first served, and none that would meet one under way: MongoDB aborts the
 * later of two transactions that write the same document, and doing the work again costs more than waiting.
 */
import { StoreBusy } from '../port.js';

interface Waiting {
  readonly names: ReadonlySet<string>;
  readonly enter: () => void;
}

export type Gate = <T>(names: ReadonlySet<string>, action: () => Promise<T>) => Promise<T>;

/** `names`: what the action will write. Rejects with StoreBusy when too many wait. */
export function gate({ places, mostWaiting }: { readonly places: number; readonly mostWaiting: number }): Gate {
  const inside = new Set<ReadonlySet<string>>();
  let waiting: Waiting[] = [];

  const admit = (): void => {
    const held = [...inside];
    const stay: Waiting[] = [];
    for (const one of waiting) {
      // Whoever waits holds its names too, so that nobody overtakes it on them.
      if (inside.size < places && !held.some((names) => meet(names, one.names))) {
        inside.add(one.names);
        one.enter();
      } else {
        stay.push(one);
      }
      held.push(one.names);
    }
    waiting = stay;
  };

  return async (names, action) => {
    if (waiting.length >= mostWaiting) throw new StoreBusy(`${waiting.length} transactions wait already`);
    await new Promise<void>((enter) => {
      waiting.push({ names, enter });
      admit();
    });
    try {
      return await action();
    } finally {
      inside.delete(names);
      admit();
    }
  };
}

function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [fewer, more] = a.size < b.size ? [a, b] : [b, a];
  for (const name of fewer) if (more.has(name)) return true;
  return false;
}
