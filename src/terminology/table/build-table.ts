/**
 * Puts a table of concepts together from a stream of them, in whatever order parents and children come.
 * Source: R4 codesystem.html, codesystem.html#defined-props
 */
import type { CodeSystemConcept, CodeSystemConceptProperty } from 'fhir/r4.js';
import type { Concept } from '../code-system.js';
import { makeTextKeys } from '../text-keys.js';
import { createGrowingIndex } from './code-index.js';
import { type ConceptTable, flag, foldFor, type TableHeader, tableOf } from './concept-table.js';
import { writeExtras } from './extras.js';
import { conceptFrom, conceptsOf } from './read-concept.js';
import { createNumbers, createTexts, type Links } from './vectors.js';

/** A concept without those nested in it; its parents by their codes. */
export interface GivenConcept extends Omit<CodeSystemConcept, 'concept'> {
  readonly parents?: readonly string[];
}

export interface TableBuilder {
  /** False where a concept of this code is there already: that one stays. */
  add(concept: GivenConcept): boolean;
  /** Puts one below another, whichever comes first. */
  link(parent: string, child: string): void;
  /** Of what was added; -1: it was not. */
  placeOf(code: string): number;
  codeAt(place: number): string;
  conceptAt(place: number): Concept;
  readonly count: number;
  /** To be called once. */
  finish(): Generator<undefined, ConceptTable>;
}

export function createTableBuilder({ caseSensitive, isComplete }: Pick<TableHeader, 'caseSensitive' | 'isComplete'>): TableBuilder {
  const [codes, displays, extras] = [createTexts(), createTexts(), createTexts()];
  const flags: number[] = [];
  const links: Link[] = [];
  const properties = new Set<string>();
  const index = createGrowingIndex(codes.at, foldFor(caseSensitive));
  return {
    add({ code, display = '', definition, designation, property = [], parents = [] }) {
      if (index.placeOf(code) >= 0) return false;
      index.add(code);
      codes.add(code);
      displays.add(display);
      extras.add(writeExtras({ definition, designation, property: property.filter((one) => flagOf(one) === 0) }));
      flags.push(property.reduce((all, one) => all | flagOf(one), 0));
      for (const parent of parents) links.push({ parent, child: code });
      for (const one of property) {
        properties.add(one.code);
        links.push(...linkOf(code, one));
      }
      return true;
    },
    link: (parent, child) => void links.push({ parent, child }),
    placeOf: index.placeOf,
    codeAt: codes.at,
    conceptAt: (place) =>
      conceptFrom({ code: codes.at(place), display: displays.at(place), extras: extras.at(place), flags: flags[place] ?? 0 }),
    get count() {
      return flags.length;
    },
    *finish() {
      const count = flags.length;
      const header = { count, caseSensitive, isComplete, properties: [...properties] };
      const texts = { codes: codes.done(), displays: displays.done(), extras: extras.done() };
      const parents = linked(count, links, index.placeOf);
      const columns = { ...texts, flags: Uint8Array.from(flags), parents };
      const keys = yield* makeTextKeys(conceptsOf(columns, count));
      return yield* tableOf(header, { ...columns, keys });
    },
  };
}

interface Link {
  readonly parent: string;
  readonly child: string;
}

/** 0: not one of those that are kept as flags. */
function flagOf({ code, valueBoolean }: CodeSystemConceptProperty): number {
  return valueBoolean === true && (code === 'inactive' || code === 'notSelectable') ? flag[code] : 0;
}

function linkOf(code: string, { code: property, valueCode }: CodeSystemConceptProperty): readonly Link[] {
  if (valueCode === undefined) return [];
  if (property === 'parent') return [{ parent: valueCode, child: code }];
  return property === 'child' ? [{ parent: code, child: valueCode }] : [];
}

/** Those to what is not here say nothing. */
function linked(count: number, all: readonly Link[], placeOf: (code: string) => number): Links {
  const parents = new Map<number, number[]>();
  for (const link of all) {
    const [parent, child] = [placeOf(link.parent), placeOf(link.child)];
    if (parent < 0 || child < 0) continue;
    const own = parents.get(child);
    if (own === undefined) parents.set(child, [parent]);
    else if (!own.includes(parent)) own.push(parent);
  }
  const places = createNumbers();
  const ends = createNumbers();
  for (let child = 0; child < count; child++) {
    for (const parent of parents.get(child) ?? []) places.add(parent);
    ends.add(places.count());
  }
  return { places: places.done(), ends: ends.done() };
}
