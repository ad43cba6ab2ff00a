/** `lianyi backup`: the embedded store into one file, while it is served or not, and the proof that all of it is there. */
import { rm } from 'node:fs/promises';
import { Command } from 'commander';
import { readConfig } from '../config.js';
import { softwareInfo } from '../server.js';
import { type Digest, digestOf } from '../store/digest.js';
import { backUpStore, openStore } from '../store/open.js';
import { writeManifest } from './backup/manifest.js';
import { createTeller } from './backup/tell.js';

export function backupCommand(): Command {
  return new Command('backup')
    .description('copy the embedded store that STORE names into a file, while it is served or not, and verify the copy')
    .argument('<file>', 'the copy; <file>.json beside it says what it holds')
    .addHelpText('after', '\nMongoDB has mongodump for this; see README, Backup.')
    .action(backup);
}

async function backup(file: string): Promise<void> {
  const { store } = readConfig(process.env);
  const tell = createTeller();
  await backUpStore(store, file, { progress: (part) => tell(`copied ${Math.round(part * 100)} %`) });
  try {
    const held = await digest(`sqlite:${file}`, undefined, (versions) => tell(`copy: ${versions} versions read again`));
    const source = await digest(store, held.versions, (versions) => tell(`store: ${versions} of ${held.versions} versions compared`));
    if (source.sum !== held.sum || source.versions !== held.versions)
      throw new Error(`${file} does not hold what the store held; it was removed`);
    await writeManifest(file, { ...held, made: new Date().toISOString(), software: softwareInfo().version });
    process.stdout.write(`${file}: ${held.versions} versions, verified; SHA-256 sum ${held.sum}\n`);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

/** Read-only: whoever has the store open is not disturbed. */
async function digest(location: string, first: number | undefined, progress: (versions: number) => void): Promise<Digest> {
  const store = await openStore(location, { readOnly: true });
  try {
    return await digestOf(store, { first, progress });
  } finally {
    await store.close();
  }
}
