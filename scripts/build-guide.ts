/**
 * `npm run build:guide`, and the last step of `npm run build`: the guide as static pages, made from the packages under `profiles/`.
 * `--package <folder>` (again for each) adds a package from elsewhere, `--into <folder>` writes it where you like.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtFolder } from '../src/definitions/built.js';
import { codeFingerprint } from '../src/definitions/fingerprint.js';
import { readIndex } from '../src/definitions/index-file.js';
import { localPackage, localPackages } from '../src/definitions/packages.js';
import { project } from './guide/sources.js';
import { writeGuide } from './guide/write-guide.js';

const usage = `npm run build:guide [-- --into <folder>] [--package <folder>]…

the implementation guide as static pages, from the packages under profiles/

  --into <folder>     where to (default dist/guide, which the server shows at /guide); what stands there goes
  --package <folder>  one more package, such as that of a region; may stand again`;

/** The programs that pages come out of. */
const programs = ['scripts/build-guide.js', 'scripts/guide', 'src/validation', 'src/terminology', 'src/definitions', 'src/model'];

function build(into: string, more: readonly string[]): void {
  const folders = [join(project, 'profiles'), join(project, 'examples'), join(project, 'scripts', 'guide'), ...more];
  const madeFrom = `${fingerprint(folders)} ${codeFingerprint(programs.map((path) => join(project, 'dist', path)))} ${readIndex(builtFolder)?.input}`;
  const note = join(into, 'made-from');
  if (existsSync(note) && readFileSync(note, 'utf8') === madeFrom) return;
  const files = writeGuide([...localPackages(join(project, 'profiles')), ...more.map(localPackage)], into);
  writeFileSync(note, madeFrom);
  process.stdout.write(`${files.length} files of the guide written into ${into}\n`);
}

/** Of all files below the folders. */
function fingerprint(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders.filter((one) => existsSync(one))) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const path = join(folder, file);
      if (statSync(path).isFile()) hash.update(`${file}\n`).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}

const { values } = parseArgs({
  options: {
    into: { type: 'string', default: join(project, 'dist', 'guide') },
    package: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) process.stdout.write(`${usage}\n`);
else build(values.into, values.package);
