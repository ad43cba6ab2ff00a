/**
 * Finds FHIR packages on disk and reads the conformance resources in them.
 * Source: FHIR NPM package specification (https://hl7.org/fhir/packages.html)
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageInfo } from './definitions.js';

/** Source: R4 resourcelist.html, "Conformance" and "Terminology", without those that describe a test, a message or a graph. */
const conformanceTypes = new Set([
  'StructureDefinition',
  'SearchParameter',
  'ValueSet',
  'CodeSystem',
  'OperationDefinition',
  'CompartmentDefinition',
  'ConceptMap',
  'NamingSystem',
  'CapabilityStatement',
  'StructureMap',
  'ImplementationGuide',
]);

export interface Package extends PackageInfo {
  /** Brought by this installation, not by R4 itself. */
  readonly local: boolean;
  readonly folder: string;
  /** Files that may hold a conformance resource, sorted. */
  readonly files: readonly string[];
}

/** A conformance resource as it stands in its package. */
export interface ConformanceResource {
  readonly resourceType: string;
  readonly id: string;
  readonly url?: string;
  readonly version?: string;
  readonly [key: string]: unknown;
}

export interface PackageResource {
  readonly package: Package;
  readonly file: string;
  readonly resource: ConformanceResource;
  /** The exact text of the file. */
  readonly text: string;
}

/** R4 itself; the package's file names begin with the type, which spares reading its 150 MB of examples. */
export function corePackage(folder: string): Package {
  const files = jsonFiles(folder).filter((file) => conformanceTypes.has(file.slice(0, file.indexOf('-'))));
  return { ...packageInfo(folder), folder, files, local: false };
}

/** Every package folder under `profiles/`, by name; none where the folder is absent. Throws for a folder that is no package. */
export function localPackages(profilesFolder: string): readonly Package[] {
  if (!existsSync(profilesFolder)) return [];
  return readdirSync(profilesFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => localPackage(join(profilesFolder, entry.name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `package.json` stands beside the folder `package` (a project) or in it (as a published package unpacks). */
export function localPackage(folder: string): Package {
  const inner = join(folder, 'package');
  const from = existsSync(inner) ? inner : folder;
  const described = [folder, inner].find((place) => existsSync(join(place, 'package.json')));
  if (described === undefined) throw new Error(`${folder} is no FHIR package: neither it nor its folder "package" has a package.json`);
  return { ...packageInfo(described), folder: from, files: jsonFiles(from), local: true };
}

function jsonFiles(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && file !== 'package.json' && !file.startsWith('.'))
    .sort();
}

function packageInfo(folder: string): PackageInfo {
  const file = join(folder, 'package.json');
  const { name, version, canonical } = parse(file, readFileSync(file, 'utf8'));
  if (typeof name !== 'string' || typeof version !== 'string') throw new Error(`${file} must give the package a name and a version`);
  return { name, version, ...(typeof canonical === 'string' ? { canonical } : {}) };
}

/** The conformance resources of a package in the order of their files; whatever else stands there (examples) is passed over. */
export function* packageResources(of: Package): Generator<PackageResource> {
  for (const file of of.files) {
    const path = join(of.folder, file);
    const text = readFileSync(path, 'utf8');
    const resource = parse(path, text);
    const { resourceType, id } = resource;
    if (typeof resourceType !== 'string' || !conformanceTypes.has(resourceType)) continue;
    if (typeof id !== 'string') throw new Error(`${path} holds a ${resourceType} without an id`);
    yield { package: of, file, resource: resource as ConformanceResource, text };
  }
}

function parse(path: string, text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${path} is not JSON: ${String(error)}`, { cause: error });
  }
}
