/** `lianyi backup`: the embedded store into one file, while it is served or not, and the proof that all of it is there. */
import { Command } from 'commander';
import { readConfig } from '../config.js';
import { softwareInfo } from '../software.js';
import type { Digest } from '../store/digest.js';
import { backUpStore } from '../store/open.js';
import { digestAt } from './backup/digest-at.js';
import { writeManifest } from './backup/manifest.js';
import { createTeller } from './backup/tell.js';
import { examples } from './examples.js';

export function backupCommand(): Command {
  return new Command('backup')
    .description('copy the embedded store that STORE names into a file, while it is served or not, and verify the copy')
    .argument('<file>', 'the copy; <file>.json beside it says what it holds')
    .addHelpText('after', examples(['lianyi backup backups/lianyi-$(date +%F).db']))
    .addHelpText('after', '\nExit code: 0 the copy is there and verified, 1 it is not (standard error says why), 2 a setting is wrong.')
    .addHelpText(
      'after',
      '\nSTORE is sqlite:./data/lianyi.db unless it is set. MongoDB has mongodump for this; see README, Keeping the data.',
    )
    .action(backup);
}

/** The copy has its name only when it is verified and what it holds is written beside it: one that was killed is simply made again. */
async function backup(file: string): Promise<void> {
  const { store } = readConfig(process.env);
  const tell = createTeller();
  let held: Digest = { versions: 0, sum: '' };
  await backUpStore(store, file, {
    progress: (part) => tell(`copied ${Math.round(part * 100)} %`),
    async verify(copy) {
      held = await digestAt(`sqlite:${copy}`, { progress: (versions) => tell(`copy: ${versions} versions read again`) });
      const { versions, sum } = await digestAt(store, {
        first: held.versions,
        progress: (done) => tell(`store: ${done} of ${held.versions} versions compared`),
      });
      if (sum !== held.sum || versions !== held.versions)
        throw new Error(`The copy does not hold what the store held; ${file} was not made`);
      await writeManifest(file, { ...held, made: new Date().toISOString(), software: softwareInfo().version });
    },
  });
  process.stdout.write(`${file}: ${held.versions} versions, verified; SHA-256 sum ${held.sum}\n`);
}
