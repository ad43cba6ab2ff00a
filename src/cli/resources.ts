/** The resources in files and on standard input, for commands that look at them without a server: JSON, XML and NDJSON. */
import type { TypeModel } from '../definitions/definitions.js';
import { isObject, type Json } from '../model/json.js';
import { parseJson } from '../model/parse-json.js';
import type { Resource } from '../model/resource.js';
import { parseXml } from '../xml/parse-xml.js';
import { type Document, documentsIn } from './documents.js';

export interface FoundResource {
  /** The file, with the line behind a colon where a file holds many. */
  readonly source: string;
  readonly resource: Resource;
}

/** `-` is standard input. Packed files (.gz, .bz2) are unpacked. Throws with the file's name for what is no resource. */
export async function* readResources(paths: readonly string[], types: TypeModel): AsyncGenerator<FoundResource> {
  for (const path of paths) for await (const document of documentsOf(path)) yield foundIn(document, types);
}

async function* documentsOf(path: string): AsyncGenerator<Document> {
  try {
    yield* documentsIn({ name: path, size: 0 }, () => undefined);
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function foundIn({ source: { name }, line, text, syntax }: Document, types: TypeModel): FoundResource {
  const source = line === undefined ? name : `${name}:${line}`;
  if (text === undefined) throw new Error(`${source} is not UTF-8`);
  const value = read(source, () => (syntax === 'json' ? parseJson(text) : parseXml(types, text)));
  if (isObject(value) && typeof value.resourceType === 'string') return { source, resource: value as Resource };
  throw new Error(`${source} holds no FHIR resource: an object with a resourceType was expected`);
}

function read(source: string, parse: () => Json): Json {
  try {
    return parse();
  } catch (error) {
    throw new Error(`${source}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
