/**
 * Lets in few transactions at a time, first come, first served, and none that would meet one under way: MongoDB aborts the
 * later of two transactions that write the same document, and doing the work again costs more than waiting. What several hold
 * shared they may hold at the same time, each in a place of its own. Those of a few resources have room of their own, so that they do
 * not wait for those of thousands, nor hold them up. Source: port.ts Guard
 */
import { StoreBusy } from '../port.js';

export interface Entrant {
  /** What it will write, and what it holds alone. */
  readonly names: ReadonlySet<string>;
  /** What it holds beside others, but beside none that has it among its names. */
  readonly shared: ReadonlySet<string>;
  readonly size: Size;
}

export type Size = 'small' | 'large';

/** `place`: the lowest that nobody else inside has. */
export type Gate = <T>(entrant: Entrant, action: (place: number) => Promise<T>) => Promise<T>;

/** How many of each size may be inside. */
export type Room = Readonly<Record<Size, number>>;

interface Waiting {
  readonly entrant: Entrant;
  /** Those before it that it would meet, inside or waiting too, so that nobody overtakes it on its names. */
  readonly before: Set<Waiting>;
  readonly enter: (place: number) => void;
}

/** Rejects with StoreBusy when too many wait. */
export function gate({ room, mostWaiting }: { readonly room: Room; readonly mostWaiting: number }): Gate {
  const waiting = new Set<Waiting>();
  const inside: Record<Size, number> = { small: 0, large: 0 };
  const places = new Set<number>();
  const present = createPresence();

  const admit = (): void => {
    for (const one of waiting) {
      const { size } = one.entrant;
      if (one.before.size > 0 || inside[size] >= room[size]) continue;
      waiting.delete(one);
      inside[size] += 1;
      const place = freePlace(places);
      places.add(place);
      one.enter(place);
    }
  };

  const leave = (one: Waiting, place: number): void => {
    inside[one.entrant.size] -= 1;
    places.delete(place);
    present.remove(one);
    for (const other of waiting) other.before.delete(one);
    admit();
  };

  return async (entrant, action) => {
    if (waiting.size >= mostWaiting) throw new StoreBusy(`${waiting.size} transactions wait already`);
    const { one, entered } = comer(entrant, present.meeting(entrant));
    present.add(one);
    waiting.add(one);
    admit();
    const place = await entered;
    try {
      return await action(place);
    } finally {
      leave(one, place);
    }
  };
}

function comer(entrant: Entrant, before: Set<Waiting>): { readonly one: Waiting; readonly entered: Promise<number> } {
  let enter: (place: number) => void = () => undefined;
  const entered = new Promise<number>((resolve) => {
    enter = resolve;
  });
  return { one: { entrant, before, enter }, entered };
}

/** Who is there under which name: a Bundle of thousands is not compared with every other. */
function createPresence() {
  const alone = new Map<string, Set<Waiting>>();
  const shared = new Map<string, Set<Waiting>>();
  return {
    add(one: Waiting): void {
      for (const name of one.entrant.names) put(alone, name, one);
      for (const name of one.entrant.shared) put(shared, name, one);
    },
    remove(one: Waiting): void {
      for (const name of one.entrant.names) take(alone, name, one);
      for (const name of one.entrant.shared) take(shared, name, one);
    },
    meeting(entrant: Entrant): Set<Waiting> {
      const found = new Set<Waiting>();
      const meet = (others: Iterable<Waiting> = []) => {
        for (const other of others) found.add(other);
      };
      for (const name of entrant.names) {
        meet(alone.get(name));
        meet(shared.get(name));
      }
      for (const name of entrant.shared) meet(alone.get(name));
      return found;
    },
  };
}

function put(of: Map<string, Set<Waiting>>, name: string, one: Waiting): void {
  const there = of.get(name);
  if (there === undefined) of.set(name, new Set([one]));
  else there.add(one);
}

function take(of: Map<string, Set<Waiting>>, name: string, one: Waiting): void {
  const there = of.get(name);
  there?.delete(one);
  if (there?.size === 0) of.delete(name);
}

function freePlace(taken: ReadonlySet<number>): number {
  let place = 0;
  while (taken.has(place)) place++;
  return place;
}
