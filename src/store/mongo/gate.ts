/**
 * Lets in few transactions at a time, first come, first served, and none that would meet one under way: MongoDB aborts the
 * later of two transactions that write the same document, and doing the work again costs more than waiting.
 */
import { StoreBusy } from '../port.js';

export interface Entrant {
  /** What it will write. */
  readonly names: ReadonlySet<string>;
  /** How much of the room it takes. */
  readonly weight: number;
}

export type Gate = <T>(entrant: Entrant, action: () => Promise<T>) => Promise<T>;

/** Rejects with StoreBusy when too many wait. Whoever is heavier than the room goes alone. */
export function gate({ room, mostWaiting }: { readonly room: number; readonly mostWaiting: number }): Gate {
  const inside = new Set<Entrant>();
  let waiting: (readonly [entrant: Entrant, enter: () => void])[] = [];
  let taken = 0;

  const admit = (): void => {
    const before = [...inside];
    let full = false;
    waiting = waiting.filter(([entrant, enter]) => {
      full ||= inside.size > 0 && taken + entrant.weight > room;
      // Whoever waits holds its names too, so that nobody overtakes it on them.
      const enters = !full && !before.some(({ names }) => meet(names, entrant.names));
      before.push(entrant);
      if (!enters) return true;
      inside.add(entrant);
      taken += entrant.weight;
      enter();
      return false;
    });
  };

  return async (entrant, action) => {
    if (waiting.length >= mostWaiting) throw new StoreBusy(`${waiting.length} transactions wait already`);
    await new Promise<void>((enter) => {
      waiting.push([entrant, enter]);
      admit();
    });
    try {
      return await action();
    } finally {
      inside.delete(entrant);
      taken -= entrant.weight;
      admit();
    }
  };
}

function meet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [fewer, more] = a.size < b.size ? [a, b] : [b, a];
  for (const name of fewer) if (more.has(name)) return true;
  return false;
}
