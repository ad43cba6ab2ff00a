/** `npm run torture`: kill -9 in the middle of a storm of writes, twenty times on every stage, and the account afterwards. */
import { Command, InvalidArgumentError } from 'commander';
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
  .description('kills a server, a mongod or the primary of a replica set while clients write, and then looks for every acknowledged write')
  .argument('[stage...]', `any of ${names.join(', ')}`, names)
  .option('--kills <n>', 'how often on each stage', wholeNumber, 20)
  .option('--clients <n>', 'how many write at once', wholeNumber, 32)
  .option('--between <n>', 'writes acknowledged between two kills, at least', wholeNumber, 300)
  .action(run);

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number above 0 was expected');
  return value;
}

async function run(asked: readonly string[], plan: Options): Promise<void> {
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no stage "${unknown}"; there are ${names.join(', ')}`);
  for (const name of asked) {
    const stage = await stages[name]?.();
    if (stage === undefined) continue;
    try {
      tell(await torture(stage, plan, (line) => process.stderr.write(`${line}\n`)));
    } finally {
      await stage.close();
    }
  }
}

function tell({ stage, kills, acknowledged, unknown, refused, versions, back, writing, faults }: Outcome): void {
  process.stdout.write(
    `${stage}: ${kills} kills; ${acknowledged} acknowledged, ${unknown} unknown, ${refused} refused; ${versions} versions\n`,
  );
  process.stdout.write(`  under way again after ${spread(back)} ms, writing after ${spread(writing)} ms\n`);
  process.stdout.write(faults.length === 0 ? '  nothing is missing, doubled or out of order\n' : `  ${faults.length} FAULTS\n`);
  for (const fault of faults.slice(0, 50)) process.stdout.write(`    ${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

function spread(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)]} (${sorted[0]} to ${sorted.at(-1)})`;
}

addRaces(program, wholeNumber);

await program.parseAsync();
