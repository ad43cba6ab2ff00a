/**
 * `npm run bench -- import`: how many resources a second are imported by transactions of several sizes, on both stores in turn, with
 * validation, and whether all is there afterwards. Source: R4 http.html#transaction
 */
import { Command } from 'commander';
import { abortsOf } from './aborts.js';
import { importAim } from './aims.js';
import { bareImport, lastWritten } from './bare-import.js';
import { account, type Imported } from './import-account.js';
import { bundlesOfPeople, bundlesWithCommons, commonEntries, commons, peopleIn, registerBundle } from './import-bundles.js';
import { insist, type Outcome } from './insist.js';
import { type Figures, type Measured, median, medianOf } from './measure.js';
import { amount, rounds, type StoreOptions, stores } from './options.js';
import { type Staged, withServers } from './stage.js';
import { type Column, figure, line, out, titles } from './table.js';
import { forgetPeak, peakOf, usageOf } from './usage.js';
import { resourcesOfHistory } from './visits.js';

interface Options extends Pick<StoreOptions, 'store'> {
  readonly resources: number;
  readonly rounds: number;
  readonly wait: number;
  readonly only?: string;
  readonly profile?: string;
}

export const importCommand = (): Command =>
  new Command('import')
    .description('transactions of several sizes from 8 connections, one large one, and 64 clients whose Bundles share resources')
    .addOption(stores())
    .addOption(amount('--resources <n>', 'sent in each round of each size', 16_000))
    .addOption(rounds(3))
    .addOption(amount('--wait <seconds>', 'how long a client goes on with a Bundle that the server is too busy for', 120))
    .option('--only <pattern>', 'a regular expression that the name of a case must match')
    .option('--profile <folder>', 'where Node writes a profile of each server when it ends')
    .action(run);

interface Case {
  readonly name: string;
  readonly connections: number;
  readonly entries: number;
  /** People in each Bundle. */
  readonly people: number;
  readonly bundles: number;
  readonly withCommons?: boolean;
}

function casesOf({ resources }: Options): readonly Case[] {
  const CONNECTIONS = 8;
  const CLIENTS = 64;
  const sizes = [20, 200, 2000].map((entries) => {
    const bundles = Math.max(CONNECTIONS, Math.round(resources / entries));
    return { name: `Bundles of ${entries}`, connections: CONNECTIONS, entries, people: peopleIn(entries), bundles };
  });
  const shared = {
    name: `Bundles of ${commonEntries} that share`,
    connections: CLIENTS,
    entries: commonEntries,
    people: commons.people,
    bundles: Math.max(CLIENTS, Math.round(resources / commonEntries)),
    withCommons: true,
  };
  return [...sizes, { name: 'a Bundle of 5000', connections: 1, entries: 5000, people: peopleIn(5000), bundles: 1 }, shared];
}

const columns: readonly Column[] = [
  { title: '', width: 12 },
  { title: 'conn', width: 6 },
  { title: 'Bundles', width: 9 },
  { title: 'res./s', width: 9 },
  { title: 'p50 ms', width: 9 },
  { title: 'p95 ms', width: 9 },
  { title: 'CPU µs', width: 9 },
  { title: 'mongod µs', width: 11 },
  { title: 'peak MB', width: 9 },
  { title: 'mongod MB', width: 11 },
  { title: '503', width: 6 },
  { title: 'given up', width: 10 },
  { title: 'aborts', width: 8 },
  { title: 'gen. µs', width: 9 },
  { title: 'other load', width: 12 },
];

/** Before anything is timed, so that what is compiled as it runs is compiled. */
const WARM = { entries: 20, bundles: 150, people: 1 };

async function run(options: Options): Promise<void> {
  const pattern = new RegExp(options.only ?? '', 'i');
  const cases = casesOf(options).filter(({ name }) => pattern.test(name));
  if (cases.length === 0) throw new Error(`No case of import matches ${options.only}`);
  await withServers({ stores: options.store, profiles: options.profile }, async (staged) => {
    const entrants = staged.map((one): Entrant => ({ ...one, people: [], withCommons: new Map() }));
    const state = { nextPerson: 0 };
    for (const entrant of entrants) await prepare(entrant, options);
    state.nextPerson += WARM.bundles * WARM.people;
    out('validation on, a Bundle is on disk before its answer; figures are per resource, of the median round; peaks are the highest');
    out(titles(columns));
    for (const one of cases) await inTurn(entrants, one, state, options);
    for (const entrant of entrants) await tellAccount(entrant);
  });
}

interface Entrant extends Staged, Imported {
  readonly people: (readonly [first: number, end: number])[];
  readonly withCommons: Map<number, number>;
}

async function prepare({ server, people }: Entrant, { wait }: Options): Promise<void> {
  const patience = wait * 1000;
  for (const messages of [[registerBundle()], bundlesOfPeople(0, WARM.bundles, WARM.entries)]) {
    const { refusal } = await insist(server, { connections: 8, messages, patience });
    if (refusal !== undefined) throw new Error(`${server.name} refused what everybody meets: ${refusal}`);
  }
  people.push([0, WARM.bundles * WARM.people]);
}

