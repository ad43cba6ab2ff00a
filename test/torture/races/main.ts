/** `npm run torture -- races`: many clients at the same thing, and storms whose histories some order must explain. */
import type { Command } from 'commander';
import { type RaceOutcome, races } from './races.js';
import { mongoTrack, type OpenTrack, sqliteTrack } from './stages.js';
import { type StormOutcome, storm } from './storm.js';

const tracks: Readonly<Record<string, OpenTrack>> = { sqlite: sqliteTrack, mongo: mongoTrack(1), 'two-servers': mongoTrack(2) };

interface Options {
  readonly rounds: number;
  readonly clients: number;
  readonly groups: number;
  readonly seed: number;
}

export function addRaces(program: Command, wholeNumber: (text: string) => number): void {
  program
    .command('races')
    .description('many clients at the same resource or criteria, and storms whose histories some order of their requests must explain')
    .argument('[track...]', `any of ${Object.keys(tracks).join(', ')}`, Object.keys(tracks))
    .option('--rounds <n>', 'how often each race is run; 0 for none', Number, 20)
    .option('--clients <n>', 'how many race', wholeNumber, 64)
    .option('--groups <n>', 'how many histories are checked; 0 for none', Number, 400)
    .option('--seed <n>', 'of what the storms ask', wholeNumber, 1)
    .action(run);
}

async function run(asked: readonly string[], options: Options): Promise<void> {
  for (const name of asked) {
    const open = tracks[name];
    if (open === undefined) throw new Error(`There is no track "${name}"; there are ${Object.keys(tracks).join(', ')}`);
    for (const conditionalDelete of ['single', 'multiple'] as const) {
      const track = await open({ conditionalDelete });
      const told = `${track.name}, conditional delete ${conditionalDelete}`;
      try {
        if (conditionalDelete === 'single' && options.rounds > 0)
          for (const race of races) tellRace(told, await race({ ...track, ...options }));
        tellStorm(
          told,
          await timed(() => storm({ ...track, groups: options.groups, atOnce: 12, clients: 4, each: 3, seed: options.seed })),
        );
      } finally {
        await track.close();
      }
    }
  }
}

async function timed<T extends object>(work: () => Promise<T>): Promise<T & { readonly seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { ...result, seconds: (performance.now() - start) / 1000 };
}

function tellRace(where: string, { race, rounds, clients, seconds, refused, faults }: RaceOutcome): void {
  const result = faults.length === 0 ? 'as it must be' : `${faults.length} FAULTS`;
  line(`${where}: ${race}, ${rounds} rounds of ${clients}: ${result}; ${refused} told to come again; ${seconds.toFixed(1)} s`);
  tellFaults(faults);
}

function tellStorm(where: string, outcome: StormOutcome & { readonly seconds: number }): void {
  const { histories, requests, refused, unknown, statuses, faults, seconds } = outcome;
  const result = faults.length === 0 ? 'each explained by an order' : `${faults.length} that NO ORDER EXPLAINS`;
  line(
    `${where}: ${histories} histories of ${requests} requests, ${result}; ${refused} told to come again, ${unknown} unknown; ${seconds.toFixed(1)} s`,
  );
  line(
    `  ${[...statuses]
      .sort()
      .map(([name, count]) => `${name}: ${count}`)
      .join(', ')}`,
  );
  tellFaults(faults);
}

function tellFaults(faults: readonly string[]): void {
  for (const fault of faults.slice(0, 20)) line(fault);
  if (faults.length > 0) process.exitCode = 1;
}

function line(text: string): void {
  process.stdout.write(`${text}\n`);
}
