/** `npm run conformance -- synthea`: all of Synthea's Bundles into this server on both stores, or into another one that is empty. */
import { Command, InvalidArgumentError } from 'commander';
import { onOwnStores } from '../own-stores.js';
import { readFacts } from './facts.js';
import { keepsIds, loadsOnce } from './loads.js';

interface Options {
  readonly base?: string;
  readonly every: number;
  readonly keepIds?: true;
}

export function syntheaCommand(): Command {
  return new Command('synthea')
    .description(
      "all of Synthea's Bundles, 8 at once, the hospitals last: loaded, counted by type, searched and paged, loaded again, and under their own ids; on both stores where no server is named",
    )
    .option('--base <url>', 'the FHIR base of an empty server')
    .option('--keep-ids', 'of that server: only the load under their own ids')
    .option('--every <n>', 'the hospitals and practitioners, and only every n-th person', wholeNumber, 1)
    .action(async ({ base, every, keepIds }: Options) => {
      const facts = readFacts(every);
      const once = (name: string, url: string) => loadsOnce(facts, name, url.replace(/\/$/, ''));
      const underIds = (name: string, url: string) => keepsIds(facts, name, url.replace(/\/$/, ''));
      const onBase = keepIds ? underIds : once;
      const good = base === undefined ? [await onOwnStores(once), await onOwnStores(underIds)] : [await onBase(base, base)];
      process.exitCode = good.every(Boolean) ? 0 : 1;
    });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 on was expected');
  return Number(text);
}
