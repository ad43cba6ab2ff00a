/** HL7's patch cases as data to be judged: JSON Patch as it stands, FHIRPath Patch out of its XML. */
import { readFileSync } from 'node:fs';
import type { Definitions } from '../../src/definitions/definitions.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { parseJson } from '../../src/model/parse-json.js';
import { parseXml } from '../../src/xml/parse-xml.js';

export interface PatchCase {
  readonly name: string;
  readonly input: JsonObject;
  readonly patch: Json;
  /** The patch as it was written, where that was XML. */
  readonly xml?: string;
  /** undefined: the patch must be refused. */
  readonly output: JsonObject | undefined;
}

/** Built code stands in dist. */
const folder = new URL('../../../conformance/patch/', import.meta.url);

export function jsonPatchCases(): PatchCase[] {
  const cases = parseJson(readFileSync(new URL('json-patch.json', folder), 'utf8')) as readonly JsonObject[];
  return cases.map(({ comment, doc, patch = null, expected }) => ({
    name: String(comment),
    input: doc as JsonObject,
    patch,
    output: expected as JsonObject | undefined,
  }));
}

export function fhirPathPatchCases(definitions: Definitions): PatchCase[] {
  const text = readFileSync(new URL('fhirpath-patch.xml', folder), 'utf8');
  return [...text.matchAll(/<case name="([^"]+)"[\s\S]*?<\/case>/g)].map(([whole, name = '']) => {
    const part = (tag: string) => new RegExp(`<${tag}>([\\s\\S]*)</${tag}>`).exec(whole)?.[1]?.trim();
    const output = part('output');
    return {
      name,
      input: parseXml(definitions, part('input') ?? ''),
      patch: parseXml(definitions, part('diff') ?? ''),
      xml: part('diff'),
      output: output === undefined ? undefined : parseXml(definitions, output),
    };
  });
}

/** Cases that a server which keeps to R4 cannot pass over HTTP, or that we do not pass, each with its reason. */
export const misses = JSON.parse(readFileSync(new URL('misses.json', folder), 'utf8')) as readonly {
  readonly name: string;
  readonly reason: string;
}[];
