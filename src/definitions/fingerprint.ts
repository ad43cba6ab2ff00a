/**
 * Tells whether the compiled index still fits what it was made from. Contents are hashed, not times: a fresh clone has new times.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readIndex } from './index-file.js';
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

/** Of compiled files, and of all those in folders, however deep. */
export function codeFingerprint(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(codeFiles)) hash.update(readFileSync(file));
  return hash.digest('hex');
}

function codeFiles(path: string): readonly string[] {
  if (path.endsWith('.js')) return [path];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  return files.sort().map((file) => join(path, file));
}

/** False when the index is missing, or when the packages under `profilesFolder` are no longer those it was made from. */
export function definitionsAreFresh(profilesFolder: string, definitionsFolder: string): boolean {
  const index = readIndex(definitionsFolder);
  if (index === undefined) return false;
  return !existsSync(profilesFolder) || index.profiles === profilesFingerprint(localPackages(profilesFolder));
}
