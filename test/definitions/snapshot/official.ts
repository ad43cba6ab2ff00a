/** R4's own StructureDefinitions as they stand in the package, texts and differentials included. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { StructureDefinition } from 'fhir/r4.js';

export function officialStructures(): ReadonlyMap<string, StructureDefinition> {
  const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
  const files = readdirSync(folder).filter((file) => file.startsWith('StructureDefinition-'));
  const structures = files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as StructureDefinition);
  return new Map(structures.map((structure) => [structure.url, structure]));
}
