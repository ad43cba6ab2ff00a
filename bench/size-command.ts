/** `npm run bench -- size`: what resources take on disk and the servers in memory, 11 for each of 10,000 people. */
import { Command } from 'commander';
import { sizeAims, verdict } from './aims.js';
import { restCases } from './cases/rest.js';
import { fill } from './fill.js';
import { measure } from './measure.js';
import { amount, patience, type StoreOptions, stores } from './options.js';
import { person, resourcesEach } from './people.js';
import { type Staged, withServers } from './stage.js';
import { figure, out } from './table.js';
import { memoryOf } from './usage.js';

interface Options extends StoreOptions {
  readonly people: number;
  readonly mongodCache: number;
}

export const sizeCommand = (): Command =>
  new Command('size')
    .description('stored bytes per resource, and memory of all processes')
    .addOption(stores())
    .addOption(amount('--people <n>', `with ${resourcesEach - 1} observations each`, 10_000))
    .addOption(amount('--mongod-cache <GB>', 'the cache of the mongod of the bench; it takes 0.25 at least', 0.25))
    .addOption(patience())
    .action(run);

async function run(options: Options): Promise<void> {
  const { people } = options;
  const resources = people * resourcesEach;
  out(`${resources} resources of ${figure(rawBytes(people), 0)} bytes of JSON on average, put by transactions, validation on`);
  // One after the other: the memory of one says nothing about that of another, but loading both at once would take it.
  for (const store of options.store)
    await withServers({ stores: [store], mongodCacheGB: options.mongodCache }, async (staged) => {
      for (const one of staged) await weigh(one, options, resources);
    });
}

async function weigh({ server, place }: Staged, options: Options, resources: number): Promise<void> {
  const megabytes = () => memoryOf(server.pid) + (server.database === undefined ? 0 : memoryOf(server.database));
  const parts = () => (server.database === undefined ? '' : ` (mongod ${figure(memoryOf(server.database), 0)})`);
  const empty = megabytes();
  await fill(server, options);
  out(`\n${server.name}`);
  out(`  memory: ${figure(empty, 0)} MB empty, ${figure(megabytes(), 0)} MB${parts()} when filled`);
  for (const one of restCases(options.people))
    if (one.name.startsWith('read')) await measure(server, one, { connections: 16, milliseconds: 5000 });
  const after = megabytes();
  out(
    `  memory: ${figure(after, 0)} MB${parts()} after five seconds of reads; ${verdict(`${sizeAims.megabytes} MB`, after <= sizeAims.megabytes)}`,
  );
  await server.end();
  const bytes = (await place.storedBytes()) / resources;
  out(
    `  stored: ${figure(bytes, 0)} bytes per resource; ${verdict(`${figure(sizeAims.bytesPerResource, 0)} bytes`, bytes <= sizeAims.bytesPerResource)}`,
  );
}

/** Of a sample, which is what all are like. */
function rawBytes(people: number): number {
  const sample = Math.min(people, 500);
  let bytes = 0;
  for (let index = 0; index < sample; index++) {
    const { patient, observations } = person(index);
    for (const resource of [patient, ...observations]) bytes += Buffer.byteLength(JSON.stringify(resource));
  }
  return bytes / (sample * resourcesEach);
}
