/** A profile package as the guide shows it: its resources, its examples, its table of data elements. Source: FHIR NPM package specification */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CodeSystem, ConceptMap, FhirResource, NamingSystem, SearchParameter, StructureDefinition, ValueSet } from 'fhir/r4.js';
import { type Package, packageResources } from '../../src/definitions/packages.js';
import { parseJson } from '../../src/model/parse-json.js';
import type { Resource } from '../../src/model/resource.js';
import type { Words } from './language.js';

export interface Example {
  /** The profile it is an example of, by id. */
  readonly profile: string;
  /** `valid-resident` */
  readonly name: string;
  readonly isValid: boolean;
  readonly text: string;
  readonly resource: Resource;
}

export interface DataElementTarget {
  readonly path: string;
  readonly extension?: string;
  readonly identifierSystem?: string;
  readonly codeSystem?: string;
  readonly loinc?: readonly string[];
  readonly unit?: string;
}

export interface DataElement {
  readonly group: string;
  readonly de: string;
  readonly name: string;
  readonly part?: Words;
  readonly english: string;
  readonly format: string;
  readonly to: readonly DataElementTarget[];
  readonly note?: Words;
  readonly certainty: string;
}

export interface DataElements {
  readonly title: Words;
  readonly sources: Words;
  readonly formats: Words;
  readonly rows: readonly DataElement[];
}

export interface GuidePackage {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly description: string;
  readonly canonical: string;
  readonly license: string;
  /** Those that are not extensions. */
  readonly profiles: readonly StructureDefinition[];
  readonly extensions: readonly StructureDefinition[];
  readonly codeSystems: readonly CodeSystem[];
  readonly valueSets: readonly ValueSet[];
  readonly conceptMaps: readonly ConceptMap[];
  readonly namingSystems: readonly NamingSystem[];
  readonly searchParameters: readonly SearchParameter[];
  readonly examples: readonly Example[];
  readonly dataElements: DataElements | undefined;
}

export function readGuidePackage(of: Package): GuidePackage {
  const resources = [...packageResources(of)].map(({ resource }) => resource as unknown as FhirResource);
  const all = <T extends FhirResource>(type: T['resourceType']) => resources.filter((one): one is T => one.resourceType === type);
  const structures = all<StructureDefinition>('StructureDefinition');
  const root = basename(of.folder) === 'package' ? dirname(of.folder) : of.folder;
  const manifest = manifestIn([root, of.folder]);
  return {
    name: of.name,
    version: of.version,
    title: manifest.title ?? of.name,
    description: manifest.description ?? '',
    canonical: of.canonical ?? '',
    license: manifest.license ?? '',
    profiles: structures.filter(({ type }) => type !== 'Extension'),
    extensions: structures.filter(({ type }) => type === 'Extension'),
    codeSystems: all<CodeSystem>('CodeSystem'),
    valueSets: all<ValueSet>('ValueSet'),
    conceptMaps: all<ConceptMap>('ConceptMap'),
    namingSystems: all<NamingSystem>('NamingSystem'),
    searchParameters: all<SearchParameter>('SearchParameter'),
    examples: examplesIn(join(root, 'examples')),
    dataElements: readJson<DataElements>(join(root, 'mappings', 'data-elements.json')),
  };
}

interface Texts {
  readonly title?: string;
  readonly description?: string;
  readonly license?: string;
}

function manifestIn(folders: readonly string[]): Texts {
  return folders.map((folder) => readJson<Texts>(join(folder, 'package.json'))).find((found) => found !== undefined) ?? {};
}

function readJson<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

/** One folder for each profile; what a file is called says whether it is valid. */
function examplesIn(folder: string): readonly Example[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((profile) =>
      readdirSync(join(folder, profile))
        .filter((file) => /^(in)?valid-.*\.json$/.test(file))
        .sort((a, b) => Number(a.startsWith('invalid')) - Number(b.startsWith('invalid')) || (a < b ? -1 : 1))
        .map((file) => exampleAt(join(folder, profile, file), profile)),
    );
}

function exampleAt(path: string, profile: string): Example {
  const text = readFileSync(path, 'utf8');
  const name = basename(path, '.json');
  return { profile, name, isValid: name.startsWith('valid-'), text, resource: parseJson(text) as Resource };
}
