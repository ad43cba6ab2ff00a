/**
 * What is kept in memory of a definition that was written through REST: the rules, as the build keeps them of a package's, in texts of
 * their own. Structures are kept as compact text until they are asked for; code systems and value sets stand ready, because terminology
 * holds on to the same concepts, and search parameters, because they are short.
 */
import type { CodeSystem, ElementDefinitionConstraint, StructureDefinition } from 'fhir/r4.js';
import { type Json, type JsonObject, stringifyJson } from '../model/json.js';
import { ConstraintTable, type PackedStructure, unpack } from './constraints.js';
import { mapDefinition } from './map-definition.js';
import { strip, stripUploadedStructure } from './strip.js';
import { type SystemNames, systemNamesOf } from './system-names.js';

export const liveTypes = ['StructureDefinition', 'ValueSet', 'CodeSystem', 'ConceptMap', 'NamingSystem', 'SearchParameter'] as const;
export type LiveType = (typeof liveTypes)[number];

export function isLiveType(type: string): type is LiveType {
  return (liveTypes as readonly string[]).includes(type);
}

export interface Uploaded {
  readonly type: LiveType;
  readonly id: string;
  /** Number of the version that was written, and when, milliseconds UTC. */
  readonly written: number;
  readonly lastUpdated: number;
  /** A naming system has none, a concept map perhaps: then its place stands for it. */
  readonly url: string;
  readonly version: string | undefined;
  readonly retired: boolean;
  /** The type it constrains, where it is a profile. */
  readonly profileOn: string | undefined;
  /** Of the systems it is, or speaks of. */
  readonly names: readonly SystemNames[];
  /** The resource as far as its rules go: a structure with the snapshot or differential it came with. */
  read(): unknown;
}

export interface UploadedVersion {
  readonly id: string;
  readonly version: number;
  readonly lastUpdated: number;
}

/** Undefined for what has no url to be known by. Never throws for bad data: not all that is in a store has passed the validator. */
export function* uploaded(
  resource: JsonObject,
  { id, version: written, lastUpdated }: UploadedVersion,
): Generator<undefined, Uploaded | undefined> {
  const { resourceType: type, version, status } = resource;
  if (typeof type !== 'string' || !isLiveType(type)) return undefined;
  const url = type === 'NamingSystem' || (type === 'ConceptMap' && resource.url === undefined) ? `${type}/${id}` : resource.url;
  if (typeof url !== 'string') return undefined;
  const read = yield* reader(type, resource);
  if (read === undefined) return undefined;
  return {
    type,
    id,
    written,
    lastUpdated,
    url,
    version: typeof version === 'string' ? version : undefined,
    // What may not be searched by yet stands behind what may.
    retired: type === 'SearchParameter' ? status !== 'active' : status === 'retired',
    profileOn:
      type === 'StructureDefinition' && resource.derivation === 'constraint' && typeof resource.type === 'string'
        ? resource.type
        : undefined,
    names: own(systemNamesOf(resource)) as readonly SystemNames[],
    read,
  };
}

function* reader(type: LiveType, resource: JsonObject): Generator<undefined, Uploaded['read'] | undefined> {
  try {
    if (type === 'StructureDefinition') return structureReader(resource);
    const kept = yield* rules(type, resource);
    return () => kept;
  } catch {
    // Of a shape that no rule of R4 allows.
    return undefined;
  }
}

function* rules(type: Exclude<LiveType, 'StructureDefinition'>, resource: JsonObject): Generator<undefined, unknown> {
  switch (type) {
    case 'CodeSystem':
      return yield* codeSystem(resource);
    case 'ConceptMap':
      return yield* mapDefinition(resource);
    case 'NamingSystem':
      return {};
    default:
      return own(strip[type](resource));
  }
}

/** The differential's constraints stand in its text as they are; those of the snapshot each once: `ele-1` stands on nearly every element. */
function structureReader(resource: JsonObject): Uploaded['read'] {
  const table = new ConstraintTable();
  const packed = table.pack(stripUploadedStructure(resource) as unknown as StructureDefinition);
  const text = Buffer.from(stringifyJson([packed as unknown as JsonObject, table.all() as readonly Json[]]));
  return () => {
    const [packed, constraints] = JSON.parse(text.toString()) as [PackedStructure, readonly ElementDefinitionConstraint[]];
    return unpack(packed, constraints);
  };
}

/** Concepts copied at once. */
const AT_ONCE = 2000;

function* codeSystem({ concept, ...rest }: JsonObject): Generator<undefined, CodeSystem> {
  const kept = own(strip.CodeSystem(rest)) as CodeSystem;
  if (!Array.isArray(concept)) return kept;
  const concepts: NonNullable<CodeSystem['concept']> = [];
  for (let from = 0; from < concept.length; from += AT_ONCE) {
    const { concept: some = [] } = own(strip.CodeSystem({ concept: concept.slice(from, from + AT_ONCE) })) as CodeSystem;
    for (const one of some) concepts.push(one);
    yield;
  }
  return { ...kept, concept: concepts };
}

/** A copy that holds on to nothing of the body it came with. */
function own(value: Readonly<Record<string, unknown>> | readonly SystemNames[]): unknown {
  return JSON.parse(stringifyJson(value as unknown as Json));
}
