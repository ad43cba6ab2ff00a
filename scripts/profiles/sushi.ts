/**
 * Compiles FSH to StructureDefinitions and ValueSets with SUSHI, without a network. SUSHI looks for R4 in `$HOME/.fhir/packages`; it gets
 * a HOME of its own, filled once from the npm package that holds R4's definitions. Source: https://fshschool.org/docs/sushi/
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { FhirResource, StructureDefinition, ValueSet } from 'fhir/r4.js';
import { layOut } from './lay-out.js';
import type { Manifest } from './manifest.js';
import { dateOf, headOf } from './manifest.js';

const run = promisify(execFile);
const core = { name: 'hl7.fhir.r4.core', version: '4.0.1', fhirVersions: ['4.0.1'], type: 'fhir.core', license: 'CC0-1.0' };
/** All that profiles are built on. */
const used = /^StructureDefinition-.*\.json$/;

/** What `fsh` in `folder` defines. Throws with SUSHI's own words when it finds an error. */
export async function compileFsh(folder: string, manifest: Manifest): Promise<FhirResource[]> {
  const home = await prepareHome(resolve('.cache/fsh'));
  for (const [name, version] of Object.entries(builtOn(manifest))) await offer(home, name, version);
  const work = await mkdtemp(join(tmpdir(), 'lianyi-fsh-'));
  try {
    await cp(join(folder, 'fsh'), join(work, 'input/fsh'), { recursive: true });
    await writeFile(join(work, 'sushi-config.yaml'), configuration(manifest));
    await sushi(work, home).catch((error: Error) => {
      throw new Error(error.message.replaceAll(join(work, 'input/fsh'), join(folder, 'fsh')));
    });
    const made = join(work, 'fsh-generated/resources');
    const files = (await readdir(made)).sort();
    return await Promise.all(files.map(async (file) => published(JSON.parse(await readFile(join(made, file), 'utf8')), manifest)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** With FSHOnly SUSHI leaves out date and publisher, and it gives instances no version. */
function published(
  { resourceType, id, url, version, name, title, ...rest }: StructureDefinition | ValueSet,
  manifest: Manifest,
): FhirResource {
  return { resourceType, id, url, version: version ?? manifest.version, name, title, ...headOf(manifest), ...rest } as FhirResource;
}

async function sushi(work: string, home: string): Promise<void> {
  const program = resolve('node_modules/fsh-sushi/dist/app.js');
  // A registry that nobody listens at: the build gives the same with and without a network.
  const environment = { ...process.env, HOME: home, FPL_REGISTRY: 'http://127.0.0.1:9' };
  const { stdout } = await run(process.execPath, [program, 'build', '--snapshot', '--log-level', 'error', work], {
    env: environment,
    maxBuffer: 1 << 26,
  }).catch((error: { stdout?: string; message: string }) => {
    throw new Error(`SUSHI found errors:\n${error.stdout ?? error.message}`);
  });
  if (!/\b0 Errors/.test(stdout)) throw new Error(`SUSHI found errors:\n${stdout}`);
}

/** Packages beside R4 itself. */
function builtOn({ dependencies }: Manifest): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(dependencies).filter(([name]) => name !== core.name));
}

/** Puts a package of this project where SUSHI looks for it, anew each time: it changes more often than its version. */
async function offer(home: string, name: string, version: string): Promise<void> {
  const folder = resolve('profiles', name);
  if (!existsSync(folder)) throw new Error(`${name} is needed and was looked for in ${folder}`);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  if (manifest.version !== version) throw new Error(`${name} ${version} is needed; in ${folder} lies ${manifest.version}`);
  const target = join(home, '.fhir/packages', `${name}#${version}`, 'package');
  await rm(target, { recursive: true, force: true });
  await layOut(folder, target);
}

/** JSON is YAML. */
function configuration(manifest: Manifest): string {
  const { name, canonical, version, title } = manifest;
  const general = { status: 'active', date: dateOf(manifest), publisher: { name: manifest.author } };
  const dependencies = builtOn(manifest);
  const word = name.replace(/(^|\.)([a-z])/g, (_all, _dot, letter: string) => letter.toUpperCase());
  return JSON.stringify({ id: name, canonical, version, name: word, title, ...general, fhirVersion: '4.0.1', dependencies, FSHOnly: true });
}

async function prepareHome(home: string): Promise<string> {
  const packages = join(home, '.fhir/packages/hl7.fhir.r4.core#4.0.1/package');
  if (existsSync(packages)) return home;
  const source = resolve('node_modules/hl7.fhir.r4.examples');
  const growing = `${packages}.${process.pid}`;
  await mkdir(growing, { recursive: true });
  const files = (await readdir(source)).filter((file) => used.test(file));
  for (const file of files) await copyFile(join(source, file), join(growing, file));
  await writeFile(join(growing, 'package.json'), JSON.stringify(core));
  await rename(growing, packages);
  return home;
}
