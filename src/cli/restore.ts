/** `lianyi restore`: a backup back into the place of the embedded store, verified before and after. */
import { Command } from 'commander';
import { readConfig } from '../config.js';
import { restoreStore } from '../store/open.js';
import { digestAt } from './backup/digest-at.js';
import { type Manifest, readManifest } from './backup/manifest.js';
import { createTeller, type Tell } from './backup/tell.js';
import { examples } from './examples.js';

interface Options {
  readonly replace: boolean;
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('put a backup in the place of the embedded store that STORE names; its server must be stopped')
    .argument('<file>', 'what lianyi backup wrote, with <file>.json beside it')
    .option('--replace', 'also where there is a store already: it is lost', false)
    .addHelpText('after', examples(['lianyi restore backups/lianyi-2026-11-26.db --replace']))
    .addHelpText('after', '\nExit code: 0 the store is restored and verified, 1 it is not (standard error says why), 2 a setting is wrong.')
    .addHelpText(
      'after',
      '\nSTORE is sqlite:./data/lianyi.db unless it is set. MongoDB has mongorestore for this; see README, Keeping the data.',
    )
    .action(restore);
}

async function restore(file: string, options: Options): Promise<void> {
  const { store } = readConfig(process.env);
  const tell = createTeller();
  const manifest = await readManifest(file);
  await verify(`sqlite:${file}`, manifest, tell, `${file} is damaged: nothing was restored`);
  await restoreStore(file, store, options);
  await verify(store, manifest, tell, `${store} does not hold what ${file} holds: do not use it`);
  process.stdout.write(`${store}: ${manifest.versions} versions of ${manifest.made}, verified\n`);
}

async function verify(location: string, manifest: Manifest, tell: Tell, otherwise: string): Promise<void> {
  const progress = (done: number) => tell(`${location}: ${done} of ${manifest.versions} versions verified`);
  const found = await digestAt(location, { progress }).catch((cause: unknown) => {
    throw new Error(otherwise, { cause });
  });
  if (found.sum !== manifest.sum || found.versions !== manifest.versions) throw new Error(otherwise);
}
