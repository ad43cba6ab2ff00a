/**
 * `npm run bench -- wide`: searches that read much, and what others have of them meanwhile: how long each takes, whether it is answered or
 * refused, the reads that go on beside it, and how long the event loop was held at once, in CPU time of the main thread.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Held } from '../test/end-to-end/watch-loop.js';
import { get } from './cases/case.js';
import { askAt, type Target, wire } from './client.js';
import { drive } from './drive.js';
import { load } from './load.js';
import { amount, patience, type StoreOptions, stores } from './options.js';
import type { Place } from './servers.js';
import { withServers } from './stage.js';
import { type Column, figure, line, out, titles } from './table.js';
import { resourcesOfHistory } from './visits.js';

interface Options extends StoreOptions {
  readonly people: number;
}

export const wideCommand = (): Command =>
  new Command('wide')
    .description('searches that read much: how long they take, and how long they keep others waiting')
    .addOption(stores())
    .addOption(amount('--people <n>', `in the store, with ${resourcesOfHistory - 1} records each`, 10_000))
    .addOption(patience())
    .action(run);

/** What no index narrows, what everything matches, what sorts everything, and pages as large as they get. */
const searches: readonly string[] = [
  'Observation?_count=1000',
  'Observation?status=final&_total=accurate&_count=20',
  'Observation?value-quantity=gt0&_sort=-date&_count=1000',
  'Observation?value-quantity=gt0&_sort=value-quantity,-date,code&_total=accurate',
  `Observation?code:text=${encodeURIComponent('血')}&subject:Patient.gender=female&_total=accurate`,
  `Patient?name:contains=${encodeURIComponent('一')}&_sort=-birthdate&_count=1000`,
  'Patient?_has:Observation:subject:value-quantity=gt0&_has:Condition:subject:code:missing=false&_total=accurate',
  'Patient?_has:Encounter:subject:_has:Condition:encounter:code=I10&_sort=_id&_total=accurate',
  'Patient?gender:not=male&_revinclude=Observation:subject&_count=1000',
  'Observation?code:missing=true&value-quantity:missing=false&_total=accurate',
  'Observation?_summary=true&_count=1000',
  '?_type=Patient,Observation,Condition,Encounter&_lastUpdated=gt2000&_sort=-_lastUpdated&_total=accurate&_count=500',
];

const columns: readonly Column[] = [
  { title: '', width: 10 },
  { title: 'status', width: 7 },
  { title: 'ms', width: 9 },
  { title: 'MB', width: 8 },
  { title: 'reads', width: 8 },
  { title: 'p50 ms', width: 8 },
  { title: 'p95 ms', width: 8 },
  { title: 'held ms', width: 8 },
];

async function run(options: Options): Promise<void> {
  const before = ({ name, store: location }: Place) => load({ name, location, people: options.people, patience: options.patience });
  const folder = await mkdtemp(join(tmpdir(), 'lianyi-bench-wide-'));
  const portFile = ({ name }: { readonly name: string }) => join(folder, name);
  const environment = (place: Place) => ({ NODE_OPTIONS: `--import ${watcher}`, LOOP_PORT_FILE: portFile(place) });
  try {
    await withServers({ stores: options.store, before, environment }, async (staged) => {
      out(titles(columns));
      for (const path of searches) {
        out(path);
        for (const { server } of staged) {
          const held = heldAt(Number(await readFile(portFile(server), 'utf8')));
          out(line(columns, [`  ${server.name}`, ...(await besideReads(server, path, options.people, held))]));
        }
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const watcher = new URL('../test/end-to-end/watch-loop.js', import.meta.url).href;

/** The longest hold since it was last asked for, in milliseconds. */
const heldAt = (port: number) => async (): Promise<number> => {
  const { body } = await askAt({ host: '127.0.0.1', port })({ method: 'GET', path: '/' });
  return (JSON.parse(body) as Held).longest;
};

/** The reads go on until the search is answered. */
async function besideReads(server: Target, path: string, people: number, held: () => Promise<number>): Promise<readonly string[]> {
  await held();
  const began = performance.now();
  const asking = askAt(server)(get(path)).then((answer) => ({ ...answer, took: performance.now() - began }));
  let answered = false;
  void asking.finally(() => {
    answered = true;
  });
  const next = (n: number) => (answered ? undefined : wire(get(`Patient/p${(n * 7919) % people}`)));
  const reads = await drive(server, { connections: 1, milliseconds: 60_000, next, good: (status) => status === 200 });
  const { status, body, took } = await asking;
  return [
    String(status),
    figure(took, 0),
    figure(Buffer.byteLength(body) / 2 ** 20),
    figure(reads.requests, 0),
    figure(reads.p50),
    figure(reads.p95),
    figure(await held()),
  ];
}
