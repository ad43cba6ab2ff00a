/**
 * The second half of `npm run build`: compiles R4 and the packages under `profiles/` into `dist/definitions`, all that the running
 * server needs of them. Does nothing when nothing has changed.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileDefinitions, writeDefinitions } from '../src/definitions/compile.js';
import { inputFingerprint } from '../src/definitions/fingerprint.js';
import { openIndex } from '../src/definitions/index-file.js';
import { corePackage, localPackages } from '../src/definitions/packages.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'dist', 'definitions');

function build(): void {
  const core = corePackage(dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json')));
  const local = localPackages(join(root, 'profiles'));
  const input = inputFingerprint(core, local);
  if (openIndex(folder)?.index.input === input) return;
  const compiled = compileDefinitions([core, ...local], input);
  writeDefinitions(compiled, folder);
  const names = compiled.index.packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  process.stdout.write(`Definitions of ${names} compiled into dist/definitions\n`);
}

build();
