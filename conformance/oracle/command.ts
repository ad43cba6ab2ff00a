/** `npm run conformance -- oracle`: this validator beside HL7's, over the examples and their mutants. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { Definitions } from '../../src/definitions/definitions.js';
import { loadDefinitions } from '../../src/definitions/load.js';
import { type Compared, compare } from './compare.js';
import { type Differences, loadDifferences } from './differences.js';
import { askHl7, hashOf } from './hl7.js';
import { chineseExamples, type Input, officialExamples } from './inputs.js';
import { mutantsOf } from './mutate.js';
import { createOwn } from './own.js';
import { runPackage } from './package-run.js';
import { record } from './recorded.js';
import { summaryOf } from './summary.js';

interface Options {
  readonly oracle?: string;
  readonly seed: string;
  readonly mutants: string;
  readonly types?: string;
  readonly report?: string;
  readonly record?: boolean;
  readonly package?: boolean;
}

export function oracleCommand(): Command {
  return new Command('oracle')
    .description("this validator beside HL7's: the official and the Chinese examples, and mutants of them by seed")
    .option('--oracle <path>', "the command that runs HL7's validator; what it said before is kept in .cache/oracle", process.env.ORACLE)
    .option('--seed <text>', 'of the mutants', '7')
    .option('--mutants <n>', 'how many', '6000')
    .option('--types <pattern>', 'a regular expression that the type of a resource must match')
    .option('--report <file>', 'where to write every difference, a line of JSON each')
    .option('--package', 'all examples of the Chinese package, and its definitions as resources, alone')
    .option(
      '--record',
      'keep for the tests: a slice of the run in recorded.jsonl, or all examples of the package in package-verdicts.jsonl',
    )
    .action(async (options: Options) => {
      process.exitCode = (await run(options)) ? 0 : 1;
    });
}

/** Bundles have rules of their own, and would be one of 140 types: so many further mutants are of them alone. */
const SHARE_OF_BUNDLES = 12;

/** Issue 7's aim: of all the verdicts, and of the resources that both refuse. */
async function run(options: Options): Promise<boolean> {
  const differences = loadDifferences();
  const definitions = loadDefinitions(fileURLToPath(new URL('../../definitions', import.meta.url)));
  const { oracle, record: isRecording = false } = options;
  if (options.package) return runPackage({ oracle, definitions, differences, isRecording, onProgress: progress });
  const all = await compareAll(options, definitions, differences);
  process.stdout.write(summaryOf(all, differences));
  if (isRecording) process.stdout.write(`${record(all)} of them are kept for the tests\n`);
  if (options.report !== undefined) {
    const lines = all.filter(isDifferent).map((one) => `${JSON.stringify(reportOf(one))}\n`);
    writeFileSync(options.report, lines.join(''));
  }
  return share(all, 'verdict') >= 0.98 && share(all, 'places') >= 0.9;
}

async function compareAll(options: Options, definitions: Definitions, differences: Differences): Promise<readonly Compared[]> {
  const { oracle, seed, mutants, types = '' } = options;
  const own = createOwn(definitions);
  const judge = async (inputs: readonly Input[]): Promise<readonly Compared[]> => {
    const hl7 = await askHl7(inputs, oracle, progress);
    // Where HL7's engine itself broke there is no verdict of it.
    const answered = inputs.filter(({ text }) => hl7.get(hashOf(text))?.errors[0]?.id !== 'FAILURE');
    if (answered.length < inputs.length) process.stdout.write(`HL7's validator broke on ${inputs.length - answered.length} resources\n`);
    return answered.map((input) => compare(input, hl7.get(hashOf(input.text))?.errors ?? [], own(input.text).errors, differences));
  };
  const pattern = new RegExp(types);
  const examples = [...officialExamples(), ...chineseExamples()].filter(({ type }) => pattern.test(type));
  const judged = await judge(examples);
  const unsound = new Set(judged.filter((one) => one.hl7.length > 0 || one.own.length > 0).map(({ input }) => input));
  const bundles = examples.filter(({ type }) => type === 'Bundle');
  const made = [
    ...mutantsOf(examples, unsound, seed, Number(mutants), definitions),
    ...mutantsOf(bundles, unsound, `${seed}-bundle`, Math.floor(Number(mutants) / SHARE_OF_BUNDLES), definitions),
  ];
  return [...judged, ...(await judge(made))];
}

function share(all: readonly Compared[], what: 'verdict' | 'places'): number {
  const asked = all.map(({ judged }) => judged[what]).filter((one) => one !== undefined);
  return asked.filter(Boolean).length / Math.max(asked.length, 1);
}

function isDifferent({ raw }: Compared): boolean {
  return !raw.verdict || raw.places === false;
}

function reportOf({ input, hl7, own, kinds, left }: Compared) {
  return { ...input, hl7, own, kinds: [...kinds], left };
}

/** How far it has come, for who waits at a terminal. */
function progress(done: number, all: number): void {
  if (process.stderr.isTTY) process.stderr.write(done === all ? '\r\u001b[K' : `\r${done}/${all}`);
}
