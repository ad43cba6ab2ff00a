/**
 * A profile package as it is published: resources beside package.json, an index of them, valid examples in `example`, tables in
 * `mappings`. Source: FHIR NPM package specification (https://hl7.org/fhir/packages.html), "Package contents"
 */
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { FhirResource } from 'fhir/r4.js';

/** Fields of an entry of the index, where a resource has them. */
const indexed = ['resourceType', 'id', 'url', 'version', 'kind', 'type', 'supplements', 'content', 'valueSet', 'derivation'] as const;

/** `into` may be the folder of the package itself, as npm needs it, which packs what lies there. */
export async function layOut(folder: string, into: string): Promise<void> {
  await mkdir(into, { recursive: true });
  await cp(join(folder, 'package'), into, { recursive: true });
  await writeIndex(into, await readdir(join(folder, 'package')));
  await layOutExamples(folder, join(into, 'example'));
  if (resolve(folder) === resolve(into)) return;
  await copyFile(join(folder, 'package.json'), join(into, 'package.json'));
  if (existsSync(join(folder, 'mappings'))) await cp(join(folder, 'mappings'), join(into, 'mappings'), { recursive: true });
}

/** Takes away what was laid out in the folder of the package itself. */
export async function clear(folder: string): Promise<void> {
  const made = [...(await readdir(join(folder, 'package'))), '.index.json', 'example'];
  for (const name of made) await rm(join(folder, name), { recursive: true, force: true });
}

async function layOutExamples(folder: string, into: string): Promise<void> {
  const from = join(folder, 'examples');
  if (!existsSync(from)) return;
  await mkdir(into, { recursive: true });
  for (const profile of await readdir(from)) {
    const valid = (await readdir(join(from, profile))).filter((file) => file.startsWith('valid-'));
    for (const file of valid) await copyFile(join(from, profile, file), join(into, `${profile}-${file}`));
  }
  await writeIndex(into, await readdir(into));
}

async function writeIndex(folder: string, names: readonly string[]): Promise<void> {
  const files = [];
  for (const filename of [...names].sort().filter((name) => name.endsWith('.json') && !name.startsWith('.'))) {
    const resource = JSON.parse(await readFile(join(folder, filename), 'utf8')) as FhirResource & Readonly<Record<string, unknown>>;
    // `type` of an example may be anything; in the index it is the type a definition is of.
    const known = indexed.filter((field) => typeof resource[field] === 'string');
    files.push({ filename, ...Object.fromEntries(known.map((field) => [field, resource[field]])) });
  }
  await writeFile(join(folder, '.index.json'), `${JSON.stringify({ 'index-version': 2, files }, null, 2)}\n`);
}
