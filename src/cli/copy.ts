/** `lianyi copy`: everything out of one store into another, with its history. */
import { Command } from 'commander';
import { readConfig } from '../config.js';
import { copyStore } from '../store/copy.js';
import { digestOf } from '../store/digest.js';
import { openStore } from '../store/open.js';
import { createIndex } from '../unserved.js';
import { createTeller } from './backup/tell.js';
import { examples } from './examples.js';
import { baseOf, withoutSecrets } from './places.js';
import { settingsHelp } from './settings-help.js';

interface Options {
  readonly from: string;
  readonly to: string;
}

export function copyCommand(): Command {
  return new Command('copy')
    .description('copy everything, with its history, its accounts and its journal, from one store into another')
    .requiredOption('--from <store>', 'sqlite:<file> or mongodb://…')
    .requiredOption('--to <store>', 'sqlite:<file> or mongodb://…; empty, or what an earlier copy was broken off at')
    .addHelpText('after', examples(["lianyi copy --from sqlite:./data/lianyi.db --to 'mongodb://127.0.0.1:27017/lianyi?replicaSet=rs0'"]))
    .addHelpText('after', '\nA copy that was broken off goes on where it was when the same command is given again.')
    .addHelpText('after', '\nWhat is written while it runs may be left out: give the command again once nothing writes any more.')
    .addHelpText('after', '\nExit code: 0 everything is copied and verified, 1 it is not (standard error says why), 2 a setting is wrong.')
    .addHelpText('after', `\nSettings, from the environment (BASE_URL as the server has it):\n${settingsHelp()}`)
    .action(copy);
}

async function copy({ from, to }: Options): Promise<void> {
  if (from === to) throw new Error('--from and --to are the same store');
  const config = readConfig(process.env);
  const { timezone, fullText, referentialIntegrity } = config;
  const index = createIndex({ timezone, fullText, referentialIntegrity, baseUrl: baseOf(config) });
  const source = await openStore(from, { readOnly: true });
  try {
    const target = await openStore(to);
    try {
      await index.arrange(target);
      const tell = createTeller();
      const start = performance.now();
      const { copied, present, digest, items, records } = await copyStore({
        from: source,
        to: target,
        index: index.entriesOf,
        progress: (done, there) => tell(`${done} versions copied${there === 0 ? '' : `, ${there} were there already`}`),
      });
      const held = await digestOf(target, { progress: (versions) => tell(`target: ${versions} of ${digest.versions} versions verified`) });
      if (held.sum !== digest.sum)
        throw new Error(
          `${withoutSecrets(to)} does not hold what ${withoutSecrets(from)} holds: it holds ${held.versions} versions, not ${digest.versions}`,
        );
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      process.stdout.write(
        `${withoutSecrets(to)}: ${digest.versions} versions, ${copied} of them copied now, ${present} there before; verified in ${seconds} s; ` +
          `${items} items of state (accounts, clients, grants) and ${records} records of the journal\n`,
      );
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
