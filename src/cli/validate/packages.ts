/** The definitions in folders of JSON, such as unpacked packages. Source: FHIR NPM package specification (https://hl7.org/fhir/packages.html) */
import type { Option } from 'commander';
import { createLoneValidator, type LoneValidator } from '../../lone-validator.js';
import { isObject, type JsonObject } from '../../model/json.js';
import type { Language } from '../../model/message.js';
import { parseJson } from '../../model/parse-json.js';
import { findSources, readSource } from '../load/sources.js';
import { repeated } from '../repeated.js';

const types = ['StructureDefinition', 'ValueSet', 'CodeSystem', 'Questionnaire', 'Measure'];

export function packageOption(): Option {
  const help = 'a folder of profiles, value sets, code systems and Questionnaires that count beside those built in; may be repeated';
  return repeated('--package <folder>', help);
}

/** What is known with those in the folders. Throws a sentence for what is not there, is no JSON, or can have no effect. */
export async function knownWith(folders: readonly string[] = [], language: Language = 'en'): Promise<LoneValidator> {
  const files = await definitionsIn(folders);
  const known = createLoneValidator([...files.keys()]);
  const faults = known.refused.map(
    ({ resource, issue: { message, expression } }) =>
      `${files.get(resource)}: ${String(resource.url)}: ${expression === undefined ? '' : `${expression}: `}${message[language]}`,
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return known;
}

/** Each with its file. */
async function definitionsIn(folders: readonly string[]): Promise<ReadonlyMap<JsonObject, string>> {
  const all = new Map<JsonObject, string>();
  for (const folder of folders) {
    const before = all.size;
    for (const source of await findSources([folder], /\.json$/i)) {
      const json = parsed(source.name, await readSource(source));
      if (isObject(json) && types.includes(String(json.resourceType)) && typeof json.url === 'string') all.set(json, source.name);
    }
    if (all.size === before) throw new Error(`There is no ${types.join(', ')} with a url in ${folder}`);
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
