/**
 * Opens the compiled index: what is asked for often is at hand at once, definitions themselves are read from the data file when
 * they are first asked for. Fails with a sentence when the index is missing.
 */
import { existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { CodeSystem, CompartmentDefinition, OperationDefinition, SearchParameter, StructureDefinition, ValueSet } from 'fhir/r4.js';
import { canonicalTable } from './canonicals.js';
import type { Definitions } from './definitions.js';
import { type DefinitionsIndex, dataFile, indexFile } from './index-format.js';
import { searchParameterTable } from './search-parameters.js';
import { typeModel } from './type-model.js';

/** `folder`: where the build put the index (`dist/definitions`). */
export function loadDefinitions(folder: string): Definitions {
  const file = join(folder, indexFile);
  if (!existsSync(file)) throw new Error(`There is no index of definitions in ${folder}; run \`npm run build\` to make it`);
  const index = JSON.parse(readFileSync(file, 'utf8')) as DefinitionsIndex;
  const data = openData(join(folder, dataFile));
  const types = typeModel(index.types);
  const resourceTypes = new Set(index.resourceTypes);
  const { rows } = index;
  const structure = canonicalTable<StructureDefinition>(rows.StructureDefinition, data, 'keep');
  const compartment = canonicalTable<CompartmentDefinition>(rows.CompartmentDefinition, data, 'keep');
  const parameters = searchParameterTable(types, () => data(...index.searchParameters) as readonly SearchParameter[]);
  return {
    ...types,
    packages: index.packages,
    resourceTypes: index.resourceTypes,
    isResourceType: (name) => resourceTypes.has(name),
    structure,
    // The same urls name R4's profiles: only what is a type counts here.
    structureOf: (type) => (types.kind(type) === undefined ? undefined : structure(`http://hl7.org/fhir/StructureDefinition/${type}`)),
    // Read anew each time: whoever asks for these makes something smaller of them and keeps that.
    valueSet: canonicalTable<ValueSet>(rows.ValueSet, data, 'read again'),
    codeSystem: canonicalTable<CodeSystem>(rows.CodeSystem, data, 'read again'),
    searchParameters: parameters.ofType,
    searchParameter: parameters.byCanonical,
    compartment: (code) => compartment(index.compartments[code] ?? ''),
    compartments: Object.keys(index.compartments),
    operation: canonicalTable<OperationDefinition>(rows.OperationDefinition, data, 'keep'),
    localProfiles: (type) => index.localProfiles[type] ?? [],
  };
}

/** Reads and parses one JSON text of the data file. */
export type ReadData = (offset: number, length: number) => unknown;

function openData(file: string): ReadData {
  // The file stays open for the life of the process, so that a rebuild beside a running server cannot mix two indexes.
  const descriptor = openSync(file, 'r');
  return (offset, length) => {
    const bytes = Buffer.allocUnsafe(length);
    const read = readSync(descriptor, bytes, 0, length, offset);
    if (read < length) throw new Error(`${file} is shorter than its index says; run \`npm run build\` to make it again`);
    return JSON.parse(bytes.toString('utf8'));
  };
}
