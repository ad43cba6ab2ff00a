/**
 * Which documents a transaction writes for the names its guards hold: two that write one exclude each other. A name shared is one of many
 * slots, held alone it is all of them. Source: port.ts Guard
 */
import type { Guard, Write } from '../port.js';

export interface Held {
  readonly names: ReadonlySet<string>;
  readonly alone: ReadonlySet<string>;
  readonly shared: ReadonlySet<string>;
}

/** So many may be inside the gate of one process. */
export const PLACES = 16;
/** So many processes may share a name without meeting. */
const BLOCKS = 4;
const SLOTS = PLACES * BLOCKS;
/** Held by all who share any name, so that it need not be each of very many that is held alone. */
const all = '';
/** Names whose slots are taken one by one. */
const FEW = 8;

export function heldBy(guards: readonly Guard[], writes: readonly Write[]): Held {
  const alone = new Set(guards.flatMap((guard) => guard.alone ?? []));
  const shared = new Set(guards.flatMap((guard) => guard.shared ?? []));
  return {
    names: new Set([...guards.flatMap(({ names }) => names), ...writes.flatMap(({ names = [] }) => names)]),
    alone: alone.size > FEW ? new Set([all]) : alone,
    shared: shared.size > 0 ? shared.add(all) : shared,
  };
}

/**
 * The slot for a place in the gate. Places of one process never have the same, whatever their block; the process goes to another block when
 * a try has failed, perhaps because of a process that has the same.
 */
export function createSharing(process: number): (place: number, tries: number) => number {
  let block = process % BLOCKS;
  return (place, tries) => {
    if (tries > 1) block = Math.floor(Math.random() * BLOCKS);
    return block * PLACES + place;
  };
}

/** In one order for all, so that two transactions meet at the first name they have in common, before either has done much. */
export function locksOf({ names, alone, shared }: Held, slot: number): readonly string[] {
  const everywhere = [...alone].flatMap((name) => Array.from({ length: SLOTS }, (_, at) => `${name}/${at}`));
  const here = [...shared].map((name) => `${name}/${slot}`);
  return [...new Set([...names, ...everywhere, ...here])].sort();
}
