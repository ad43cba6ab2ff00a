/**
 * `npm run bench -- search`: each kind of search on both stores, checked, then timed at the HTTP door and at the store, beside bare
 * node:http with answers of the same length and, for MongoDB, the bare driver with the same commands.
 */
import { Command } from 'commander';
import { searchAim } from './aims.js';
import { type AtStore, openAtStore } from './at-store.js';
import { type BareDriver, openBareDriver } from './bare-driver.js';
import { type Expected, expectations, type SearchCase } from './cases/expected.js';
import { searchCases } from './cases/search.js';
import { load } from './load.js';
import { type Figures, type Measured, measure, median, medianOf } from './measure.js';
import { amount, type CaseOptions, stores, withCaseOptions } from './options.js';
import { type Driven, driven } from './search-cases.js';
import type { Running } from './servers.js';
import { connectionsOf, type Staged, withBaselines, withServers } from './stage.js';
import { type Column, figure, line, out, titles } from './table.js';
import { memoryOf } from './usage.js';
import { resourcesOfHistory } from './visits.js';

export const searchCommand = (): Command =>
  withCaseOptions(
    new Command('search')
      .description('kinds of search on both stores, each checked first: at the HTTP door, at the store, and by the bare driver')
      .addOption(stores())
      .addOption(amount('--people <n>', `in the store, with ${resourcesOfHistory - 1} records each`, 10_000)),
    1,
  ).action(run);

const columns: readonly Column[] = [
  { title: '', width: 10 },
  { title: 'conn', width: 5 },
  { title: 'per s', width: 8 },
  { title: 'p50 ms', width: 8 },
  { title: 'p95 ms', width: 8 },
  { title: 'p99 ms', width: 8 },
  { title: 'CPU µs', width: 8 },
  { title: 'mongod µs', width: 10 },
  { title: '% of bare', width: 10 },
  { title: 'store per s', width: 12 },
  { title: 'driver per s', width: 13 },
  { title: '% of driver', width: 12 },
  { title: 'other load', width: 12 },
];

/** One store with all that is measured on it. */
interface Contender {
  readonly server: Running;
  readonly connections: number;
  readonly atStore: AtStore;
  readonly bareDriver: BareDriver | undefined;
}

async function run(options: CaseOptions): Promise<void> {
  const pattern = new RegExp(options.only ?? '', 'i');
  const cases = searchCases(options.people).filter(({ name }) => pattern.test(name));
  if (cases.length === 0) throw new Error(`No search matches ${options.only}`);
  const filled = (place: { readonly name: string; readonly store: string }) =>
    load({ name: place.name, location: place.store, people: options.people, patience: options.patience });
  await withBaselines((bare) =>
    withServers({ stores: options.store, profiles: options.profile, before: filled }, async (staged) => {
      const contenders = await Promise.all(staged.map((one) => contender(one, options)));
      try {
        out(`${options.people} people, ${options.people * resourcesOfHistory} resources; ${options.rounds} rounds of ${options.seconds} s`);
        out('store: plans made beforehand, run in this process; bare: node:http with a ready answer of the same length');
        await compareSearches(bare, contenders, cases, options);
        for (const { server } of contenders) out(`${server.name}: ${figure(memoryOf(server.pid), 0)} MB at the end`);
      } finally {
        for (const { atStore, bareDriver } of contenders) {
          await atStore.close();
          await bareDriver?.close();
        }
      }
    }),
  );
}

async function contender({ server, place }: Staged, { connections = connectionsOf(server) }: CaseOptions): Promise<Contender> {
  const isMongo = place.store.startsWith('mongodb');
  // SQLite answers one after the other whoever asks.
  const atStore = await openAtStore(place.store, isMongo ? connections : 1);
  return { server, connections, atStore, bareDriver: isMongo ? await openBareDriver(place.store, connections) : undefined };
}

async function compareSearches(
  bare: Running,
  contenders: readonly Contender[],
  cases: readonly SearchCase[],
  options: CaseOptions,
): Promise<void> {
  const right = expectations(cases, options.people);
  out(titles(columns));
  for (const [at, one] of cases.entries()) {
    const expected = right[at] ?? [];
    out(`${one.name}: ${expected[0]?.keys.size ?? 0} matches`);
    for (const each of contenders) out(await compareOne(bare, each, one, { expected, ...options }));
  }
}

interface Turn extends CaseOptions {
  readonly expected: readonly Expected[];
}

async function compareOne(bare: Running, each: Contender, one: SearchCase, turn: Turn): Promise<string> {
  const { server, connections, atStore, bareDriver } = each;
  const ready = await driven(server, one, turn.expected);
  if ('invalid' in ready) return `  ${server.name}: invalid: ${ready.invalid}`;
  const milliseconds = turn.seconds * 1000;
  const found: { door: Measured[]; bare: Measured[]; store: number[]; driver: number[] } = { door: [], bare: [], store: [], driver: [] };
  const commands = await bareDriver?.prepare(atStore, one);
  for (let round = 0; round < turn.rounds; round++) {
    found.bare.push(await measure(bare, ofLength(ready), { connections, milliseconds }, true));
    found.door.push(await measure(server, ready, { connections, milliseconds }));
    found.store.push((await atStore.measure(one, milliseconds)).perSecond);
    if (commands !== undefined) found.driver.push((await commands.measure(milliseconds)).perSecond);
  }
  return rowOf(each, one, {
    door: medianOf(found.door),
    bare: medianOf(found.bare),
    store: median(found.store),
    driver: median(found.driver),
  });
}

/** What bare node:http is asked instead. */
function ofLength({ name, bytes }: Driven): Driven {
  return { name, status: 200, request: () => ({ method: 'GET', path: `/bytes/${bytes}` }), wrong: async () => undefined, bytes };
}

interface Row {
  readonly door: Measured;
  readonly bare: Measured;
  readonly store: number | undefined;
  readonly driver: number | undefined;
}

function rowOf({ server, connections }: Contender, one: SearchCase, { door, bare, store, driver }: Row): string {
  if ('invalid' in door) return `  ${server.name}: invalid: ${door.invalid}`;
  const { perSecond, p50, p95, p99, cpu, database, others }: Figures = door;
  return line(columns, [
    `  ${server.name}`,
    String(connections),
    figure(perSecond, 0),
    figure(p50),
    figure(p95),
    figure(p99),
    figure(cpu),
    server.database === undefined ? '' : figure(database),
    'invalid' in bare ? '' : figure((100 * perSecond) / bare.perSecond, 0),
    figure(store, 0),
    driver === undefined ? '' : figure(driver, 0),
    driver === undefined ? '' : figure((100 * perSecond) / driver, 0),
    `${figure(others)} cores`,
    searchAim(server.name, one.name, { door: perSecond, store, driver }),
  ]);
}
