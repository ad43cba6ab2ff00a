/**
 * Opens the compiled index: what is asked for often is at hand at once, definitions themselves are read from the data file when
 * they are first asked for. Fails with a sentence when the index is missing.
 */
import type {
  CodeSystem,
  CompartmentDefinition,
  ElementDefinitionConstraint,
  OperationDefinition,
  SearchParameter,
  ValueSet,
} from 'fhir/r4.js';
import { wholly } from '../model/in-steps.js';
import type { JsonObject } from '../model/json.js';
import { canonicalTable } from './canonicals.js';
import { isInUse } from './concept-map.js';
import { type PackedStructure, unpack } from './constraints.js';
import type { Definitions } from './definitions.js';
import { openIndex } from './index-file.js';
import type { CanonicalsById, ServedIds } from './index-format.js';
import { mapDefinition } from './map-definition.js';
import { searchParameterTable } from './search-parameters.js';
import { servedResources } from './served.js';
import type { SystemNames } from './system-names.js';
import { typeModel } from './type-model.js';

/** `folder`: where the build put the index (`dist/definitions`). */
export function loadDefinitions(folder: string): Definitions {
  const opened = openIndex(folder);
  if (opened === undefined) throw new Error(`There is no index of definitions in ${folder}; run \`npm run build\` to make it`);
  const { index, data } = opened;
  const types = typeModel(index.types);
  const resourceTypes = new Set(index.resourceTypes);
  const { rows } = index;
  const read = <T>(offset: number, length: number) => data(offset, length) as T;
  let constraints: readonly ElementDefinitionConstraint[] | undefined;
  const readStructure = (offset: number, length: number) => {
    constraints ??= read<readonly ElementDefinitionConstraint[]>(...index.constraints);
    return unpack(read<PackedStructure>(offset, length), constraints);
  };
  const structure = canonicalTable(rows.StructureDefinition, readStructure, 'keep');
  const compartment = canonicalTable(rows.CompartmentDefinition, read<CompartmentDefinition>, 'keep');
  const parameters = searchParameterTable(types, () => read<readonly SearchParameter[]>(...index.searchParameters));
  const served = servedResources(index.servedTypes, index.packages, () => read<ServedIds>(...index.served));
  // Read anew each time: whoever asks for these makes something smaller of them and keeps that.
  const valueSet = canonicalTable(rows.ValueSet, read<ValueSet>, 'read again');
  const codeSystem = canonicalTable(rows.CodeSystem, read<CodeSystem>, 'read again');
  const readMap = (offset: number, length: number) => wholly(mapDefinition(read<JsonObject>(offset, length)));
  const conceptMap = canonicalTable(rows.ConceptMap, readMap, 'keep');
  let names: readonly SystemNames[] | undefined;
  let canonicals: CanonicalsById | undefined;
  const canonicalAt = (type: string, id: string) => {
    if (served.packageOf(type, id) === undefined) return undefined;
    canonicals ??= read<CanonicalsById>(...index.canonicals);
    return canonicals[type]?.[id];
  };
  return {
    ...types,
    packages: index.packages,
    resourceTypes: index.resourceTypes,
    isResourceType: (name) => resourceTypes.has(name),
    structure,
    // The same urls name R4's profiles: only what is a type counts here.
    structureOf: (type) => (types.kind(type) === undefined ? undefined : structure(`http://hl7.org/fhir/StructureDefinition/${type}`)),
    valueSet,
    uploadsOf: () => [],
    valueSetAt: (id) => canonicalAt('ValueSet', id),
    conceptMap,
    conceptMaps: () => [...new Set(rows.ConceptMap.map(([url]) => url))].flatMap((url) => conceptMap(url) ?? []).filter(isInUse),
    conceptMapAt: (id) => conceptMap(canonicalAt('ConceptMap', id) ?? ''),
    systemNames: () => {
      names ??= read<readonly SystemNames[]>(...index.systemNames);
      return names;
    },
    codeSystem,
    codeSystemAt: (id) => canonicalAt('CodeSystem', id),
    supplements: index.supplements,
    searchParameters: parameters.ofType,
    searchParameter: parameters.byCanonical,
    get codeSystems() {
      return rows.CodeSystem.map(([url, version]) => ({ url, version }));
    },
    compartment: (code) => compartment(index.compartments[code] ?? ''),
    compartments: Object.keys(index.compartments),
    operation: canonicalTable(rows.OperationDefinition, read<OperationDefinition>, 'keep'),
    served,
    localProfiles: (type) => index.localProfiles[type] ?? [],
    generation: { structures: 0, terminology: 0, conceptMaps: 0, searchParameters: 0 },
  };
}
