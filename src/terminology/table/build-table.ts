/**
 * Puts a table of concepts together from a stream of them, in whatever order parents and children come.
 * Source: R4 codesystem.html, codesystem.html#defined-props
 */
import type { CodeSystemConcept, CodeSystemConceptProperty } from 'fhir/r4.js';
import type { Concept } from '../code-system.js';
import { createTextKeys } from '../text-keys.js';
import { createGrowingIndex } from './code-index.js';
import { type ConceptTable, flag, foldFor, indexedTable, type TableHeader } from './concept-table.js';
import { writeExtras } from './extras.js';
import { createLinking, type Linking } from './linking.js';
import { conceptFrom, type Row } from './read-concept.js';
import { createTexts } from './vectors.js';

/** A concept without those nested in it; its parents by their codes. */
export interface GivenConcept extends Omit<CodeSystemConcept, 'concept'> {
  readonly parents?: readonly string[];
}

export interface TableBuilder {
  /** False where a concept of this code is there already: that one stays. */
  add(concept: GivenConcept): boolean;
  /** Puts one below another, by their places. */
  link(parent: number, child: number): void;
  /** Of what was added; -1: it was not. */
  placeOf(code: string): number;
  codeAt(place: number): string;
  conceptAt(place: number): Concept;
  /** Whether what was added there says the same. */
  isAt(place: number, concept: GivenConcept): boolean;
  readonly count: number;
  /** To be called once. */
  finish(): ConceptTable;
}

export function createTableBuilder({ caseSensitive, isComplete }: Pick<TableHeader, 'caseSensitive' | 'isComplete'>): TableBuilder {
  const [codes, displays, extras] = [createTexts(), createTexts(), createTexts()];
  const flags: number[] = [];
  const properties = new Set<string>();
  const index = createGrowingIndex(codes.at, foldFor(caseSensitive));
  const links = createLinking(index.placeOf);
  const keys = createTextKeys();
  const rowAt = (place: number): Row => {
    return { code: codes.at(place), display: displays.at(place), extras: extras.at(place), flags: flags[place] ?? 0 };
  };
  return {
    add(concept) {
      const { code, parents = [], property = [] } = concept;
      if (!index.add(code)) return false;
      const row = rowOf(concept);
      codes.add(code);
      displays.add(row.display);
      extras.add(row.extras);
      keys.add(concept);
      const place = flags.length;
      flags.push(row.flags);
      for (const parent of parents) links.add(parent, place);
      for (const one of property) {
        properties.add(one.code);
        linkBy(links, place, one);
      }
      return true;
    },
    link: links.add,
    placeOf: index.placeOf,
    codeAt: codes.at,
    conceptAt: (place) => conceptFrom(rowAt(place)),
    isAt(place, concept) {
      const [row, other] = [rowAt(place), rowOf(concept)];
      return row.code === other.code && row.display === other.display && row.extras === other.extras && row.flags === other.flags;
    },
    get count() {
      return flags.length;
    },
    finish() {
      const count = flags.length;
      const header = { count, caseSensitive, isComplete, properties: [...properties] };
      const texts = { codes: codes.done(), displays: displays.done(), extras: extras.done() };
      const columns = { ...texts, flags: Uint8Array.from(flags), parents: links.done(count), keys: keys.done() };
      return indexedTable(header, columns, index.done(texts.codes));
    },
  };
}

function rowOf({ code, display = '', definition, designation, property = [] }: GivenConcept): Row {
  const flags = property.reduce((all, one) => all | flagOf(one), 0);
  const others = flags === 0 ? property : property.filter((one) => flagOf(one) === 0);
  return { code, display, extras: writeExtras({ definition, designation, property: others }), flags };
}

/** 0: not one of those that are kept as flags. */
function flagOf({ code, valueBoolean }: CodeSystemConceptProperty): number {
  return valueBoolean === true && (code === 'inactive' || code === 'notSelectable') ? flag[code] : 0;
}

function linkBy(links: Linking, place: number, { code, valueCode }: CodeSystemConceptProperty): void {
  if (valueCode === undefined) return;
  if (code === 'parent') links.add(valueCode, place);
  if (code === 'child') links.add(place, valueCode);
}
