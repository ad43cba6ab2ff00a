/**
 * The compact index that the build writes (`compile.ts`) and the server reads (`load.ts`). One file, so that it is replaced whole:
 * a line with the length of the index in bytes, the index as JSON (all that is needed at once), then the JSON texts of the
 * definitions, each read when it is first asked for.
 */
import type { PackageInfo, TypeKind } from './definitions.js';

export const indexFile = 'definitions.index';
/** Digits and a line feed. */
export const headerLength = 11;
export const resourcesFile = 'resources.db';
/** By what each type can be sorted, worked out from all search parameters: at every start that would take a fifth of it. */
export const layoutFile = 'layout.json';
/** By what the entries of each type are made, and for which zone: as much work. */
export const keysFile = 'keys.json';

/** Kinds that are found one by one, by canonical. */
export const rowKinds = [
  'StructureDefinition',
  'ValueSet',
  'CodeSystem',
  'ConceptMap',
  'OperationDefinition',
  'CompartmentDefinition',
] as const;
export type RowKind = (typeof rowKinds)[number];

/**
 * Where the JSON text of one definition stands in the data file, in bytes. The last is there where its package has another version:
 * R4 binds to `v3-NullFlavor|4.0.1`, a value set that calls itself 2018-08-12.
 */
export type Row = readonly [url: string, version: string, offset: number, length: number, packageVersion?: string];

/** A type: its kind, the type it is built on, and its properties as `name|element|type|flags` joined by `;` (m: many, c: choice, a: an attribute in XML). */
export type TypeRow = readonly [kind: TypeKind, base: string, properties: string];

export interface DefinitionsIndex {
  /** Of everything that went into the build; the same again means there is nothing to do. */
  readonly input: string;
  /** Of the local packages alone: what a server can check where R4's raw package is not installed. */
  readonly profiles: string;
  readonly packages: readonly PackageInfo[];
  /** Conformance resources found, by package and type, those left out included. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly omissions: readonly Omission[];
  readonly resourceTypes: readonly string[];
  readonly types: Readonly<Record<string, TypeRow>>;
  readonly rows: Readonly<Record<RowKind, readonly Row[]>>;
  /** Every constraint of every structure once, as one JSON array; elements name them by their place in it. */
  readonly constraints: readonly [offset: number, length: number];
  /** All search parameters as one JSON array in the data file: most of them are asked for together. */
  readonly searchParameters: readonly [offset: number, length: number];
  /** The names of systems, as one JSON array in the data file. */
  readonly systemNames: readonly [offset: number, length: number];
  /** What REST serves, as JSON in the data: by type the ids, each with the place of its package in `packages`. */
  readonly served: readonly [offset: number, length: number];
  readonly servedTypes: readonly string[];
  readonly compartments: Readonly<Record<string, string>>;
  /** Type → `url|version` of the profiles that local packages bring. */
  readonly localProfiles: Readonly<Record<string, readonly string[]>>;
  /** `url|version` of the code systems that add to another. */
  readonly supplements: readonly string[];
  /** Of terminology, as JSON in the data: by type and id the canonical, `url|version`. */
  readonly canonicals: readonly [offset: number, length: number];
}

export type CanonicalsById = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type ServedIds = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A conformance resource that was read and not taken, and why. `from`: not known to the server at all, or only not served as a resource. */
export interface Omission {
  readonly package: string;
  readonly type: string;
  readonly id: string;
  readonly from: 'index' | 'rest';
  readonly reason: string;
}
