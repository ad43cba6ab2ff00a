/**
 * `npm run bench -- auth`: what access by tokens costs, and what the audit costs beside it: each store served over the same data
 * without access, with it, and with the audit too, by some processes each, asked in turn in one run.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { authAims, verdict } from './aims.js';
import type { Case } from './cases/case.js';
import { mixedCase, readingCases } from './cases/rest.js';
import { fill } from './fill.js';
import { type Figures, type Measured, measure, median, medianOf, warmUp, wrongWith } from './measure.js';
import { amount, type CaseOptions, type StoreName, stores, withCaseOptions } from './options.js';
import { resourcesEach } from './people.js';
import type { Place } from './servers.js';
import { connectionsOf, type Staged, withServers } from './stage.js';
import { type Column, figure, line, out, titles } from './table.js';

export const authCommand = (): Command =>
  withCaseOptions(
    new Command('auth')
      .description('reads with a token beside reads without, and a mix of requests with the audit beside without')
      .addOption(stores())
      .addOption(amount('--processes <n>', 'servers of each kind: of one program some processes run a tenth quicker than others', 1))
      .addOption(amount('--people <n>', `in the store before it begins, with ${resourcesEach - 1} observations each`, 1000)),
    2,
  ).action(run);

/** In the order in which the servers are staged: all of one variant, then all of the next. */
const variants = [
  { name: 'no access', environment: { ACCESS: 'off', AUDIT: 'off' } },
  { name: 'token', environment: { ACCESS: 'smart', AUDIT: 'off' } },
  { name: 'token, audit', environment: { ACCESS: 'smart', AUDIT: 'on' } },
] as const;

/** Limits that are counted and never reached. */
const shared = { BASE_URL: '', HOST: '127.0.0.1', RATE_LIMIT: '999999999,999999999', CONCURRENCY_LIMIT: '999999999,999999999' };

interface AuthOptions extends CaseOptions {
  readonly processes: number;
}

interface Variant extends Staged {
  readonly variant: (typeof variants)[number];
  readonly token: string | undefined;
}

async function run(options: AuthOptions): Promise<void> {
  out(titles(columns));
  // One store after the other: servers that only wait ask their database for news.
  for (const store of options.store) await compareOn(store, options);
}

async function compareOn(store: StoreName, options: AuthOptions): Promise<void> {
  const pattern = new RegExp(options.only ?? '', 'i');
  const chosen = (cases: readonly Case[]) => cases.filter(({ name }) => pattern.test(name));
  const nths = new Map<Place, number>();
  const variantOf = (place: Place) => variants[Math.floor((nths.get(place) ?? 0) / options.processes)] ?? variants[0];
  const staging = {
    stores: [store],
    each: variants.length * options.processes,
    profiles: options.profile,
    before: async (place: Place, nth: number) => void nths.set(place, nth),
    environment: (place: Place) => ({ ...shared, ...variantOf(place).environment }),
  };
  await withServers(staging, async (staged) => {
    const servers: Variant[] = [];
    for (const one of staged) {
      const variant = variantOf(one.place);
      const token = variant.environment.ACCESS === 'smart' ? await tokenFor(one) : undefined;
      servers.push({ ...one, variant, token });
      await fill(one.server, { ...options, ...(token !== undefined && { token }) });
    }
    const rounds = { rounds: options.rounds, milliseconds: options.seconds * 1000, connections: options.connections };
    const reading = chosen(readingCases(options.people));
    const all = [...reading, ...chosen([mixedCase(options.people)])];
    await warmAll(servers, all, options.connections);
    const [off, token, audit] = variants.map((variant) => servers.filter((one) => one.variant === variant));
    for (const each of reading) await compare(pairs(off, token), each, rounds, authAims.token);
    for (const each of all) await compare(pairs(token, audit), each, rounds, authAims.audit);
  });
}

type Pair = readonly [without: Variant, having: Variant];

function pairs(without: readonly Variant[] = [], having: readonly Variant[] = []): readonly Pair[] {
  return without.flatMap((one, nth): readonly Pair[] => {
    const other = having[nth];
    return other === undefined ? [] : [[one, other]];
  });
}

/** Requests that each server has answered before the first window: a server goes on getting quicker for about so long. */
const WARMED = 20_000;

