/** `npm run conformance -- search`: the cases of this folder, or with `--random` searches that chance makes, held against the oracle. */
import type { Command } from 'commander';
import { headersOf } from '../headers.js';
import { onOwnStores } from '../own-stores.js';
import { type Options, runSuite, type Suite, suiteCommand } from '../rest/command.js';
import { loadSearchCases } from './case.js';
import { putGiven } from './given.js';
import { runRandom } from './random/run.js';

interface SearchOptions extends Options {
  readonly random?: string;
  readonly seed: string;
}

const suite: Suite = {
  name: 'search',
  description: 'the cases of conformance/search against a server, which must let clients choose ids; against this one where none is named',
  load: (own) => loadSearchCases({ apart: !own }),
  prepare: putGiven,
};

export function searchCommand(): Command {
  return suiteCommand(suite)
    .option(
      '--random <searches>',
      'instead of the cases so many random searches; on both stores where no server is named, which must be an empty one',
    )
    .option('--seed <number>', 'what the random searches hang on', '1')
    .action(async (options: SearchOptions) => {
      process.exitCode = (await (options.random === undefined ? runSuite(suite, options) : random(options))) ? 0 : 1;
    });
}

/** Whether every answer was the oracle's. */
function random(options: SearchOptions): Promise<boolean> {
  const [questions, seed] = [whole('--random', options.random), whole('--seed', options.seed)];
  if (options.base === undefined) return onOwnStores((name, base) => judge(name, base, {}, questions, seed));
  const base = options.base.replace(/\/$/, '');
  return judge(base, base, headersOf(options.header), questions, seed);
}

function whole(option: string, text = ''): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} was "${text}"; a whole number was expected`);
  return Number(text);
}

async function judge(
  name: string,
  base: string,
  headers: Readonly<Record<string, string>>,
  questions: number,
  seed: number,
): Promise<boolean> {
  const began = performance.now();
  const { differences, ...counts } = await runRandom({ base, headers, seed, questions, atOnce: 4 });
  for (const { query, finding } of differences) process.stdout.write(`DIFFERENT  ${query}\n    ${finding}\n`);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  process.stdout.write(
    `${name}: seed ${seed}, ${counts.questions} searches (${counts.withMatches} find something) over ${counts.resources} resources, ${counts.pages} pages, ${differences.length} differences, ${seconds} s\n`,
  );
  return differences.length === 0;
}