interface Round extends Outcome {
  /** Microseconds of processor for a resource. */
  readonly cpu: number;
  readonly database: number | undefined;
  readonly generator: number;
  readonly others: number;
  readonly peak: number;
  readonly peakOfDatabase: number | undefined;
  readonly aborts: number | undefined;
  /** What the bare driver made of the same transactions, on MongoDB and where they only create. */
  readonly driver: Measured | undefined;
}

async function inTurn(entrants: readonly Entrant[], one: Case, state: { nextPerson: number }, options: Options): Promise<void> {
  out(`${one.name}`);
  const found: Round[][] = entrants.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    const first = state.nextPerson;
    const end = first + one.people * one.bundles;
    state.nextPerson = end;
    const messages = one.withCommons ? bundlesWithCommons(first, one.bundles, round) : bundlesOfPeople(first, one.bundles, one.entries);
    for (const [i, entrant] of entrants.entries()) {
      const measured = await measure(entrant, one, messages, options);
      if (measured.refusal !== undefined) out(`  ${entrant.server.name}: refused: ${measured.refusal}`);
      found[i]?.push(measured);
      entrant.people.push([first, end]);
      if (one.withCommons) entrant.withCommons.set(round, one.bundles);
    }
  }
  for (const [i, { server }] of entrants.entries()) {
    const measured = found[i] ?? [];
    const driver = driverOf(measured);
    if (driver !== undefined) out(driverRow(one, driver));
    out(rowOf(server.name, one, measured, driver));
  }
}

async function measure({ server, place }: Entrant, one: Case, messages: readonly Buffer[], { wait }: Options): Promise<Round> {
  const pids = server.database === undefined ? [server.pid] : [server.pid, server.database];
  for (const pid of pids) forgetPeak(pid);
  const before = await abortsOf(place);
  const created = server.name === 'MongoDB' && !one.withCommons ? await lastWritten(place) : undefined;
  const errand = { connections: one.connections, messages, patience: wait * 1000 };
  const { result, of, own, others } = await usageOf(pids, () => insist(server, errand));
  const after = await abortsOf(place);
  const driver = created === undefined ? undefined : await bareImport(place, created, one.connections);
  const micro = (seconds: number) => (seconds * 1e6) / (result.requests * one.entries);
  const [cpu = 0, database] = of;
  return {
    ...result,
    perSecond: result.perSecond * one.entries,
    cpu: micro(cpu),
    database: database === undefined ? undefined : micro(database),
    generator: micro(own),
    others,
    peak: peakOf(server.pid),
    peakOfDatabase: server.database === undefined ? undefined : peakOf(server.database),
    aborts: before === undefined || after === undefined ? undefined : after - before,
    driver,
  };
}

/** Throws where it did not do as the server did. */
function driverOf(measured: readonly Round[]): Figures | undefined {
  const all = measured.flatMap(({ driver }) => driver ?? []);
  if (all.length === 0) return undefined;
  const found = medianOf(all);
  if ('invalid' in found) throw new Error(`the bare driver: ${found.invalid}`);
  return found;
}

function driverRow({ connections, bundles }: Case, { perSecond, p50, p95, cpu, database, others }: Figures): string {
  const measured = [perSecond, p50, p95, cpu, database].map((value, at) => figure(value, at === 0 ? 0 : undefined));
  return line(columns, [
    '  bare driver',
    String(connections),
    String(bundles),
    ...measured,
    '',
    '',
    '',
    '',
    '',
    '',
    `${figure(others)} cores`,
  ]);
}

function rowOf(name: string, one: Case, rounds: readonly Round[], driver: Figures | undefined): string {
  const middle = (of: (round: Round) => number | undefined) => median(rounds.map(of));
  const highest = (of: (round: Round) => number | undefined) => Math.max(...rounds.map((round) => of(round) ?? 0));
  const onMongo = rounds.every(({ database }) => database !== undefined);
  const perSecond = middle((round) => round.perSecond) ?? 0;
  const p50 = middle((round) => round.p50) ?? 0;
  return line(columns, [
    `  ${name}`,
    String(one.connections),
    String(one.bundles),
    figure(perSecond, 0),
    figure(p50),
    figure(middle((round) => round.p95)),
    figure(middle((round) => round.cpu)),
    onMongo ? figure(middle((round) => round.database)) : '',
    figure(
      highest((round) => round.peak),
      0,
    ),
    onMongo
      ? figure(
          highest((round) => round.peakOfDatabase),
          0,
        )
      : '',
    figure(
      middle((round) => round.busy),
      0,
    ),
    figure(
      highest((round) => round.givenUp),
      0,
    ),
    middle((round) => round.aborts) === undefined
      ? ''
      : figure(
          middle((round) => round.aborts),
          0,
        ),
    figure(middle((round) => round.generator)),
    `${figure(highest((round) => round.others))} cores`,
    importAim(name, one, { perSecond, p50, givenUp: highest((round) => round.givenUp), driver: driver?.perSecond }),
  ]);
}

async function tellAccount({ server, people, withCommons }: Entrant): Promise<void> {
  const wrong = await account(server, { people, withCommons });
  const persons = people.reduce((sum, [first, end]) => sum + end - first, 0);
  out(
    wrong.length === 0
      ? `${server.name}: ${persons} people with ${persons * resourcesOfHistory} resources are there, nothing twice`
      : `${server.name}: NOT as it was sent: ${wrong.join('; ')}`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}