/** Each of them by the same requests. */
async function warmAll(servers: readonly Variant[], cases: readonly Case[], connections: number | undefined): Promise<void> {
  for (const one of cases) {
    for (const { server, token } of servers) {
      const requests = Math.ceil(WARMED / cases.length);
      await warmUp(server, authorized(one, token), { connections: connections ?? connectionsOf(server), requests });
    }
  }
}

/** By the command that whoever keeps the server has for it, beside the server. */
async function tokenFor({ place, server }: Staged): Promise<string> {
  const command = [
    join(import.meta.dirname, '../src/cli/main.js'),
    'token',
    '--scope',
    'system/*.cruds',
    '--institution',
    '*',
    '--minutes',
    '60',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    env: { ...process.env, ...shared, STORE: place.store, PORT: String(server.port) },
  });
  return stdout.trim();
}

const columns: readonly Column[] = [
  { title: '', width: 22 },
  { title: 'per s', width: 9 },
  { title: 'p50 ms', width: 8 },
  { title: 'p99 ms', width: 8 },
  { title: 'CPU µs', width: 9 },
  { title: 'mongod µs', width: 11 },
  { title: '% of rate', width: 11 },
  { title: '% of CPU', width: 10 },
  { title: 'other load', width: 12 },
];

interface Rounds {
  readonly rounds: number;
  readonly milliseconds: number;
  readonly connections: number | undefined;
}

/** A B A B …, each time by another pair of processes; the ratio is the median of all, since what else the machine does changes too. */
async function compare(all: readonly Pair[], one: Case, { rounds, milliseconds, connections }: Rounds, aim: number): Promise<void> {
  const [first] = all;
  if (first === undefined) return;
  out(`${first[0].server.name}: ${one.name}`);
  const measured: [Measured[], Measured[]] = [[], []];
  for (const [at, { server, token }] of all.flatMap((pair) => [...pair.entries()])) {
    const invalid = await wrongWith(server, authorized(one, token));
    if (invalid !== undefined) measured[at]?.push({ invalid });
  }
  for (let round = 0; round < rounds; round++) {
    for (const [at, { server, token }] of all.flatMap((pair) => [...pair.entries()])) {
      if (measured.flat().some((found) => 'invalid' in found)) break;
      const window = { connections: connections ?? connectionsOf(server), milliseconds };
      measured[at]?.push(await measure(server, authorized(one, token), window));
    }
  }
  const [without, having] = measured.map(medianOf) as [Measured, Measured];
  out(rowOf(first[0], without, ['', '']));
  const rate = ratio(measured, ({ perSecond }) => perSecond);
  const cpu = ratio(measured, ({ cpu: own, database = 0 }) => own + database);
  const met = rate === undefined ? '' : verdict(`${aim * 100} %`, rate >= aim);
  out(rowOf(first[1], having, [percent(rate), percent(cpu), met]));
}

function authorized(one: Case, token: string | undefined): Case {
  if (token === undefined) return one;
  return { ...one, request: (n) => ({ ...one.request(n), token }), wrong: (ask) => one.wrong((request) => ask({ ...request, token })) };
}

function ratio(
  [without, having]: readonly [readonly Measured[], readonly Measured[]],
  of: (figures: Figures) => number,
): number | undefined {
  return median(
    having.map((found, round) => {
      const other = without[round];
      return other === undefined || 'invalid' in other || 'invalid' in found ? undefined : of(found) / of(other);
    }),
  );
}

function percent(part: number | undefined): string {
  return part === undefined ? '' : figure(100 * part, 0);
}

function rowOf({ variant }: Variant, measured: Measured, [rate, cpu, ...verdicts]: readonly string[]): string {
  if ('invalid' in measured) return `  ${variant.name}: invalid: ${measured.invalid}`;
  const { perSecond, p50, p99, cpu: own, database, others } = measured;
  const mongod = database === undefined ? '' : figure(database);
  const cells = [figure(perSecond, 0), figure(p50), figure(p99), figure(own), mongod, rate ?? '', cpu ?? '', `${figure(others)} cores`];
  return line(columns, [`  ${variant.name}`, ...cells, ...verdicts]);
}
