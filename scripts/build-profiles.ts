/**
 * Builds a profile package: FSH, code tables and identifier systems become the conformance resources in its folder `package`, one file
 * each, with snapshots. The output is committed; a test holds it to its sources.
 * Run: `node dist/scripts/build-profiles.js [folder]`; without one it is the package of this project.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FhirResource } from 'fhir/r4.js';
import type { CodeTable } from './profiles/code-tables.js';
import { codeTableResources } from './profiles/code-tables.js';
import { digestFile, digestsOf } from './profiles/freshness.js';
import type { Manifest } from './profiles/manifest.js';
import type { IdentifierSystem } from './profiles/naming-systems.js';
import { codeNamingSystems, namingSystem } from './profiles/naming-systems.js';
import { compileFsh } from './profiles/sushi.js';

/** Text of each file of the package by its name, sorted by name. */
export async function buildPackage(folder: string): Promise<ReadonlyMap<string, string>> {
  const manifest = await readJson<Manifest>(join(folder, 'package.json'));
  const files = existsSync(join(folder, 'terminology')) ? (await readdir(join(folder, 'terminology'))).sort() : [];
  const tables = await Promise.all(files.map((file) => readTable(join(folder, 'terminology', file))));
  const systems = existsSync(join(folder, 'naming-systems.json'))
    ? await readJson<readonly IdentifierSystem[]>(join(folder, 'naming-systems.json'))
    : [];
  const resources = [
    ...(await compileFsh(folder, manifest)),
    ...tables.flatMap((table) => codeTableResources(table, manifest)),
    ...codeNamingSystems(tables, manifest),
    ...systems.map((system) => namingSystem(system, manifest)),
  ];
  return new Map(resources.map(toFile).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function toFile(resource: FhirResource): [string, string] {
  return [`${resource.resourceType}-${resource.id}.json`, `${JSON.stringify(resource, null, 2)}\n`];
}

async function readJson<T>(path: string): Promise<T> {
  const text = await readFile(path, 'utf8');
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
}

const wanted = ['id', 'name', 'title', 'english', 'standard', 'version', 'url', 'content', 'certainty', 'concepts'] as const;

/** Throws where something is missing that the server would find missing much later. */
async function readTable(path: string): Promise<CodeTable> {
  const table = await readJson<CodeTable>(path);
  const missing = wanted.filter((name) => table[name] === undefined);
  if (missing.length > 0) throw new Error(`${path}: ${missing.join(', ')} missing`);
  if (['complete', 'fragment', 'not-present'].includes(table.content)) return table;
  throw new Error(`${path}: content is complete, fragment or not-present, found ${JSON.stringify(table.content)}`);
}

async function writePackage(folder: string): Promise<void> {
  const files = await buildPackage(folder);
  const target = join(folder, 'package');
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const [name, text] of files) await writeFile(join(target, name), text);
  await writeFile(join(folder, digestFile), `${JSON.stringify(await digestsOf(folder), null, 2)}\n`);
  console.log(`${target}: ${files.size} resources`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // Who writes a package is told what is wrong with it, not where this program found it.
  await writePackage(process.argv[2] ?? 'profiles/lianyi.cn.core').catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
