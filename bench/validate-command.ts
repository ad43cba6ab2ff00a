/** `npm run bench -- validate`: our validator beside `JSON.parse` of the same text and other validators, in one process and in turn. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import type { Resource } from '../src/model/resource.js';
import { validateAims, verdict } from './aims.js';
import { amount } from './options.js';
import { type Column, figure, line, out, titles } from './table.js';
import { type Contender, contenders } from './validate/contenders.js';
import { inTurn, type Timing } from './validate/in-turn.js';
import { type Judged, judgedByOracle } from './validate/oracle.js';
import { bundleOf, type Subject, sampleOf, singleSubjects } from './validate/subjects.js';

interface Options {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly examples: number;
  readonly repeat: number;
  readonly oracle?: string;
}

const columns: readonly Column[] = [
  { title: '', width: 22 },
  { title: 'µs each', width: 10 },
  { title: '× JSON.parse', width: 14 },
];

export const validateCommand = (): Command =>
  new Command('validate')
    .description('the validator beside JSON.parse of the same text, ajv with the JSON Schema of R4, and @medplum/core')
    .addOption(amount('--rounds <n>', 'how often each has its turn; the median counts', 7))
    .addOption(amount('--milliseconds <n>', 'length of a turn; each has up to 10,000 calls or two seconds before, to warm up', 200))
    .addOption(amount('--examples <n>', 'how many official examples are in the sample', 100))
    .option('--oracle <script>', "runs HL7's validator: `script validate --repeat N FILE…`", process.env.ORACLE)
    .addOption(amount('--repeat <n>', "how often HL7's validator gets each resource; its best counts", 1000))
    .addHelpText(
      'after',
      `
All resources are valid. A validator that finds an error in one gets "invalid" and no figure; official examples that any of them
refuses are left out for all, and counted. Bodies are parsed before they are validated, but for JSON.parse itself. ajv and the
schema know nothing of profiles, invariants, bindings beyond codes, and references. HL7's validator runs in a process of its own, and
gets the single resources only: it takes milliseconds for each.
The single resources come twice: each validator with them alone, and after it has seen the sample, as a server would have.
`,
    )
    .action(run);

async function run(options: Options): Promise<void> {
  fresh();
  const all = contenders();
  const singles = singleSubjects();
  const sample = acceptedSample(options.examples, all);
  const { oracle, repeat } = options;
  const judged = oracle === undefined ? [] : await judgedByOracle(oracle, singles, repeat);
  out(`\n${titles(columns)}`);
  for (const [i, subject] of singles.entries()) compare(subject, all, options, judged[i]);
  compare(sample, all, options, undefined);
  out('\nafter the sample');
  for (const subject of singles) compare(subject, all, options, undefined);
  growth(all, options);
}

function fresh(): void {
  const script = fileURLToPath(new URL('validate/fresh.js', import.meta.url));
  const definitions = fileURLToPath(new URL('../definitions', import.meta.url));
  const told = execFileSync(process.execPath, [script, definitions], { encoding: 'utf8' });
  const { ready, cpu, first, empty, types, compile, full } = JSON.parse(told) as Readonly<Record<string, number>>;
  const megabytes = (bytes = 0) => bytes / 2 ** 20;
  const aims = [
    verdict(`${validateAims.readyMilliseconds} ms`, (ready ?? 0) <= validateAims.readyMilliseconds),
    verdict(`${validateAims.megabytes} MB`, megabytes(full) <= validateAims.megabytes),
  ];
  out('a fresh process');
  out(`  ready ${figure(ready, 0)} ms after its start (${figure(cpu, 0)} ms of processor), ${figure(megabytes(empty), 0)} MB; ${aims[0]}`);
  out(`  the first Observation: ${figure(first)} ms`);
  out(`  all of R4 compiled (${types} resource types): ${figure(compile, 0)} ms more, ${figure(megabytes(full), 0)} MB; ${aims[1]}`);
}

/** Only what all accept is timed, so that all do the same work. */
function acceptedSample(count: number, all: readonly Contender[]): Subject {
  const { texts } = sampleOf(count);
  const accepted = texts.filter((text) => all.every(({ wrong }) => wrong(JSON.parse(text)) === undefined));
  const refusals = all.map(({ name, wrong }) => `${name} ${texts.filter((text) => wrong(JSON.parse(text)) !== undefined).length}`);
  out(`official examples: of ${count} refused by ${refusals.join(', ')}`);
  return { name: `${accepted.length} official examples, mean`, texts: accepted };
}

/** Several objects of each text: no validator may live on one. */
const COPIES = 16;

function compare(subject: Subject, all: readonly Contender[], timing: Timing, oracle: Judged | undefined): void {
  const { texts } = subject;
  const resources = texts.flatMap((text) => Array.from({ length: Math.ceil(COPIES / texts.length) }, () => JSON.parse(text) as Resource));
  const faults = all.map(({ wrong }) => texts.map((text) => wrong(JSON.parse(text))).find((found) => found !== undefined));
  const able = all.filter((_, i) => faults[i] === undefined);
  const [parse = 0, ...times] = inTurn([around(texts, JSON.parse), ...able.map(({ wrong }) => around(resources, wrong))], timing);
  out(subject.name);
  out(line(columns, ['  JSON.parse', figure(parse), '']));
  for (const [i, { name }] of all.entries()) {
    const at = able.findIndex((one) => one.name === name);
    const aim = i === 0 && subject.aim !== undefined ? verdict(`${subject.aim} ×`, (times[at] ?? 0) <= subject.aim * parse) : '';
    const note = subject.profiled && name.startsWith('ajv') ? 'without the profile' : aim;
    out(row(name, at < 0 ? { wrong: faults[i] ?? '' } : { micro: times[at] ?? 0 }, parse, note));
  }
  if (oracle !== undefined) out(row('HL7, Java (best)', oracle, parse, ''));
}

function row(name: string, judged: Judged, parse: number, note: string): string {
  if ('wrong' in judged) return `  ${name}: invalid: ${judged.wrong}`;
  return line(columns, [`  ${name}`, figure(judged.micro), `${figure(judged.micro / parse)} ×`, note]);
}

/** One call is one item, in turn. */
function around<T>(items: readonly T[], use: (item: T) => unknown): () => void {
  let next = 0;
  return () => {
    use(items[next] as T);
    next = next + 1 === items.length ? 0 : next + 1;
  };
}

function growth([ours]: readonly Contender[], { rounds, milliseconds }: Timing): void {
  if (ours === undefined) return;
  const bundles = [bundleOf(1000), bundleOf(10_000)] as const;
  const [small = 0, large = 0] = inTurn(
    bundles.map((bundle) => () => void ours.wrong(bundle)),
    { rounds: Math.min(rounds, 5), milliseconds },
  );
  out('\na Bundle with references inside it');
  out(`  1,000 entries: ${figure(small / 1000)} ms`);
  out(
    `  10,000 entries: ${figure(large / 1000)} ms, ${figure(large / small)} ×; ${verdict(`${validateAims.tenfold} ×`, large <= validateAims.tenfold * small)}`,
  );
  const fault = bundles.map(ours.wrong).find((found) => found !== undefined);
  if (fault !== undefined) out(`  invalid: ${fault}`);
}
