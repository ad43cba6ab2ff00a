/**
 * What the rest of the house may ask about R4 and the local packages. Built once from the compiled index
 * (`load.ts`) and cheap to ask; structures are parsed when they are first asked for.
 */

import type { CodeSystem, CompartmentDefinition, OperationDefinition, SearchParameter, StructureDefinition, ValueSet } from 'fhir/r4.js';
import type { Message } from '../model/message.js';
import type { MapDefinition } from './concept-map.js';
import type { SystemNames } from './system-names.js';

export interface PackageInfo {
  readonly name: string;
  readonly version: string;
  readonly canonical?: string;
}

export type TypeKind = 'primitive' | 'complex' | 'backbone' | 'resource';

/** One JSON property of a type, choices taken apart: `valueQuantity` of Observation is {name: 'valueQuantity', element: 'value', type: 'Quantity'}. */
export interface Property {
  /** As it stands in JSON. */
  readonly name: string;
  /** As FHIRPath names it: a choice without its type. */
  readonly element: string;
  /** FHIR type name; a backbone element is named by its path (`Patient.contact`), also where a contentReference leads there; `Resource` where any may stand. */
  readonly type: string;
  readonly many: boolean;
  readonly choice: boolean;
  /** Stands in XML as an attribute: `id` of an element, `url` of an extension. */
  readonly attribute: boolean;
}

/** The shape of types: all that FHIRPath needs to know. Type names: `Patient`, `HumanName`, `string`, `Patient.contact`. */
export interface TypeModel {
  kind(type: string): TypeKind | undefined;
  /** `Patient` → `DomainResource`, `Age` → `Quantity`, `code` → `string`, `Patient.contact` → `BackboneElement`, `Resource` → undefined. */
  baseOf(type: string): string | undefined;
  /** By JSON name, in the order of the definition, inherited ones included. */
  properties(type: string): ReadonlyMap<string, Property>;
  /** The properties an element stands in: one, or one per type of a choice. Empty when there is no such element. */
  element(type: string, element: string): readonly Property[];
}

export interface Definitions extends TypeModel {
  readonly packages: readonly PackageInfo[];
  /** The 146 concrete resource types, sorted. */
  readonly resourceTypes: readonly string[];
  isResourceType(name: string): boolean;
  /** By canonical, `url` or `url|version`; has a snapshot. Text for people (definitions, comments, mappings) is stripped. */
  structure(canonical: string): StructureDefinition | undefined;
  /** Why a structure that is stored is none of them: what it is built on changed or is gone. */
  whyUnusable?(canonical: string): Message | undefined;
  /** The base definition of a type by its name: `Patient`, `HumanName`, `string`. */
  structureOf(type: string): StructureDefinition | undefined;
  valueSet(canonical: string): ValueSet | undefined;
  codeSystem(canonical: string): CodeSystem | undefined;
  conceptMap(canonical: string): MapDefinition | undefined;
  /** Of each url that concept maps have the one that is meant by it alone, but for those that are retired. */
  conceptMaps(): readonly MapDefinition[];
  /** That of the resource `ConceptMap/[id]`. */
  conceptMapAt(id: string): MapDefinition | undefined;
  /** The names (URIs) of each code system, value set or system of identifiers that is known, if only by name; some perhaps more than once. */
  systemNames(): readonly SystemNames[];
  /** What was written through REST and is in effect, by id, as it is kept in memory. */
  uploadsOf(type: 'CodeSystem' | 'ValueSet'): readonly { readonly id: string; read(): unknown }[];
  /** The canonical of the resource `ValueSet/[id]`; undefined where it is not here or has none. */
  valueSetAt(id: string): string | undefined;
  /** The same for `CodeSystem/[id]`. */
  codeSystemAt(id: string): string | undefined;
  /** Canonicals of the code systems that add to another. Source: R4 codesystem.html#supplements */
  readonly supplements: readonly string[];
  /** All there are, whole or not. */
  readonly codeSystems: readonly { readonly url: string; readonly version: string }[];
  /** Those a type can be searched by, inherited ones (`Resource`, `DomainResource`) included, one per code. */
  searchParameters(type: string): readonly SearchParameter[];
  searchParameter(canonical: string): SearchParameter | undefined;
  /** `Patient`, `Encounter`, `RelatedPerson`, `Practitioner`, `Device`. */
  compartment(code: string): CompartmentDefinition | undefined;
  readonly compartments: readonly string[];
  operation(canonical: string): OperationDefinition | undefined;
  /** Canonicals (`url|version`) of the profiles on a type that packages other than R4's own bring, and uploads. */
  localProfiles(type: string): readonly string[];
  /** The conformance resources that REST serves read-only, out of a file the build made. */
  readonly served: ServedResources;
  /** R4's own structures never change: what rests on them alone holds for good. */
  readonly generation: Generation;
}

/** Counts changes. What was worked out of definitions holds as long as the number does that stood here then. */
export interface Generation {
  readonly structures: number;
  /** Value sets, code systems and the names they have. */
  readonly terminology: number;
  readonly conceptMaps: number;
  readonly searchParameters: number;
}

/** Grows with each change of what codes and names of systems are judged by. */
export function judgedBy({ terminology, structures }: Generation): number {
  return terminology + structures;
}

export interface ServedResources {
  readonly types: ReadonlySet<string>;
  ids(type: string): readonly string[];
  /** `name version` of the package whose resource stands under `[type]/[id]`. */
  packageOf(type: string, id: string): string | undefined;
}
