/**
 * The second half of `npm run build`: compiles R4 and the packages under `profiles/` into `dist/definitions`, all that the running
 * server needs of them: an index for the rules, a read-only store of the resources that REST serves, and by what each type can be
 * sorted. Each is left alone when nothing it is made from has changed.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Compiled, compileDefinitions, writeDefinitions } from '../src/definitions/compile.js';
import { codeFingerprint, inputFingerprint } from '../src/definitions/fingerprint.js';
import { readIndex } from '../src/definitions/index-file.js';
import { keysFile, layoutFile, resourcesFile } from '../src/definitions/index-format.js';
import { loadDefinitions } from '../src/definitions/load.js';
import { corePackage, localPackages } from '../src/definitions/packages.js';
import { typeModel } from '../src/definitions/type-model.js';
import { createSearch } from '../src/search/create-search.js';
import { connect } from '../src/store/sqlite/binding.js';
import { openSqliteStore } from '../src/store/sqlite/open.js';
import { checkProfiles } from './check-profiles.js';
import { profileFaults } from './profile-faults.js';
import { storeServed } from './served-resources.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'dist', 'definitions');
const resources = join(folder, resourcesFile);
const madeFrom = `${resources}.made-from`;
const layout = join(folder, layoutFile);
const keys = join(folder, keysFile);
const timezone = 'Asia/Shanghai';

async function build(): Promise<void> {
  const core = corePackage(dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json')));
  const local = localPackages(join(root, 'profiles'));
  const input = inputFingerprint(core, local);
  const resourcesInput = `${input} ${codeFingerprint(indexing.map((part) => join(root, 'dist', part)))}`;
  const indexIsFresh = readIndex(folder)?.input === input;
  const resourcesAreFresh =
    [resources, layout, keys, madeFrom].every((file) => existsSync(file)) && readFileSync(madeFrom, 'utf8') === resourcesInput;
  if (indexIsFresh && resourcesAreFresh) return;
  const compiled = compileDefinitions([core, ...local], input);
  checkProfiles(local, typeModel(compiled.index.types));
  mkdirSync(folder, { recursive: true });
  // First: a server without it works it out, one with that of other definitions would be wrong.
  if (!resourcesAreFresh) for (const file of [layout, keys]) rmSync(file, { force: true });
  if (!indexIsFresh) {
    refuseFaulty(compiled);
    writeDefinitions(compiled, folder);
  }
  if (!resourcesAreFresh) await writeResources(compiled, resourcesInput);
  const names = compiled.index.packages.map(({ name, version }) => `${name} ${version}`).join(', ');
  process.stdout.write(`Definitions of ${names} compiled into dist/definitions\n`);
}

/** Throws for a profile that cannot be compiled, before the index is put in place. */
function refuseFaulty(compiled: Compiled): void {
  const trial = mkdtempSync(join(tmpdir(), 'definitions-'));
  try {
    writeDefinitions(compiled, trial);
    const faults = profileFaults(loadDefinitions(trial), Object.values(compiled.index.localProfiles).flat());
    if (faults.length > 0) throw new Error(faults.slice(0, 10).join('\n'));
  } finally {
    rmSync(trial, { recursive: true, force: true });
  }
}

/** The code that decides what stands in the store of resources. */
const indexing = ['scripts/served-resources.js', 'src/search', 'src/fhirpath', 'src/store/sqlite'];

async function writeResources({ served }: Compiled, input: string): Promise<void> {
  const filled = `${resources}.${process.pid}`;
  const definitions = loadDefinitions(folder);
  const search = createSearch({
    definitions,
    // Packages refer to definitions by canonical, never to a server: no reference may be taken for one to this server.
    baseUrl: 'https://packages.invalid',
    timezone,
  });
  const store = await openSqliteStore(filled);
  await storeServed(store, search, served, Date.now());
  await store.close();
  // First: a store that is new beside an old note is made once more, an old one beside a new note never would be.
  rmSync(madeFrom, { force: true });
  renameSync(withoutLog(filled), resources);
  writeFileSync(layout, JSON.stringify(search.layout));
  const byType = Object.fromEntries(definitions.resourceTypes.map((type) => [type, search.keysOf(type)]));
  writeFileSync(keys, JSON.stringify({ timezone, types: byType }));
  writeFileSync(madeFrom, input);
}

/**
 * Copies a database into one plain file without a log beside it, which can be opened where nothing can be written, and takes the
 * old one away. A copy, because the binding lets go of a closed file only when its statements have been collected.
 */
function withoutLog(file: string): string {
  const copy = `${file}.whole`;
  const from = connect(file, { readOnly: false, busyTimeout: 1000 });
  from.exec(`VACUUM INTO '${copy.replaceAll("'", "''")}'`);
  from.close();
  const whole = connect(copy, { readOnly: false, busyTimeout: 1000 });
  whole.exec('ANALYZE');
  whole.close();
  for (const part of ['', '-wal', '-shm']) rmSync(file + part, { force: true });
  return copy;
}

try {
  await build();
} catch (error) {
  // What is wrong with a package is said in a sentence; where in this program it was found helps nobody.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
