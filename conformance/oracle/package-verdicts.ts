/**
 * What HL7's validator said of every example of the Chinese package, as data: the tests look at each of them without Java. Only what it
 * found is kept, not the example: its hash tells whether it is still the one that was shown.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hashOf } from './hl7.js';
import { digestOfRules, type Input } from './inputs.js';
import type { Verdict } from './verdict.js';

export interface PackageVerdict extends Verdict {
  /** Folder and file: `cn-patient/valid-adult`. */
  readonly name: string;
  readonly hash: string;
}

export interface PackageVerdicts {
  /** Digest of the rules that the examples were held against. */
  readonly rules: string;
  readonly verdicts: ReadonlyMap<string, PackageVerdict>;
}

/** Runs in dist/conformance/oracle. */
const file = fileURLToPath(new URL('../../../conformance/oracle/package-verdicts.jsonl', import.meta.url));
/** Enough of what HL7's validator said for the list of differences to know it. */
const MOST_TEXT = 120;

export function loadPackageVerdicts(): PackageVerdicts {
  const [head = '', ...lines] = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const verdicts = lines.map((line) => JSON.parse(line) as PackageVerdict);
  const { rules } = JSON.parse(head) as { readonly rules: string };
  return { rules, verdicts: new Map(verdicts.map((one) => [one.name, one])) };
}

export function recordPackageVerdicts(judged: readonly (readonly [Input, Verdict])[]): void {
  const lines = judged.map(([{ name, text }, { errors, warned }]) => ({
    name,
    hash: hashOf(text),
    errors: errors.map((found) => ({ ...found, text: found.text.slice(0, MOST_TEXT) })),
    warned,
  }));
  writeFileSync(file, [{ rules: digestOfRules() }, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''));
}
