/** The guide, made anew only when something it is made from has changed. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtFolder } from '../../src/definitions/built.js';
import { codeFingerprint } from '../../src/definitions/fingerprint.js';
import { readIndex } from '../../src/definitions/index-file.js';
import { localPackage, localPackages } from '../../src/definitions/packages.js';
import { project } from './sources.js';
import { writeGuide } from './write-guide.js';

/** The programs that pages come out of. */
const programs = ['scripts/guide', 'src/validation', 'src/terminology', 'src/definitions', 'src/model'];
const noteFile = 'made-from';

/** `more`: folders of packages that do not stand under `profiles/`. Gives the number of files written, 0 where the guide was fresh. */
export function buildGuide(into: string, more: readonly string[] = []): number {
  const folders = [join(project, 'profiles'), join(project, 'examples'), join(project, 'scripts', 'guide'), ...more];
  const code = codeFingerprint(programs.map((path) => join(project, 'dist', path)));
  const madeFrom = `${fingerprint(folders)} ${code} ${readIndex(builtFolder)?.input}`;
  const note = join(into, noteFile);
  if (existsSync(note) && readFileSync(note, 'utf8') === madeFrom) return 0;
  const files = writeGuide([...localPackages(join(project, 'profiles')), ...more.map(localPackage)], into);
  writeFileSync(note, madeFrom);
  return files.length;
}

/** Of all files below the folders. */
function fingerprint(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders.filter((one) => existsSync(one))) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      if (file.endsWith('.png')) continue;
      const path = join(folder, file);
      if (statSync(path).isFile()) hash.update(`${file}\n`).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}
