/** The data of the suites, which stays with its sources where compiled files stand in dist/. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Json, JsonObject } from '../src/model/json.js';
import { parseJson } from '../src/model/parse-json.js';

const folder = new URL(import.meta.url.includes('/dist/') ? '../../conformance/' : './', import.meta.url);

/** `path` below conformance/. */
export function readData(path: string): Json {
  return parseJson(readFileSync(new URL(path, folder), 'utf8'));
}

/** The resources of a type that the packages under profiles/ bring, in the order of their files. */
export function readPackages(type: string): readonly JsonObject[] {
  const profiles = new URL('../profiles/', folder);
  const packages = readdirSync(profiles, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return packages.flatMap(({ name }) => {
    const inside = new URL(`${name}/package/`, profiles);
    if (!existsSync(inside)) return [];
    const files = readdirSync(inside).filter((file) => file.startsWith(`${type}-`) && file.endsWith('.json'));
    return files.sort().map((file) => parseJson(readFileSync(new URL(file, inside), 'utf8')) as JsonObject);
  });
}

/** The cases of all files of a folder, in the order of their names. Throws an Error where an id stands twice. */
export function readCases<C extends { readonly id: string }>(path: string): readonly C[] {
  const files = readdirSync(new URL(`${path}/`, folder)).filter((name) => name.endsWith('.json'));
  const cases = files.sort().flatMap((name) => readData(`${path}/${name}`) as unknown as readonly C[]);
  const ids = new Set<string>();
  for (const { id } of cases) {
    if (ids.has(id)) throw new Error(`The case ${id} stands twice`);
    ids.add(id);
  }
  return cases;
}

export interface Miss {
  readonly id: string;
  readonly reason: string;
}

/** Cases of a suite that this server does not pass, each with its reason. */
export function loadMisses(suite: string): readonly Miss[] {
  return (readData(`${suite}/misses.json`) as readonly JsonObject[]).map(({ id, reason }) => ({ id: String(id), reason: String(reason) }));
}
