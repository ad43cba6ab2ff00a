/** `npm run bench -- rest`: both stores beside bare node:http and Express, in turn, in one run. */
import { Command } from 'commander';
import { restCases } from './cases/rest.js';

import { type Contender, compare } from './compare.js';
import { fill } from './fill.js';
import { amount, type CaseOptions, stores, withCaseOptions } from './options.js';
import { resourcesEach } from './people.js';
import type { Running } from './servers.js';
import { connectionsOf, withBaselines, withServers } from './stage.js';
import { figure, out } from './table.js';
import { memoryOf } from './usage.js';

export const restCommand = (): Command =>
  withCaseOptions(
    new Command('rest')
      .description('both stores beside bare node:http and Express: read, vread, history, a page of search, update, patch, create')
      .addOption(stores())
      .addOption(amount('--people <n>', `in the store before it begins, with ${resourcesEach - 1} observations each`, 1000)),
    3,
  ).action(run);

async function run(options: CaseOptions): Promise<void> {
  const pattern = new RegExp(options.only ?? '', 'i');
  const cases = restCases(options.people).filter((one) => pattern.test(one.name));
  if (cases.length === 0) throw new Error(`No case of rest matches ${options.only}`);
  await withBaselines((bare, express) =>
    withServers({ stores: options.store, profiles: options.profile }, async (staged) => {
      const servers = staged.map(({ server }) => server);
      for (const server of servers) {
        out(`${server.name}: first answer ${figure(server.startedIn, 0)} ms after the start`);
        await fill(server, options);
      }
      out(`${options.people} people, ${options.people * resourcesEach} resources; validation on, a write is on disk before its answer`);
      const contender = (server: Running): Contender => ({ server, connections: options.connections ?? connectionsOf(server) });
      const yardsticks = [bare, express].map((server) => ({ ...contender(server), yardstick: true }));
      const { rounds: times, seconds: length } = options;
      await compare([...yardsticks, ...servers.map(contender)], cases, { rounds: times, milliseconds: length * 1000 });
      for (const server of servers) out(`${server.name}: ${memoryText(server)} at the end`);
    }),
  );
}

function memoryText({ pid, database }: Running): string {
  const beside = database === undefined ? '' : `, mongod ${figure(memoryOf(database), 0)} MB`;
  return `${figure(memoryOf(pid), 0)} MB${beside}`;
}
