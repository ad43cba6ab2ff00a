/** `npm run bench -- terminology`: a large code system loaded beside a running server, and what is asked of it then. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { terminologyAim, terminologyAims } from './aims.js';
import { type Case, get } from './cases/case.js';
import { MAPPED, mapUrl, system, target, terminologyCases, valueSet } from './cases/terminology.js';
import { askAt } from './client.js';
import { csvOf, diagnosis } from './diagnoses.js';
import { type Measured, measure, medianOf, wrongWith } from './measure.js';
import { amount, type CaseOptions, stores, withCaseOptions } from './options.js';
import { connectionsOf, type Staged, withServers } from './stage.js';
import { type Column, figure, line, out, titles } from './table.js';
import { memoryOf } from './usage.js';

interface Options extends CaseOptions {
  readonly concepts: number;
}

export const terminologyCommand = (): Command =>
  withCaseOptions(
    new Command('terminology')
      .description(
        '100,000 diagnoses loaded from CSV; $expand with words, pinyin and initials; $validate-code, $lookup, $subsumes, $translate',
      )
      .addOption(stores())
      .addOption(amount('--concepts <n>', 'diagnoses in the list', 100_000)),
    3,
  ).action(run);

const columns: readonly Column[] = [
  { title: '', width: 34 },
  { title: 'conn', width: 5 },
  { title: 'per s', width: 9 },
  { title: 'p50 ms', width: 9 },
  { title: 'p99 ms', width: 9 },
  { title: 'CPU µs', width: 9 },
  { title: 'other load', width: 12 },
];

async function run(options: Options): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-bench-codes-'));
  try {
    const file = join(folder, 'diagnoses.csv');
    await pipeline(Readable.from(csvOf(options.concepts)), createWriteStream(file));
    await withServers({ stores: options.store, profiles: options.profile }, async (staged) => {
      for (const one of staged) await onServer(one, file, options);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function onServer({ server, place }: Staged, file: string, options: Options): Promise<void> {
  out(`\n${server.name}`);
  const before = memoryOf(server.pid);
  const began = performance.now();
  await load(file, place.store);
  const loaded = performance.now() - began;
  await known(server, options.concepts);
  const seconds = (performance.now() - began) / 1000;
  out(
    `${options.concepts} concepts from CSV: ${figure(loaded / 1000, 2)} s, known to the server after ${figure(seconds, 2)} s  ${terminologyAim('load', loaded / 1000)}`,
  );
  const per = ((memoryOf(server.pid) - before) * 100_000) / options.concepts;
  out(
    `memory of the server: ${figure(before, 0)} MB before, ${figure(memoryOf(server.pid), 0)} MB after (${figure(per, 0)} MB for 100,000 concepts)`,
  );
  await askAt(server)({ method: 'PUT', path: '/fhir/ConceptMap/bench', body: JSON.stringify(conceptMap()) });
  out(titles(columns));
  const { expand, codes } = terminologyCases(options.concepts);
  const pattern = new RegExp(options.only ?? '', 'i');
  for (const one of [...expand, ...codes].filter(({ name }) => pattern.test(name))) {
    const connections = expand.includes(one) ? 1 : (options.connections ?? connectionsOf(server));
    out(rowOf(one, connections, await measured(server, one, connections, options)));
  }
}

async function load(file: string, store: string): Promise<void> {
  const main = join(import.meta.dirname, '../src/cli/main.js');
  const args = [main, 'load-codesystem', file, '--url', system, '--version', '1', '--value-set', valueSet, '--hierarchy', 'prefix'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, STORE: store, LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`lianyi load-codesystem ended with ${code}`);
}

/** Resolves when the server that runs finds the last of the codes. */
async function known(server: Staged['server'], concepts: number): Promise<void> {
  const { code } = diagnosis(concepts - 1);
  const request = get(`CodeSystem/$lookup?${new URLSearchParams({ system, code })}`);
  for (const end = performance.now() + 60_000; performance.now() < end; await pause(20)) {
    if ((await askAt(server)(request)).status === 200) return;
  }
  throw new Error('the server does not know the codes a minute after they were loaded');
}

function conceptMap() {
  const element = Array.from({ length: MAPPED }, (_, n) => {
    const { code } = diagnosis(n);
    return { code, target: [{ code: `T-${code}`, equivalence: 'equivalent' }] };
  });
  return {
    resourceType: 'ConceptMap',
    id: 'bench',
    url: mapUrl,
    status: 'active',
    sourceUri: valueSet,
    group: [{ source: system, target, element }],
  };
}

async function measured(server: Staged['server'], one: Case, connections: number, { rounds, seconds }: Options): Promise<Measured> {
  const invalid = await wrongWith(server, one);
  if (invalid !== undefined) return { invalid };
  const found: Measured[] = [];
  for (let round = 0; round < rounds; round++) found.push(await measure(server, one, { connections, milliseconds: seconds * 1000 }));
  return medianOf(found);
}

function rowOf({ name }: Case, connections: number, found: Measured): string {
  if ('invalid' in found) return `${name}: invalid: ${found.invalid}`;
  const { perSecond, p50, p99, cpu, others } = found;
  const value = name.startsWith('$expand') ? p50 : perSecond;
  const cells = [
    name,
    String(connections),
    figure(perSecond, 0),
    figure(p50),
    p99 === undefined ? '' : figure(p99),
    figure(cpu, 0),
    figure(others),
  ];
  return line(columns, [...cells, name in terminologyAims || name.startsWith('$expand') ? terminologyAim(name, value) : '']);
}
