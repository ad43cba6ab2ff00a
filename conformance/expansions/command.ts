/** `npm run conformance -- expansions`: all value sets of the packages, or of another server, expanded. */
import { Command } from 'commander';
import { onOwnStores } from '../own-stores.js';
import { expandAll } from './expand-all.js';

export function expansionsCommand(): Command {
  return new Command('expansions')
    .description('expands every value set of a server, of this one on an empty store of each kind where none is named')
    .argument('[base]', 'the FHIR base of a server')
    .action(async (base: string | undefined) => {
      process.exitCode = (await (base === undefined ? onOwnStores(tell) : tell(base, base))) ? 0 : 1;
    });
}

const out = (text: string) => process.stdout.write(`${text}\n`);

/** Whether nothing was answered that should not be. */
async function tell(name: string, base: string): Promise<boolean> {
  const since = performance.now();
  const { valueSets, expanded, codes, refused, faults } = await expandAll(base);
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  out(`${name}: ${expanded} of ${valueSets} value sets expanded, ${codes} codes, ${seconds} s`);
  for (const [reason, count] of [...refused].sort(([, one], [, other]) => other - one)) out(`  ${count} refused: ${reason}`);
  for (const fault of faults) out(`  fault: ${fault}`);
  return faults.length === 0;
}
