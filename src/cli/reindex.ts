/** `lianyi reindex`: makes anew what stored resources are found by, while a server serves them or not. */
import { Command } from 'commander';
import { readConfig } from '../config.js';
import { reindexStore } from '../unserved.js';
import { createTeller } from './backup/tell.js';
import { examples } from './examples.js';
import { baseOf, withoutSecrets } from './places.js';
import { settingsHelp } from './settings-help.js';

interface Options {
  readonly type?: readonly string[];
  readonly store?: string;
}

export function reindexCommand(): Command {
  return new Command('reindex')
    .description('make anew what stored resources are found by')
    .option('--type <types...>', 'only these resource types; all unless said otherwise')
    .option('--store <store>', 'sqlite:<file> or mongodb://…; what STORE says unless said otherwise')
    .addHelpText('after', examples(['lianyi reindex', 'lianyi reindex --type Patient,Observation']))
    .addHelpText(
      'after',
      '\nServers index what is new by themselves; this is for a store that is not trusted. They may go on serving meanwhile.',
    )
    .addHelpText('after', '\nOne that was broken off goes on where it was when the same command is given again.')
    .addHelpText('after', '\nExit code: 0 everything is indexed, 1 it is not (standard error says why), 2 a setting is wrong.')
    .addHelpText('after', `\nSettings, from the environment (BASE_URL and DEFAULT_TIMEZONE as the server has them):\n${settingsHelp()}`)
    .action(reindexAll);
}

async function reindexAll({ type, store }: Options): Promise<void> {
  const config = readConfig(process.env);
  const location = store ?? config.store;
  const tell = createTeller();
  const start = performance.now();
  const { types, resources } = await reindexStore({
    store: location,
    timezone: config.timezone,
    fullText: config.fullText,
    referentialIntegrity: config.referentialIntegrity,
    baseUrl: baseOf(config),
    types: type,
    onProgress: (progress) => tell(`${progress.type}: ${progress.done} of ${progress.total}`),
    onWaiting: (progress) =>
      tell(`another process is indexing${progress === undefined ? '' : `: ${progress.type}, ${progress.done} of ${progress.total}`}`),
    onTooMany: (text) => process.stderr.write(`${text}\n`),
  });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  process.stdout.write(
    `${withoutSecrets(location)}: ${counted(resources, 'resource')} of ${counted(types, 'type')} indexed in ${seconds} s\n`,
  );
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
