/** What is wrong with a file of codes: every fault with its place, in both languages, at most so many one by one. */
import type { Language } from '../../model/message.js';

export type Said = readonly [en: string, zh: string];

export interface Place {
  /** From 1. */
  readonly line?: number;
  /** What its heading calls it. */
  readonly column?: string;
}

/** Plain data. */
export interface Found {
  readonly count: number;
  readonly shown: readonly (Place & { readonly said: Said })[];
}

export interface Faults {
  add(said: Said, place?: Place): void;
  readonly count: number;
  /** For `createFaults`, elsewhere. */
  found(): Found;
  /** A line for each that is shown, and one for all others. */
  lines(file: string, language: Language): readonly string[];
}

export const MOST_SHOWN = 20;
/** From so many on the file is another than was meant: nobody needs them counted. */
const MOST_COUNTED = 100_000;

/** A file that cannot be read as codes; its message is for people. */
export class CodesRefused extends Error {
  override readonly name = 'CodesRefused';
  constructor(readonly faults: Faults) {
    super('The file cannot be loaded');
  }
}

/** Ends the reading with one fault. */
export function refused(said: Said, place: Place = {}): CodesRefused {
  const faults = createFaults();
  faults.add(said, place);
  return new CodesRefused(faults);
}

export function createFaults(before: Found = { count: 0, shown: [] }): Faults {
  const shown = [...before.shown];
  let { count } = before;
  return {
    add(said, place = {}) {
      count++;
      if (shown.length < MOST_SHOWN) shown.push({ ...place, said });
      if (count >= MOST_COUNTED) throw new CodesRefused(this);
    },
    get count() {
      return count;
    },
    found: () => ({ count, shown }),
    lines(file, language) {
      const inChinese = language === 'zh';
      const lines = shown.map(({ line, column, said: [en, zh] }) => {
        const at = [file, line, column].filter((part) => part !== undefined).join(':');
        return `${at}: ${inChinese ? zh : en}`;
      });
      const more = count - shown.length;
      if (more <= 0) return lines;
      return [...lines, inChinese ? `……另有 ${more} 处错误` : `… and ${more} more ${more === 1 ? 'fault' : 'faults'}`];
    },
  };
}
