/** R4's own package, as FHIRPath's tests need it. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';

const root = new URL('../../../', import.meta.url);

const folder = new URL('node_modules/hl7.fhir.r4.examples/', root);

/** The resources of R4's package whose file names pass. */
export function packaged(accept: (name: string) => boolean): readonly Resource[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'package.json' && accept(name))
    .map((name) => parseJson(readFileSync(new URL(name, folder), 'utf8')) as Resource);
}
