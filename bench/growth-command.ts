/** `npm run bench -- growth`: how much longer a read and the searches take in a larger store, one request at a time. */
import { Command, InvalidArgumentError } from 'commander';
import { growthAim, verdict } from './aims.js';
import type { Case } from './cases/case.js';
import { restCases } from './cases/rest.js';
import { searchCases } from './cases/search.js';
import { fill } from './fill.js';
import { type Measured, measure, medianOf, wrongWith } from './measure.js';
import { patience, positive, rounds, type StoreOptions, seconds, stores } from './options.js';
import type { Running } from './servers.js';
import { withServers } from './stage.js';
import { type Column, figure, line, out, titles } from './table.js';

interface Options extends StoreOptions {
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly rounds: number;
}

export const growthCommand = (): Command =>
  new Command('growth')
    .description('p50 of read and of the searches in stores of different sizes, side by side')
    .addOption(stores())
    .option('--sizes <people,people,…>', 'what to compare; 1000,100000 is what the aim is about, and takes long', sizesOf, [1000, 5000])
    .addOption(seconds(1))
    .addOption(rounds(3))
    .addOption(patience())
    .action(run);

function sizesOf(text: string): readonly number[] {
  const sizes = text.split(',').map(positive);
  if (sizes.length < 2) throw new InvalidArgumentError('two sizes or more were expected, such as 1000,10000');
  return sizes;
}

async function run(options: Options): Promise<void> {
  for (const store of options.store)
    await withServers({ stores: [store], each: options.sizes.length }, async (staged) => {
      const servers = staged.map(({ server }) => server);
      for (const [i, server] of servers.entries()) await fill(server, { people: options.sizes[i] ?? 0, patience: options.patience });
      if (servers.length > 0) await table(servers, options);
    });
}

async function table(servers: readonly Running[], options: Options): Promise<void> {
  const columns: readonly Column[] = [
    { title: `${servers[0]?.name}, p50 ms (CPU µs)`, width: 32 },
    ...options.sizes.map((people) => ({ title: `${figure(people, 0)} people`, width: 20 })),
    { title: 'growth', width: 9 },
    { title: 'of CPU', width: 9 },
    { title: 'other load', width: 12 },
  ];
  out(`\n${titles(columns)}`);
  const casesOf = (people: number) => [...restCases(people).filter(({ name }) => name.startsWith('read')), ...searchCases(people)];
  const bySize = options.sizes.map(casesOf);
  for (const [at, { name }] of (bySize[0] ?? []).entries()) {
    const cases = bySize.flatMap((one) => one[at] ?? []);
    const measured = await inTurn(servers, cases, options);
    out(line(columns, [name, ...cellsOf(name, measured)]));
    for (const one of measured) if ('invalid' in one) out(`  invalid: ${one.invalid}`);
  }
}

async function inTurn(servers: readonly Running[], cases: readonly Case[], options: Options): Promise<readonly Measured[]> {
  const found: Measured[][] = servers.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    for (const [i, server] of servers.entries()) {
      const one = cases[i];
      if (one === undefined) continue;
      const invalid = round === 0 ? await wrongWith(server, one) : undefined;
      found[i]?.push(
        invalid === undefined ? await measure(server, one, { connections: 1, milliseconds: options.seconds * 1000 }) : { invalid },
      );
    }
  }
  return found.map(medianOf);
}

function cellsOf(name: string, measured: readonly Measured[]): readonly string[] {
  const cells = measured.map((one) => ('invalid' in one ? 'invalid' : `${figure(one.p50)} (${figure(one.cpu + (one.database ?? 0), 0)})`));
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined || 'invalid' in first || 'invalid' in last) return cells;
  const growth = last.p50 / first.p50;
  const ofCpu = (last.cpu + (last.database ?? 0)) / (first.cpu + (first.database ?? 0));
  const aim = name.startsWith('read') ? verdict(`${growthAim}`, growth <= growthAim) : '';
  return [...cells, figure(growth), figure(ofCpu), `${figure(Math.max(first.others, last.others))} cores`, aim];
}
