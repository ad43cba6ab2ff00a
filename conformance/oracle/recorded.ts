/** A slice of a run with what HL7's validator said of it, small enough to be looked at in every test run, without Java. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Compared } from './compare.js';
import type { Input } from './inputs.js';
import type { Errors } from './verdict.js';

export interface Recorded {
  readonly input: Input;
  readonly hl7: Errors;
}

/** Runs in dist/conformance/oracle. */
const file = fileURLToPath(new URL('../../../conformance/oracle/recorded.jsonl', import.meta.url));

export function loadRecorded(): readonly Recorded[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Recorded);
}

/** So many mutants of each kind, and so many that show each kind of difference; only short ones. */
const OF_EACH_KIND = 2;
const OF_EACH_DIFFERENCE = 2;
const MOST_CHARACTERS = 2000;
/** Enough of what HL7's validator said for the list of differences to know it. */
const MOST_TEXT = 160;

export function record(all: readonly Compared[]): number {
  const counts = new Map<string, number>();
  const chosen = all.filter(({ input, kinds, left }) => {
    if (input.text.length > MOST_CHARACTERS || left.hl7.length + left.own.length > 0) return false;
    const names = [...kinds].map((kind) => `difference ${kind}`);
    const isWanted = (counts.get(input.kind) ?? 0) < OF_EACH_KIND || names.some((name) => (counts.get(name) ?? 0) < OF_EACH_DIFFERENCE);
    if (isWanted) for (const name of [input.kind, ...names]) counts.set(name, (counts.get(name) ?? 0) + 1);
    return isWanted;
  });
  writeFileSync(file, chosen.map((one) => `${JSON.stringify(recordedOf(one))}\n`).join(''));
  return chosen.length;
}

function recordedOf({ input, told }: Compared): Recorded {
  return { input, hl7: told.map((found) => ({ ...found, text: found.text.slice(0, MOST_TEXT) })) };
}
