/** `npm run conformance -- synthea`: all of Synthea's Bundles into this server on both stores, or into another one that is empty. */
import { Command, InvalidArgumentError } from 'commander';
import { load } from '../../src/cli/load/run.js';
import { findSources } from '../../src/cli/load/sources.js';
import { serverTarget } from '../../src/cli/load/target.js';
import { onOwnStores } from '../own-stores.js';
import { total, walked } from './answers.js';
import { everyNth, type Facts, readFacts, sumOf } from './facts.js';

interface Options {
  readonly base?: string;
  readonly every: number;
}

export function syntheaCommand(): Command {
  return new Command('synthea')
    .description("all of Synthea's Bundles: loaded, counted by type, searched and paged; on both stores where no server is named")
    .option('--base <url>', 'the FHIR base of an empty server')
    .option('--every <n>', 'the hospitals and practitioners, and only every n-th person', wholeNumber, 1)
    .action(async ({ base, every }: Options) => {
      const facts = sumOf(everyNth(readFacts(), every));
      const good = base === undefined ? await onOwnStores((name, url) => judge(facts, name, url)) : await judge(facts, base, base);
      process.exitCode = good ? 0 : 1;
    });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 on was expected');
  return Number(text);
}

/** Whether everything was loaded, and every count and search was right. */
async function judge(facts: Facts, name: string, url: string): Promise<boolean> {
  const base = url.replace(/\/$/, '');
  const began = performance.now();
  const quiet = { stored: () => undefined, finished: () => undefined };
  const { resources, failures } = await load(await findSources(facts.files), serverTarget(base), 4, quiet);
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  const findings = failures.map(({ name: file, reasons }) => `${file}: ${reasons.join('; ')}`);
  findings.push(...(await wrongAnswers(facts, base)));
  for (const finding of findings) process.stdout.write(`FAILED  ${finding}\n`);
  process.stdout.write(
    `${name}: ${facts.files.length} files, ${resources} of ${facts.entries} resources loaded in ${seconds} s, ${facts.counts.size} types and ${facts.searches.size} searches asked, ${findings.length} failed\n`,
  );
  return findings.length === 0;
}

async function wrongAnswers({ counts, searches }: Facts, base: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  const compare = (what: string, found: number | undefined, expected: number) => {
    if (found !== expected) wrong.push(`${what} finds ${found}, ${expected} were expected`);
  };
  for (const [type, count] of counts) compare(type, await total(base, `${type}?_summary=count`), count);
  for (const [query, count] of searches) {
    compare(query, await total(base, `${query}&_summary=count`), count);
    compare(`the pages of ${query}`, await walked(base, query, count), count);
  }
  return wrong;
}
