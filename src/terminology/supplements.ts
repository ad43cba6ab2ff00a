/**
 * Code systems that add designations and properties to another. The words of every supplement that is here count, because they are what
 * somebody brought to be read; properties count where the supplement is asked for by its name, because they change what filters find.
 * Either may be large and lie in a table: what is added to a concept is looked up when the concept is asked for.
 * Source: R4 codesystem.html#supplements
 */
import type { CodeSystem } from 'fhir/r4.js';
import { canonicalOf, partsOf } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';
import type { CodeContent, Concept } from './code-system.js';

export interface Supplement {
  readonly codeSystem: CodeSystem;
  readonly content: CodeContent;
  /** Whether its properties count. */
  readonly whole: boolean;
}

/** By the url of the code system they add to. */
export type Supplements = ReadonlyMap<string, readonly Supplement[]>;

/** `contentOf`: of one code system always the same. `named`: canonicals of those that are asked for. */
export function supplementsHere(
  definitions: Pick<Definitions, 'supplements' | 'codeSystem'>,
  contentOf: (codeSystem: CodeSystem) => CodeContent,
  named: readonly string[] = [],
): Supplements {
  const found = new Map<string, Supplement[]>();
  for (const canonical of definitions.supplements) {
    const codeSystem = definitions.codeSystem(canonical);
    const of = codeSystem?.supplements;
    if (codeSystem === undefined || of === undefined) continue;
    const { url } = partsOf(of);
    const whole = named.some((one) => one === canonical || one === codeSystem.url);
    found.set(url, [...(found.get(url) ?? []), { codeSystem, content: contentOf(codeSystem), whole }]);
  }
  return found;
}

/** What the supplements of one code system make of it; itself where none is for its version. */
export function supplemented(base: CodeContent, supplements: readonly Supplement[]): CodeContent {
  const fitting = supplements.filter(({ codeSystem }) => isFor(codeSystem, base.version));
  if (fitting.length === 0) return base;
  const whole = withAll(fitting.map((one) => adding(one, base)));
  // Keys that lie beside the concepts know nothing of what is added, rows nothing of properties.
  const { at, keys: _, rows, ...others } = base;
  const isSaidMore = fitting.some((one) => one.whole);
  const rest = rows === undefined || isSaidMore ? others : { ...others, rows };
  return {
    ...rest,
    ...(at === undefined ? {} : { at: (place: number) => ((concept) => concept && whole(concept))(at(place)) }),
    properties: new Set([...base.properties, ...fitting.flatMap((one) => (one.whole ? [...one.content.properties] : []))]),
    find: (code) => {
      const concept = base.find(code);
      return concept && whole(concept);
    },
    *concepts() {
      for (const concept of base.concepts()) yield whole(concept);
    },
    supplements: fitting.map(({ codeSystem: { url = '', version } }) => canonicalOf({ url, version })),
    added: { to: base, by: fitting.map(({ content }) => content) },
  };
}

function isFor({ supplements = '' }: CodeSystem, own: string | undefined): boolean {
  const { version } = partsOf(supplements);
  return version === undefined || own === undefined || version === own;
}

/** The concept itself where there is nothing to add. */
type Add = (concept: Concept) => Concept;

function withAll(additions: readonly Add[]): Add {
  // Concepts that lie compactly are made anew for each asking; others stay the same, and so does what is made of them.
  const known = new WeakMap<Concept, Concept>();
  return (concept) => {
    const before = known.get(concept);
    if (before !== undefined) return before;
    const made = additions.reduce((one, add) => add(one), concept);
    if (made !== concept) known.set(concept, made);
    return made;
  };
}

function adding({ codeSystem: { language }, content, whole }: Supplement, base: CodeContent): Add {
  let found: CodeContent['find'] | undefined;
  return (concept) => {
    found ??= content.caseSensitive === base.caseSensitive ? content.find : foldedAs(base, content);
    const addition = found(concept.code);
    return addition === undefined ? concept : together(concept, addition, { language, whole });
  };
}

/** The code system says which codes are the same, not what adds to it. */
function foldedAs({ fold }: CodeContent, content: CodeContent): CodeContent['find'] {
  const codes = new Map<string, string>();
  for (const { code } of content.concepts()) codes.set(fold(code), code);
  return (code) => {
    const own = codes.get(fold(code));
    return own === undefined ? undefined : content.find(own);
  };
}

/** The display of a supplement is a designation of what it adds to. */
function together(
  concept: Concept,
  { display, designation = [], property = [] }: Concept,
  { language, whole }: { readonly language: string | undefined; readonly whole: boolean },
): Concept {
  const own = display === undefined ? [] : [language === undefined ? { value: display } : { language, value: display }];
  return {
    ...concept,
    designation: [...(concept.designation ?? []), ...own, ...designation],
    ...(whole && property.length > 0 ? { property: [...(concept.property ?? []), ...property] } : {}),
  };
}
