/** `npm run torture`: kill -9 in the middle of a storm of writes, twenty times on every stage, and the account afterwards. */
import { Command, InvalidArgumentError } from 'commander';
import { type BundleOutcome, type BundlePlan, killInBundles } from './bundles/bundles.js';
import { endInLoad, type LoadPlan } from './load/load.js';
import { addRaces } from './races/main.js';
import { mongoServer, replicaSet, type Stage, sqliteServer } from './stages.js';
import { type Outcome, torture } from './torture.js';

const stages: Readonly<Record<string, () => Promise<Stage>>> = {
  sqlite: sqliteServer,
  mongo: () => mongoServer('server'),
  mongod: () => mongoServer('mongod'),
  primary: replicaSet,
};

const names = Object.keys(stages);

interface Options {
  readonly kills: number;
  readonly clients: number;
  readonly between: number;
}

const program = new Command('torture')
  .enablePositionalOptions()
  .description('kills a server, a mongod or the primary of a replica set while clients write, and then looks for every acknowledged write')
  .argument('[stage...]', `any of ${names.join(', ')}`, names)
  .option('--kills <n>', 'how often on each stage', wholeNumber, 20)
  .option('--clients <n>', 'how many write at once', wholeNumber, 32)
  .option('--between <n>', 'writes acknowledged between two kills, at least', wholeNumber, 300)
  .action(run);

program
  .command('bundles')
  .description('kills in the middle of transaction Bundles of 1 to 200 entries; each must be there wholly, once, or not at all')
  .argument('[stage...]', `any of ${names.join(', ')}`, names)
  .option('--bundles <n>', 'how many on each stage', wholeNumber, 200)
  .option('--most <n>', 'entries of the largest', wholeNumber, 200)
  .option('--clients <n>', 'how many send at once', wholeNumber, 16)
  .option('--kills <n>', 'how often on each stage', wholeNumber, 20)
  .option('--seed <n>', 'what the Bundles are made from', wholeNumber, 1)
  .action(runBundles);

program
  .command('load')
  .description('ends `lianyi load` by kill -9, by SIGINT and by what is killed on the stage, and runs it again until it is through')
  .argument('[stage...]', `any of ${names.join(', ')}`, names)
  .option('--files <n>', 'transaction Bundles to load', wholeNumber, 200)
  .option('--observations <n>', 'in each', wholeNumber, 50)
  .option('--ends <n>', 'how often it is ended', wholeNumber, 12)
  .option('--connections <n>', 'requests at once', wholeNumber, 8)
  .action(runLoad);

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number above 0 was expected');
  return value;
}

async function run(asked: readonly string[], plan: Options): Promise<void> {
  await onStages(asked, async (stage) => tell(await torture(stage, plan, tellOnTheWay)));
}

async function runBundles(asked: readonly string[], plan: BundlePlan): Promise<void> {
  await onStages(asked, async (stage) => tellOfBundles(await killInBundles(stage, plan, tellOnTheWay)));
}

async function runLoad(asked: readonly string[], plan: LoadPlan): Promise<void> {
  await onStages(asked, async (stage) => {
    const { stage: name, ends, resources, runs, faults } = await endInLoad(stage, plan, tellOnTheWay);
    process.stdout.write(`${name}: ${resources} resources in ${runs} runs, ended ${ends} times\n`);
    tellFaults(faults, 'nothing is missing, and nothing stands twice');
  });
}

async function onStages(asked: readonly string[], act: (stage: Stage) => Promise<void>): Promise<void> {
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no stage "${unknown}"; there are ${names.join(', ')}`);
  for (const name of asked) {
    const stage = await stages[name]?.();
    if (stage === undefined) continue;
    try {
      await act(stage);
    } finally {
      await stage.close();
    }
  }
}

function tellOnTheWay(line: string): void {
  process.stderr.write(`${line}\n`);
}

function tell({ stage, kills, acknowledged, unknown, refused, versions, back, writing, faults }: Outcome): void {
  process.stdout.write(
    `${stage}: ${kills} kills; ${acknowledged} acknowledged, ${unknown} unknown, ${refused} refused; ${versions} versions\n`,
  );
  process.stdout.write(`  under way again after ${spread(back)} ms, writing after ${spread(writing)} ms\n`);
  tellFaults(faults, 'nothing is missing, doubled or out of order');
}

function tellOfBundles({ stage, kills, bundles, entries, acknowledged, refused, unknown, there, versions, faults }: BundleOutcome): void {
  process.stdout.write(`${stage}: ${kills} kills in ${bundles} Bundles of ${entries} entries; ${versions} versions\n`);
  process.stdout.write(
    `  ${acknowledged} acknowledged, ${refused} refused; the answer to ${unknown} was lost, of which ${there} were there\n`,
  );
  tellFaults(faults, 'each is there wholly and once, or not at all');
}

function tellFaults(faults: readonly string[], none: string): void {
  process.stdout.write(faults.length === 0 ? `  ${none}\n` : `  ${faults.length} FAULTS\n`);
  for (const fault of faults.slice(0, 50)) process.stdout.write(`    ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

function spread(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)]} (${sorted[0]} to ${sorted.at(-1)})`;
}

addRaces(program, wholeNumber);

await program.parseAsync();
