/**
 * The code tables of a profile package as conformance resources: one table gives a CodeSystem, the ValueSet of all its codes and the
 * ConceptMaps it carries. Source: R4 codesystem.html, valueset.html, conceptmap.html
 */
import type { CodeSystem, CodeSystemConcept, CodeSystemConceptProperty, ConceptMap, FhirResource, ValueSet } from 'fhir/r4.js';
import type { TableMap } from './concept-maps.js';
import { conceptMaps } from './concept-maps.js';
import type { Manifest } from './manifest.js';
import { headOf } from './manifest.js';

interface TableConcept {
  readonly code: string;
  readonly display: string;
  readonly english?: string;
  /** Code of the broader concept. */
  readonly parent?: string;
  /** A name that is no longer used. */
  readonly formerly?: string;
  readonly definition?: string;
  /** Values of the table's properties by their code. */
  readonly property?: Readonly<Record<string, string | boolean>>;
}

/** Of the concepts of a table, in words that both languages read. */
interface TableProperty {
  readonly code: string;
  readonly type: 'string' | 'boolean';
  readonly description: string;
}

export interface CodeTable {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly english: string;
  readonly standard: string;
  /** Of the standard: its year. */
  readonly version: string;
  readonly url: string;
  /** `not-present`: a table that must not or cannot be published here; whoever has it loads it. */
  readonly content: 'complete' | 'fragment' | 'not-present';
  /** Other editions of the system stand beside it, so its value set is of this one alone. */
  readonly pinned?: boolean;
  /** A: several independent public sources agree; B: one public source; C: general knowledge. */
  readonly certainty: string;
  readonly responsible?: string;
  readonly note?: string;
  readonly property?: readonly TableProperty[];
  readonly maps?: readonly TableMap[];
  readonly concepts: readonly TableConcept[];
}

/** Source: R4 valueset-designation-use.html */
const synonym = { system: 'http://snomed.info/sct', code: '900000000000013009' };

export function codeTableResources(table: CodeTable, manifest: Manifest): FhirResource[] {
  return [codeSystem(table, manifest), valueSet(table, manifest), ...mapsOf(table, manifest)];
}

function mapsOf(table: CodeTable, manifest: Manifest): ConceptMap[] {
  const displays = new Map(table.concepts.map((concept) => [concept.code, concept.display]));
  const source = { url: table.url, valueSet: allCodes(table, manifest), displays };
  return (table.maps ?? []).flatMap((map) => conceptMaps(map, source, manifest));
}

function codeSystem(table: CodeTable, manifest: Manifest): CodeSystem {
  const hierarchical = table.concepts.some((concept) => concept.parent !== undefined);
  return {
    resourceType: 'CodeSystem',
    id: table.id,
    language: 'zh-CN',
    url: table.url,
    ...(table.url.startsWith('urn:oid:') ? { identifier: [{ system: 'urn:ietf:rfc:3986', value: table.url }] } : {}),
    version: table.version,
    name: table.name,
    title: `${table.title} ${table.english}`,
    ...headOf(manifest),
    description: describe(table),
    caseSensitive: true,
    valueSet: allCodes(table, manifest),
    ...(hierarchical ? { hierarchyMeaning: 'is-a' as const } : {}),
    content: table.content,
    ...(table.content === 'complete' ? { count: table.concepts.length } : {}),
    ...(table.property === undefined ? {} : { property: [...table.property] }),
    ...(table.concepts.length === 0 ? {} : { concept: nest(table.concepts, undefined) }),
  };
}

/** The concepts below one, in the order of the table. */
function nest(concepts: readonly TableConcept[], parent: string | undefined): CodeSystemConcept[] {
  return concepts
    .filter((concept) => concept.parent === parent)
    .map((concept) => {
      const below = nest(concepts, concept.code);
      const designation = [
        ...(concept.english === undefined ? [] : [{ language: 'en', value: concept.english }]),
        ...(concept.formerly === undefined ? [] : [{ language: 'zh-CN', use: synonym, value: concept.formerly }]),
      ];
      return {
        code: concept.code,
        display: concept.display,
        ...(concept.definition === undefined ? {} : { definition: concept.definition }),
        ...(designation.length === 0 ? {} : { designation }),
        ...(concept.property === undefined ? {} : { property: Object.entries(concept.property).map(property) }),
        ...(below.length === 0 ? {} : { concept: below }),
      };
    });
}

function property([code, value]: readonly [string, string | boolean]): CodeSystemConceptProperty {
  return typeof value === 'boolean' ? { code, valueBoolean: value } : { code, valueString: value };
}

function valueSet(table: CodeTable, manifest: Manifest): ValueSet {
  return {
    resourceType: 'ValueSet',
    id: table.id,
    url: allCodes(table, manifest),
    version: manifest.version,
    name: `${table.name}VS`,
    title: `${table.title} ${table.english}`,
    ...headOf(manifest),
    description: `${table.standard} 的全部代码。All codes of ${table.standard}.`,
    immutable: false,
    compose: { include: [{ system: table.url, ...(table.pinned === true ? { version: table.version } : {}) }] },
  };
}

function allCodes(table: CodeTable, manifest: Manifest): string {
  return `${manifest.canonical}/ValueSet/${table.id}`;
}

function describe(table: CodeTable): string {
  const note = table.note === undefined ? '' : ` ${table.note}`;
  return `${table.standard}.${note} 来源可信度 Certainty of the source: ${table.certainty}.`;
}
