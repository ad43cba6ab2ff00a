/** Chance that can be had again: the same seed gives the same mutants on every machine. */

export interface Random {
  /** A whole number from 0 to `below` - 1. */
  number(below: number): number;
  /** undefined where there is nothing to choose from. */
  choose<T>(from: readonly T[]): T | undefined;
}

/** A linear congruential generator of 32 bits, its upper bits taken: plenty for choosing places. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const number = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x100000000) * below);
  };
  return { number, choose: (from) => from[number(from.length)] };
}

/** Of a text, so that each mutant has chance of its own and one more example changes no other mutant. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
