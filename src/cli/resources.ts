/** The resources in files and on standard input, for commands that look at them without a server: JSON, XML and NDJSON. */
import type { TypeModel } from '../definitions/definitions.js';
import { isObject, type Json } from '../model/json.js';
import { parseJson } from '../model/parse-json.js';
import type { Resource } from '../model/resource.js';
import { parseXml } from '../xml/parse-xml.js';
import { readSource } from './load/sources.js';

export interface FoundResource {
  /** The file, with the line behind a colon where a file holds many. */
  readonly source: string;
  readonly resource: Resource;
}

/** `-` is standard input. Packed files (.gz, .bz2) are unpacked. Throws with the file's name for what is no resource. */
export async function* readResources(paths: readonly string[], types: TypeModel): AsyncGenerator<FoundResource> {
  for (const path of paths) yield* resourcesIn(path, await textOf(path), types);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readSource({ name: path, size: 0 });
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function* resourcesIn(path: string, text: string, types: TypeModel): Generator<FoundResource> {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (/^\s*</.test(body)) {
    yield { source: path, resource: asResource(path, () => parseXml(types, body)) };
    return;
  }
  if (!isNdjson(path, body)) {
    yield { source: path, resource: asResource(path, () => parseJson(body)) };
    return;
  }
  for (const [at, line] of body.split('\n').entries()) {
    if (line.trim() === '') continue;
    const source = `${path}:${at + 1}`;
    yield { source, resource: asResource(source, () => parseJson(line)) };
  }
}

/** By its name; standard input, which has none, by its first line: one that is a whole object. */
function isNdjson(path: string, text: string): boolean {
  if (path !== '-') return /\.ndjson(\.(gz|bz2))?$/i.test(path);
  const end = text.trimStart().indexOf('\n');
  return end > 0 && /^\{.*\}\s*$/.test(text.trimStart().slice(0, end));
}

function asResource(source: string, read: () => Json): Resource {
  let value: Json;
  try {
    value = read();
  } catch (error) {
    throw new Error(`${source}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  if (!isObject(value) || typeof value.resourceType !== 'string') {
    throw new Error(`${source} holds no FHIR resource: an object with a resourceType was expected`);
  }
  return value as Resource;
}
