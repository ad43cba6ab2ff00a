/**
 * The code tables of a profile package as conformance resources: one table gives a CodeSystem, the ValueSet of all its codes and the
 * ConceptMaps it carries. Source: R4 codesystem.html, valueset.html, conceptmap.html
 */
import type { CodeSystem, CodeSystemConcept, ConceptMap, ConceptMapGroup, FhirResource, ValueSet } from 'fhir/r4.js';
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
}

type Equivalence = 'equivalent' | 'equal' | 'wider' | 'narrower';

/** Code here, code there, equivalence seen from there (R4), system there when it is not that of the map. */
type MapRow = readonly [string, string, Equivalence, string?];

interface TableMap {
  readonly id: string;
  readonly title: string;
  readonly target: string;
  readonly note: string;
  readonly rows: readonly MapRow[];
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
  readonly note?: string;
  readonly maps?: readonly TableMap[];
  readonly concepts: readonly TableConcept[];
}

/** Source: R4 valueset-designation-use.html */
const synonym = { system: 'http://snomed.info/sct', code: '900000000000013009' };

export function codeTableResources(table: CodeTable, manifest: Manifest): FhirResource[] {
  return [codeSystem(table, manifest), valueSet(table, manifest), ...(table.maps ?? []).map((map) => conceptMap(table, map, manifest))];
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
        ...(designation.length === 0 ? {} : { designation }),
        ...(below.length === 0 ? {} : { concept: below }),
      };
    });
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

function conceptMap(table: CodeTable, map: TableMap, manifest: Manifest): ConceptMap {
  const targets = [...new Set(map.rows.map(([, , , system]) => system ?? map.target))];
  return {
    resourceType: 'ConceptMap',
    id: map.id,
    url: `${manifest.canonical}/ConceptMap/${map.id}`,
    version: manifest.version,
    name: `Cn${map.id.replace(/(^|-)([a-z0-9])/g, (_all, _dash, letter: string) => letter.toUpperCase())}`,
    title: map.title,
    ...headOf(manifest),
    description: map.note,
    sourceCanonical: allCodes(table, manifest),
    group: targets.map((target) => group(table, map, target)),
  };
}

function group(table: CodeTable, map: TableMap, target: string): ConceptMapGroup {
  const display = new Map(table.concepts.map((concept) => [concept.code, concept.display]));
  return {
    source: table.url,
    target,
    element: map.rows
      .filter(([, , , system]) => (system ?? map.target) === target)
      .map(([code, targetCode, equivalence]) => ({ code, display: display.get(code), target: [{ code: targetCode, equivalence }] })),
  };
}

function allCodes(table: CodeTable, manifest: Manifest): string {
  return `${manifest.canonical}/ValueSet/${table.id}`;
}

function describe(table: CodeTable): string {
  return table.note === undefined ? `${table.standard}` : `${table.standard}. ${table.note}`;
}
