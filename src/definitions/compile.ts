/**
 * Compiles packages into the compact index that ships with the server: rules without texts for people, the type model worked
 * out beforehand, and a place for every canonical. Used by the build alone; the running server reads it by `load.ts`.
 * Source: R4 structuredefinition.html, searchparameter.html, terminologies.html
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StructureDefinition } from 'fhir/r4.js';
import { canonicalOf } from './canonicals.js';
import { ConstraintTable } from './constraints.js';
import { profilesFingerprint } from './fingerprint.js';
import {
  type CanonicalsById,
  type DefinitionsIndex,
  headerLength,
  indexFile,
  type Omission,
  type Row,
  type RowKind,
  rowKinds,
  type ServedIds,
} from './index-format.js';
import { reasonNotToServe, reasonToOmit } from './omit.js';
import { withSnapshots } from './packaged-snapshots.js';
import { type ConformanceResource, type Package, type PackageResource, packageResources } from './packages.js';
import { strip } from './strip.js';
import { type SystemNames, systemNamesOf } from './system-names.js';
import { definesType, typeRows } from './type-rows.js';

/** A conformance resource that REST serves, read-only. */
export interface ServedResource {
  readonly type: string;
  readonly id: string;
  /** As it stands in its package. */
  readonly text: string;
  readonly package: { readonly name: string; readonly version: string };
}

export interface Compiled {
  readonly index: DefinitionsIndex;
  readonly data: Buffer;
  readonly served: readonly ServedResource[];
}

/** Reads all packages, R4 first. Throws with the file's name for what a local package must not hold. */
export function compileDefinitions(packages: readonly Package[], input: string): Compiled {
  const omissions: Omission[] = [];
  const counts: Record<string, Record<string, number>> = {};
  const taken: PackageResource[] = [];
  for (const found of packages.flatMap((one) => [...packageResources(one)])) {
    const { resourceType } = found.resource;
    const ofPackage = counts[found.package.name] ?? {};
    counts[found.package.name] = { ...ofPackage, [resourceType]: (ofPackage[resourceType] ?? 0) + 1 };
    const reason = reasonToOmit(found);
    if (reason === undefined) taken.push(found);
    else if (found.package.local) throw new Error(`${found.package.folder}/${found.file}: ${resourceType}/${found.resource.id} ${reason}`);
    else omissions.push(omission(found, 'index', reason));
  }
  const { once, served } = separate(withSnapshots(taken), omissions);
  const data = new DataFile();
  const constraints = new ConstraintTable();
  const cut: Cut = (kind, resource) => {
    const kept = strip[kind](resource);
    return kind === 'StructureDefinition' ? constraints.pack(kept as unknown as StructureDefinition) : kept;
  };
  const index: DefinitionsIndex = {
    input,
    profiles: profilesFingerprint(packages.filter(({ local }) => local)),
    packages: packages.map(({ name, version, canonical }) => ({ name, version, ...(canonical === undefined ? {} : { canonical }) })),
    counts,
    omissions,
    ...typeModel(once),
    rows: Object.fromEntries(rowKinds.map((kind) => [kind, rows(kind, once, data, cut)])) as Record<RowKind, readonly Row[]>,
    constraints: data.add(constraints.all()),
    searchParameters: data.add(of('SearchParameter', once).map(({ resource }) => strip.SearchParameter(resource))),
    systemNames: data.add(namesOf(once)),
    served: data.add(servedIds(served, packages)),
    servedTypes: [...new Set(served.map(({ type }) => type))].sort(),
    compartments: Object.fromEntries(of('CompartmentDefinition', once).map(({ resource }) => [resource.code, resource.url])),
    localProfiles: localProfiles(once),
    canonicals: data.add(canonicalsById(once)),
    supplements: of('CodeSystem', once).flatMap(({ resource }) =>
      resource.content === 'supplement' ? [canonicalOf({ url: String(resource.url), version: resource.version })] : [],
    ),
  };
  return { index, data: data.bytes(), served };
}

/** Puts the index in place whole or not at all: a server that is just starting reads the old one or the new one. */
export function writeDefinitions(compiled: Compiled, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const index = Buffer.from(JSON.stringify(compiled.index));
  const header = `${String(index.length).padStart(headerLength - 1, '0')}\n`;
  const unfinished = join(folder, `${indexFile}.${process.pid}`);
  writeFileSync(unfinished, Buffer.concat([Buffer.from(header), index, compiled.data]));
  renameSync(unfinished, join(folder, indexFile));
}

function omission(found: PackageResource, from: Omission['from'], reason: string): Omission {
  return { package: found.package.name, type: found.resource.resourceType, id: found.resource.id, from, reason };
}

