/** `npm run conformance -- access`: random requests of random principals, held against a slow filter over everything, on both stores. */
import { join } from 'node:path';
import { Command } from 'commander';
import { loadDefinitions } from '../../src/definitions/load.js';
import { onEachStore, onServer } from '../own-stores.js';
import { type AccessResult, runAccess } from './run.js';
import { createDoors } from './server.js';

/** On one store; then the next is begun, so that histories stay short. */
const ON_ONE_STORE = 600;

export function accessCommand(): Command {
  return new Command('access')
    .description('random policies and requests: what comes out of every route is what a slow filter over everything allows; on both stores')
    .option('--cases <number>', 'how many requests, each perhaps of several pages', '10000')
    .option('--seed <number>', 'what chance hangs on', '1')
    .action(async ({ cases, seed }: { readonly cases: string; readonly seed: string }) => {
      const good = await onEachStore((name, url) => judge(name, url, whole('--cases', cases), whole('--seed', seed)));
      process.exitCode = good ? 0 : 1;
    });
}

function whole(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} was "${text}"; a whole number was expected`);
  return Number(text);
}

/** Whether everything was as the oracle has it. */
async function judge(name: string, url: string, cases: number, seed: number): Promise<boolean> {
  const doors = createDoors(loadDefinitions(join(import.meta.dirname, '../../definitions')));
  const began = performance.now();
  const results: AccessResult[] = [];
  for (let done = 0, at = 0; done < cases; done += ON_ONE_STORE, at++) {
    const some = { doors, seed: seed + at, cases: Math.min(ON_ONE_STORE, cases - done) };
    results.push(await onServer({ store: storeOf(url, at), accessOf: doors.accessOf }, (base) => runAccess({ ...some, base })));
  }
  const differences = results.flatMap((one) => one.differences);
  for (const { who, asked, finding } of differences) process.stdout.write(`DIFFERENT  ${asked}\n    ${finding}\n    ${who}\n`);
  const sum = (of: (one: AccessResult) => number) => results.reduce((all, one) => all + of(one), 0);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  process.stdout.write(
    `${name}: seed ${seed}, ${sum((one) => one.cases)} cases (${sum((one) => one.withSomething)} of which something comes out), ${sum((one) => one.requests)} requests, ${differences.length} differences, ${seconds} s; ${slowest(results)}\n`,
  );
  return differences.length === 0;
}

function storeOf(url: string, at: number): string {
  return url.startsWith('sqlite') ? url : url.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?/, `$1/access-${at}`);
}

function slowest(results: readonly AccessResult[]): string {
  const worst = results.map((one) => one.slowest).sort((a, b) => b.took - a.took)[0];
  return worst === undefined ? 'nothing asked' : `the slowest took ${worst.took.toFixed(0)} ms: ${worst.asked}`;
}
