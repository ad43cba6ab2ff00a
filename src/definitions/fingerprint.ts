/**
 * Tells whether the compiled index still fits what it was made from. Contents are hashed, not times: a fresh clone has new times.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openIndex } from './index-file.js';
import { localPackages, type Package } from './packages.js';

/** Of the local packages: names, versions and the bytes of every file read from them. */
export function profilesFingerprint(packages: readonly Package[]): string {
  const hash = createHash('sha256');
  for (const { name, version, folder, files } of packages) {
    hash.update(`${name}\n${version}\n`);
    for (const file of files)
      hash
        .update(`${file}\n`)
        .update(readFileSync(join(folder, file)))
        .update('\n');
  }
  return hash.digest('hex');
}

/** Of all that goes into the index: R4 by its name and version (a published package never changes), local packages, the compiling code. */
export function inputFingerprint(core: Package, local: readonly Package[]): string {
  const code = codeFingerprint([dirname(fileURLToPath(import.meta.url))]);
  return createHash('sha256')
    .update(`${core.name}\n${core.version}\n${profilesFingerprint(local)}\n${code}`)
    .digest('hex');
}

/** Of every compiled file in some folders, however deep. */
export function codeFingerprint(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
    for (const file of files.sort()) hash.update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex');
}

/** False when the index is missing, or when the packages under `profilesFolder` are no longer those it was made from. */
export function definitionsAreFresh(profilesFolder: string, definitionsFolder: string): boolean {
  const index = openIndex(definitionsFolder)?.index;
  if (index === undefined) return false;
  return !existsSync(profilesFolder) || index.profiles === profilesFingerprint(localPackages(profilesFolder));
}
