/**
 * Lets in few transactions at a time, first come, first served, and none that would meet one under way: MongoDB aborts the
 * later of two transactions that write the same document, and doing the work again costs more than waiting. What several hold
 * shared they may hold at the same time, each in a place of its own. Source: port.ts Guard
 */
import { StoreBusy } from '../port.js';

export interface Entrant {
  /** What it will write, and what it holds alone. */
  readonly names: ReadonlySet<string>;
  /** What it holds beside others, but beside none that has it among its names. */
  readonly shared: ReadonlySet<string>;
  /** How much of the room it takes. */
  readonly weight: number;
}

/** `place`: the lowest that nobody else inside has; below `room`, where no weight is less than 1. */
export type Gate = <T>(entrant: Entrant, action: (place: number) => Promise<T>) => Promise<T>;

/** Rejects with StoreBusy when too many wait. Whoever is heavier than the room goes alone. */
export function gate({ room, mostWaiting }: { readonly room: number; readonly mostWaiting: number }): Gate {
  const inside = new Map<Entrant, number>();
  let waiting: (readonly [entrant: Entrant, enter: (place: number) => void])[] = [];
  let taken = 0;

  const admit = (): void => {
    const before = [...inside.keys()];
    let full = false;
    waiting = waiting.filter(([entrant, enter]) => {
      full ||= inside.size > 0 && taken + entrant.weight > room;
      // Whoever waits holds its names too, so that nobody overtakes it on them.
      const enters = !full && !before.some((other) => meet(other, entrant));
      before.push(entrant);
      if (!enters) return true;
      const place = freePlace(inside);
      inside.set(entrant, place);
      taken += entrant.weight;
      enter(place);
      return false;
    });
  };

  return async (entrant, action) => {
    if (waiting.length >= mostWaiting) throw new StoreBusy(`${waiting.length} transactions wait already`);
    const place = await new Promise<number>((enter) => {
      waiting.push([entrant, enter]);
      admit();
    });
    try {
      return await action(place);
    } finally {
      inside.delete(entrant);
      taken -= entrant.weight;
      admit();
    }
  };
}

function freePlace(inside: ReadonlyMap<Entrant, number>): number {
  const taken = new Set(inside.values());
  let place = 0;
  while (taken.has(place)) place++;
  return place;
}

function meet(one: Entrant, other: Entrant): boolean {
  return haveCommon(one.names, other.names) || haveCommon(one.names, other.shared) || haveCommon(one.shared, other.names);
}

function haveCommon(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [fewer, more] = a.size < b.size ? [a, b] : [b, a];
  for (const name of fewer) if (more.has(name)) return true;
  return false;
}
