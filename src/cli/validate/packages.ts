/** The definitions in folders of JSON, such as unpacked packages. Source: FHIR NPM package specification (https://hl7.org/fhir/packages.html) */
import { isObject, type JsonObject } from '../../model/json.js';
import { parseJson } from '../../model/parse-json.js';
import { findSources, readSource } from '../load/sources.js';

const types = ['StructureDefinition', 'ValueSet', 'CodeSystem'];

/** Throws a sentence for what is not there, what is no JSON, and a folder without any. */
export async function definitionsIn(folders: readonly string[]): Promise<readonly JsonObject[]> {
  const all: JsonObject[] = [];
  for (const folder of folders) {
    const before = all.length;
    for (const source of await findSources([folder], /\.json$/i)) {
      const json = parsed(source.name, await readSource(source));
      if (isObject(json) && types.includes(String(json.resourceType)) && typeof json.url === 'string') all.push(json);
    }
    if (all.length === before) throw new Error(`There is no ${types.join(', ')} with a url in ${folder}`);
  }
  return all;
}

function parsed(name: string, text: string) {
  try {
    return parseJson(text);
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
