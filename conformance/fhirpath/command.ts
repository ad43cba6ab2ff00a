/** `npm run conformance -- fhirpath`: HL7's suite, and our engine beside fhirpath.js over all of R4's examples. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { loadDefinitions } from '../../src/definitions/load.js';
import { createComparison, exampleFiles, isKnown, known } from './differential.js';
import { groups, judge, misses } from './suite.js';

const out = (text: string) => process.stdout.write(`${text}\n`);

export function fhirpathCommand(): Command {
  return new Command('fhirpath')
    .description("HL7's FHIRPath suite; and R4's search parameters and invariants by this engine and by fhirpath.js, over R4's examples")
    .option('--up-to <bytes>', 'larger examples are left out', Number, 300_000)
    .action(({ upTo }: { upTo: number }) => {
      const definitions = loadDefinitions(fileURLToPath(new URL('../../definitions', import.meta.url)));
      const cases = groups.flatMap((group) => group.cases);
      const failed = cases.flatMap((one) => {
        const found = judge(one, definitions);
        return found === undefined ? [] : [`${one.name}: ${found}`];
      });
      for (const line of failed) out(`not passed  ${line}`);
      out(`HL7's suite: ${cases.length - failed.length} of ${cases.length} cases pass; ${misses.length} are listed with a reason`);
      const comparison = createComparison(definitions);
      comparison.suite();
      const files = exampleFiles().filter(({ size }) => size <= upTo);
      for (const { name, path } of files) comparison.example(name, readFileSync(path, 'utf8'));
      const { evaluations, differences } = comparison.result();
      const fresh = differences.filter((one) => !known.some((listed) => isKnown(one, listed)));
      for (const { kind, expression, on, lianyi, peer } of fresh)
        out(`NEW  ${kind}\n  ${expression}\n  on ${on}\n  lianyi: ${lianyi}\n  fhirpath.js: ${peer}`);
      const gone = known.filter((listed) => !differences.some((one) => isKnown(one, listed)));
      for (const { kind, expression } of gone) out(`NOT SEEN  ${kind}: ${expression}`);
      const sides = ['lianyi', 'fhirpath.js', 'open'].map((side) => `${side} ${known.filter(({ right }) => right === side).length}`);
      out(
        `${files.length} examples, ${evaluations} evaluations: ${differences.length} differences (who is right: ${sides.join(', ')}), ${fresh.length} not listed`,
      );
      process.exitCode = failed.length === misses.length && fresh.length === 0 && gone.length === 0 ? 0 : 1;
    });
}
