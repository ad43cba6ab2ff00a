/** What chance chooses here, in words that are short where they are used. */
import type { Random } from '../oracle/random.js';

export interface Chance {
  /** A whole number from 0 to `below` - 1. */
  number(below: number): number;
  /** Of a hundred. */
  happens(percent: number): boolean;
  of<T>(from: readonly [T, ...T[]]): T;
  /** Each with this chance of a hundred. */
  some<T>(from: readonly T[], percent: number): readonly T[];
  /** Where it happens; otherwise nothing to spread. */
  maybe(percent: number, fields: () => object): object;
}

export function createChance(random: Random): Chance {
  const happens = (percent: number) => random.number(100) < percent;
  return {
    number: random.number,
    happens,
    of: (from) => random.choose(from) ?? from[0],
    some: (from, percent) => from.filter(() => happens(percent)),
    maybe: (percent, fields) => (happens(percent) ? fields() : {}),
  };
}