/** What is indexed (each canonical and version once) and what is served (each `[type]/[id]` once, the first stands). */
function separate(taken: readonly PackageResource[], omissions: Omission[]) {
  const canonicals = new Set<string>();
  const keys = new Set<string>();
  const once: PackageResource[] = [];
  const served: ServedResource[] = [];
  for (const found of taken) {
    const { resource, text } = found;
    const canonical = `${resource.resourceType} ${resource.url ?? resource.id}|${resource.version ?? found.package.version}`;
    const key = `${resource.resourceType}/${resource.id}`;
    if (canonicals.has(canonical)) {
      omissions.push(omission(found, 'index', `stands twice under ${canonical.slice(canonical.indexOf(' ') + 1)}`));
      continue;
    }
    canonicals.add(canonical);
    once.push(found);
    const reason = keys.has(key) ? 'has an id that another resource of its type has' : reasonNotToServe(found);
    if (reason === undefined) {
      served.push({ type: resource.resourceType, id: resource.id, text, package: found.package });
      keys.add(key);
    } else omissions.push(omission(found, 'rest', reason));
  }
  return { once, served };
}

function of(kind: string, found: readonly PackageResource[]): readonly PackageResource[] {
  return found.filter(({ resource }) => resource.resourceType === kind);
}

/** Where two have one id, the first is the one that is served. */
function canonicalsById(found: readonly PackageResource[]): CanonicalsById {
  const ofType = (type: string) =>
    Object.fromEntries(
      of(type, found)
        .toReversed()
        .map(({ resource: { id, url = '', version }, package: from }) => [id, canonicalOf({ url, version: version ?? from.version })]),
    );
  return { CodeSystem: ofType('CodeSystem'), ValueSet: ofType('ValueSet'), ConceptMap: ofType('ConceptMap') };
}

type Cut = (kind: RowKind, resource: ConformanceResource) => unknown;

function rows(kind: RowKind, found: readonly PackageResource[], data: DataFile, cut: Cut): readonly Row[] {
  return of(kind, found).map(({ resource, package: from }) => {
    const place = data.add(cut(kind, resource));
    const version = resource.version ?? from.version;
    return version === from.version ? [resource.url ?? '', version, ...place] : [resource.url ?? '', version, ...place, from.version];
  });
}

/** Types come from R4 alone: a package can constrain them, not add to them. */
function typeModel(found: readonly PackageResource[]): Pick<DefinitionsIndex, 'resourceTypes' | 'types'> {
  const structures = of('StructureDefinition', found)
    .filter(({ package: from }) => !from.local)
    .map(({ resource }) => resource as unknown as StructureDefinition)
    .filter(definesType);
  const resourceTypes = structures.filter(({ kind, abstract }) => kind === 'resource' && !abstract).map(({ type }) => type);
  return { resourceTypes: resourceTypes.sort(), types: Object.fromEntries(structures.flatMap(typeRows)) };
}

/** Many name the same systems: those that are known by one name and nothing else stand once. */
function namesOf(found: readonly PackageResource[]): readonly SystemNames[] {
  const all = found.flatMap(({ resource }) => systemNamesOf(resource));
  const defined = all.filter(({ names, title }) => names.length > 1 || title !== undefined);
  const seen = new Set(defined.flatMap(({ names }) => names));
  const bare = all.filter(({ names: [name = '', ...others], title }) => {
    const isNew = others.length === 0 && title === undefined && !seen.has(name);
    if (isNew) seen.add(name);
    return isNew;
  });
  return [...defined, ...bare];
}

function servedIds(served: readonly ServedResource[], packages: readonly Package[]): ServedIds {
  const ids: Record<string, Record<string, number>> = {};
  const places = new Map(packages.map(({ name }, place) => [name, place]));
  for (const { type, id, package: from } of served) {
    const ofType = ids[type] ?? {};
    ofType[id] = places.get(from.name) ?? 0;
    ids[type] = ofType;
  }
  return ids;
}

function localProfiles(found: readonly PackageResource[]): Record<string, readonly string[]> {
  const profiles: Record<string, readonly string[]> = {};
  for (const { resource, package: from } of of('StructureDefinition', found)) {
    if (!from.local || resource.derivation !== 'constraint') continue;
    const type = String(resource.type);
    profiles[type] = [...(profiles[type] ?? []), `${resource.url}|${resource.version ?? from.version}`];
  }
  return profiles;
}

/** JSON texts one behind the other. */
class DataFile {
  private readonly parts: Buffer[] = [];
  private length = 0;

  add(value: unknown): readonly [offset: number, length: number] {
    const part = Buffer.from(JSON.stringify(value));
    const offset = this.length;
    this.parts.push(part);
    this.length += part.length;
    return [offset, part.length];
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts);
  }
}
