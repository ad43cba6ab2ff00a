/** `npm run conformance -- snapshot`: our snapshots beside those published, those of the local package, and HL7's. */
import { Command } from 'commander';
import type { Difference } from './compare.js';
import { compareOfficial, comparePackage } from './compared.js';
import { cases, compareOutlines, officialProfiles, outlinesBy, recordedOutlines, recordOutlines } from './hl7.js';
import { type Against, sortDifferences } from './known.js';

interface Options {
  readonly oracle?: string;
  readonly record?: boolean;
}

export function snapshotCommand(): Command {
  return new Command('snapshot')
    .description('snapshots made anew from differentials, compared with those published and with those of other generators')
    .option(
      '--oracle <path>',
      "the command that runs HL7's validator: its generator makes R4's profiles and our cases anew",
      process.env.ORACLE,
    )
    .option('--record', 'keeps what it made of our cases for the tests')
    .action(({ oracle, record = false }: Options) => {
      process.exitCode = run(oracle, record) ? 0 : 1;
    });
}

const out = (text: string) => process.stdout.write(`${text}\n`);

/** Whether all differences are known ones. */
function run(oracle: string | undefined, record: boolean): boolean {
  const official = compareOfficial();
  const local = comparePackage();
  const results = [
    tell('published', "R4's own structures", official.structures, official.different),
    tell('package', 'the local package', local.structures, local.different),
  ];
  if (oracle === undefined) {
    out("HL7's generator: as recorded (--oracle names the command that runs it)");
    results.push(tell('hl7', 'our cases', cases().length, compareOutlines(cases(), recordedOutlines())));
    return results.every((isKnown) => isKnown);
  }
  const outlines = outlinesBy(oracle, cases());
  if (record) recordOutlines(outlines);
  results.push(tell('hl7', "our cases, by HL7's generator", cases().length, compareOutlines(cases(), outlines)));
  const profiles = officialProfiles();
  results.push(
    tell('hl7-official', "R4's profiles, by HL7's generator", profiles.length, compareOutlines(profiles, outlinesBy(oracle, profiles))),
  );
  return results.every((isKnown) => isKnown);
}

function tell(against: Against, what: string, structures: number, different: readonly Difference[]): boolean {
  const unequal = new Set(different.map(({ structure }) => structure)).size;
  out(`${what}: ${structures}, of them equal ${structures - unequal}`);
  const { unknown, seen } = sortDifferences(different, against);
  for (const [{ why, right }, count] of seen) out(`  ${count} ${right}: ${why}`);
  for (const one of unknown.slice(0, 50)) out(`  not known: ${JSON.stringify(one)}`);
  return unknown.length === 0;
}
