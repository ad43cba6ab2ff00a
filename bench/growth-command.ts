/** `npm run bench -- growth`: how much longer a read and the searches take in a larger store, one request at a time. */
import { Command, InvalidArgumentError } from 'commander';
import { growthAim, growthAimTail, verdict } from './aims.js';
import type { Case } from './cases/case.js';
import { expectations } from './cases/expected.js';
import { restCases } from './cases/rest.js';
import { searchCases } from './cases/search.js';
import { load } from './load.js';
import { type Measured, measure, medianOf, wrongWith } from './measure.js';
import { patience, positive, rounds, type StoreOptions, seconds, stores } from './options.js';
import { driven } from './search-cases.js';
import type { Place, Running } from './servers.js';
import { withServers } from './stage.js';
import { type Column, figure, line, out, titles } from './table.js';
import { resourcesOfHistory } from './visits.js';

interface Options extends StoreOptions {
  readonly sizes: readonly number[];
  readonly seconds: number;
  readonly rounds: number;
  readonly only?: string;
}

export const growthCommand = (): Command =>
  new Command('growth')
    .description('p50 and p95 of read and of the searches in stores of different sizes, side by side')
    .addOption(stores())
    .option(
      '--sizes <people,people,…>',
      `what to compare, ${resourcesOfHistory} resources each; 1000,100000 is what the aim is about, and takes long`,
      sizesOf,
      [1000, 5000],
    )
    .addOption(seconds(1))
    .addOption(rounds(3))
    .addOption(patience())
    .option('--only <pattern>', 'a regular expression that the name of a case must match')
    .action(run);

function sizesOf(text: string): readonly number[] {
  const sizes = text.split(',').map(positive);
  if (sizes.length < 2) throw new InvalidArgumentError('two sizes or more were expected, such as 1000,10000');
  return sizes;
}

async function run(options: Options): Promise<void> {
  for (const store of options.store) {
    const before = ({ name, store: location }: Place, nth: number) =>
      load({ name, location, people: options.sizes[nth] ?? 0, patience: options.patience });
    await withServers({ stores: [store], each: options.sizes.length, before }, async (staged) => {
      if (staged.length > 0)
        await table(
          staged.map(({ server }) => server),
          options,
        );
    });
  }
}

/** A case as each server is to be asked it. */
interface Row {
  readonly name: string;
  readonly aims: boolean;
  /** In the order of the servers. */
  prepare(server: Running, nth: number): Promise<Case | { readonly invalid: string }>;
}

async function table(servers: readonly Running[], options: Options): Promise<void> {
  const columns: readonly Column[] = [
    { title: `${servers[0]?.name}, p50 / p95 ms (CPU µs)`, width: 34 },
    ...options.sizes.map((people) => ({ title: `${figure(people, 0)} people`, width: 26 })),
    { title: 'of p50', width: 8 },
    { title: 'of p95', width: 8 },
    { title: 'of CPU', width: 8 },
    { title: 'other load', width: 12 },
  ];
  out(`\n${titles(columns)}`);
  const pattern = new RegExp(options.only ?? '', 'i');
  for (const row of rowsOf(options.sizes).filter(({ name }) => pattern.test(name))) {
    const measured = await inTurn(servers, row, options);
    out(line(columns, [row.name, ...cellsOf(row, measured)]));
    for (const one of measured) if ('invalid' in one) out(`  invalid: ${one.invalid}`);
  }
}

function rowsOf(sizes: readonly number[]): readonly Row[] {
  const reads = sizes.map((people) => restCases(people).filter(({ name }) => name.startsWith('read')));
  const searches = sizes.map(searchCases);
  const right = searches.map((cases, nth) => expectations(cases, sizes[nth] ?? 0));
  const ofReads = (reads[0] ?? []).map(({ name }, at): Row => {
    const prepare = async (server: Running, nth: number) => {
      const one = reads[nth]?.[at];
      if (one === undefined) return { invalid: 'there is no such case' };
      const invalid = await wrongWith(server, one);
      return invalid === undefined ? one : { invalid };
    };
    return { name, aims: true, prepare };
  });
  const ofSearches = (searches[0] ?? []).map(({ name, selective }, at): Row => {
    const prepare = async (server: Running, nth: number) => {
      const one = searches[nth]?.[at];
      return one === undefined ? { invalid: 'there is no such case' } : driven(server, one, right[nth]?.[at] ?? []);
    };
    return { name, aims: selective, prepare };
  });
  return [...ofReads, ...ofSearches];
}

async function inTurn(servers: readonly Running[], { prepare }: Row, options: Options): Promise<readonly Measured[]> {
  const cases = await Promise.all(servers.map(prepare));
  const found: Measured[][] = servers.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    for (const [i, server] of servers.entries()) {
      const one = cases[i];
      if (one === undefined) continue;
      found[i]?.push('invalid' in one ? one : await measure(server, one, { connections: 1, milliseconds: options.seconds * 1000 }));
    }
  }
  return found.map(medianOf);
}

function cellsOf({ aims }: Row, measured: readonly Measured[]): readonly string[] {
  const cells = measured.map((one) =>
    'invalid' in one ? 'invalid' : `${figure(one.p50)} / ${figure(one.p95)} (${figure(one.cpu + (one.database ?? 0), 0)})`,
  );
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined || 'invalid' in first || 'invalid' in last) return cells;
  const growth = last.p50 / first.p50;
  const tail = last.p95 / first.p95;
  const ofCpu = (last.cpu + (last.database ?? 0)) / (first.cpu + (first.database ?? 0));
  const met = growth <= growthAim && tail <= growthAimTail;
  const aim = aims ? verdict(`${growthAim} and ${growthAimTail}`, met) : '';
  return [...cells, figure(growth), figure(tail), figure(ofCpu), `${figure(Math.max(first.others, last.others))} cores`, aim];
}
