/**
 * Code systems that add designations and properties to another. The words of every supplement that is here count, because they are what
 * somebody brought to be read; properties count where the supplement is asked for by its name, because they change what filters find.
 * Source: R4 codesystem.html#supplements
 */
import type { CodeSystem, CodeSystemConcept } from 'fhir/r4.js';
import { canonicalOf, partsOf } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';
import type { CodeContent, Concept } from './code-system.js';

export interface Supplement {
  readonly codeSystem: CodeSystem;
  /** Whether its properties count. */
  readonly whole: boolean;
}

/** By the url of the code system they add to. */
export type Supplements = ReadonlyMap<string, readonly Supplement[]>;

/** `named`: canonicals of those that are asked for. */
export function supplementsHere(definitions: Pick<Definitions, 'supplements' | 'codeSystem'>, named: readonly string[] = []): Supplements {
  const found = new Map<string, Supplement[]>();
  for (const canonical of definitions.supplements) {
    const codeSystem = definitions.codeSystem(canonical);
    const of = codeSystem?.supplements;
    if (codeSystem === undefined || of === undefined) continue;
    const { url } = partsOf(of);
    const whole = named.some((one) => one === canonical || one === codeSystem.url);
    found.set(url, [...(found.get(url) ?? []), { codeSystem, whole }]);
  }
  return found;
}

/** What the supplements of one code system make of it; itself where none is for its version. */
export function supplemented(base: CodeContent, supplements: readonly Supplement[]): CodeContent {
  const fitting = supplements.filter(({ codeSystem }) => isFor(codeSystem, base.version));
  if (fitting.length === 0) return base;
  const additions = new Map<string, Concept>();
  for (const { codeSystem, whole } of fitting) {
    forEach(codeSystem.concept, (concept) => {
      const code = base.fold(concept.code);
      additions.set(code, added(additions.get(code) ?? { code }, concept, codeSystem.language, whole));
    });
  }
  const known = new Map<string, Concept>();
  const whole = (concept: Concept): Concept => {
    const code = base.fold(concept.code);
    const addition = additions.get(code);
    if (addition === undefined) return concept;
    const before = known.get(code);
    if (before !== undefined) return before;
    const made = together(concept, addition);
    known.set(code, made);
    return made;
  };
  // Keys that lie beside the concepts know nothing of what is added.
  const { at, search: _, ...rest } = base;
  return {
    ...rest,
    ...(at === undefined ? {} : { at: (place: number) => ((concept) => concept && whole(concept))(at(place)) }),
    properties: new Set([...base.properties, ...[...additions.values()].flatMap(({ property = [] }) => property.map(({ code }) => code))]),
    find: (code) => {
      const concept = base.find(code);
      return concept && whole(concept);
    },
    *concepts() {
      for (const concept of base.concepts()) yield whole(concept);
    },
    supplements: fitting.map(({ codeSystem: { url = '', version } }) => canonicalOf({ url, version })),
  };
}

function isFor({ supplements = '' }: CodeSystem, version: string | undefined): boolean {
  const { version: named } = partsOf(supplements);
  return named === undefined || version === undefined || named === version;
}

function forEach(concepts: readonly CodeSystemConcept[] | undefined, visit: (concept: CodeSystemConcept) => void): void {
  for (const concept of concepts ?? []) {
    visit(concept);
    forEach(concept.concept, visit);
  }
}

/** The display of a supplement is a designation of what it adds to. */
function added(
  before: Concept,
  { display, designation = [], property = [] }: CodeSystemConcept,
  language: string | undefined,
  whole: boolean,
): Concept {
  const own = display === undefined ? [] : [language === undefined ? { value: display } : { language, value: display }];
  return {
    code: before.code,
    designation: [...(before.designation ?? []), ...own, ...designation],
    property: whole ? [...(before.property ?? []), ...property] : before.property,
  };
}

function together(concept: Concept, { designation = [], property = [] }: Concept): Concept {
  return {
    ...concept,
    designation: [...(concept.designation ?? []), ...designation],
    property: property.length === 0 ? concept.property : [...(concept.property ?? []), ...property],
  };
}
