/**
 * Opens the compiled index: what is asked for often is at hand at once, definitions themselves are read from the data file when
 * they are first asked for. Fails with a sentence when the index is missing.
 */
import type { CodeSystem, CompartmentDefinition, OperationDefinition, SearchParameter, StructureDefinition, ValueSet } from 'fhir/r4.js';
import { canonicalTable } from './canonicals.js';
import type { Definitions } from './definitions.js';
import { openIndex } from './index-file.js';
import type { ServedIds } from './index-format.js';
import { searchParameterTable } from './search-parameters.js';
import { servedResources } from './served.js';
import { typeModel } from './type-model.js';

/** `folder`: where the build put the index (`dist/definitions`). */
export function loadDefinitions(folder: string): Definitions {
  const opened = openIndex(folder);
  if (opened === undefined) throw new Error(`There is no index of definitions in ${folder}; run \`npm run build\` to make it`);
  const { index, data } = opened;
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
    served: servedResources(index.servedTypes, index.packages, () => data(...index.served) as ServedIds),
    localProfiles: (type) => index.localProfiles[type] ?? [],
  };
}
