/**
 * Which codes a value set stands for, as a search can ask a store for them: a code system that it takes whole stays one name, what it
 * picks is listed. Also the codes below and above one. What cannot be told here, or is too much, is said with the reason.
 * Source: R4 valueset.html#compositions, codesystem.html#subsumption
 */
import type { ValueSet, ValueSetComposeInclude, ValueSetComposeIncludeConcept, ValueSetExpansionContains } from 'fhir/r4.js';
import { type CodeContent, type Concept, isInactive, reachable } from './code-system.js';
import { testsOf } from './filters.js';
import {
  incomplete,
  isObstacle,
  noDefinition,
  Obstructed,
  unknownImport,
  unknownSystem,
  unknownValueSet,
  unlessObstructed,
  unlisted,
} from './obstructed.js';
import { createGathering, emptySelection, intersection, type Selection, without } from './selection.js';
import type { Obstacle, Terminology } from './terminology.js';

export type Selector = Pick<Terminology, 'select' | 'related'>;

interface Known {
  valueSet(canonical: string): ValueSet | undefined;
  codeSystem(system: string, version?: string): CodeContent | undefined;
}

/** Codes looked at for one value set, imported ones included: more would hold the server up. */
const MAX_WORK = 400_000;
/** What one that is imported costs beside its codes: imports in circles are walked again and again. */
const IMPORT = 20;
/** Value sets inside each other. */
const MAX_DEPTH = 50;
const MAX_KEPT = 500;

interface Walk {
  readonly known: Known;
  /** Imported by more than one, a value set is worked out once. */
  readonly done: Map<string, Selection>;
  /** Those that are being worked out: one that imports itself adds nothing to itself. */
  readonly open: Set<string>;
  /** How often one met itself: what was worked out meanwhile holds only there. */
  circles: number;
  work: number;
  /** Code systems taken whole that were listed. */
  readonly listed: Set<CodeContent>;
}

export function createSelector(known: Known): Selector {
  const answers = new Map<string, Selection | Obstacle>();
  return {
    select(canonical) {
      const before = answers.get(canonical);
      if (before !== undefined) return before;
      const answer = unlessObstructed(() =>
        ofCanonical(canonical, { known, done: new Map(), open: new Set(), circles: 0, work: 0, listed: new Set() }),
      );
      if (answers.size >= MAX_KEPT) answers.clear();
      answers.set(canonical, answer);
      return answer;
    },
    related: (direction, system, code) => unlessObstructed(() => related(known.codeSystem(system), direction, system, code)),
  };
}

function related(content: CodeContent | undefined, direction: 'below' | 'above', system: string, code: string): ReadonlySet<string> {
  const { hierarchy, fold, find } = whole(content, system);
  const { children, parents } = hierarchy();
  const found = reachable(direction === 'below' ? children : parents, fold(code));
  return new Set([code, ...[...found].map((one) => find(one)?.code ?? one)]);
}

/** A code system of which it can be said that it has no other codes. */
function whole(content: CodeContent | undefined, system: string): CodeContent {
  if (content === undefined) throw new Obstructed(unknownSystem(system));
  if (content.contains('') === 'undecided') throw new Obstructed(incomplete(system));
  return content;
}

function ofCanonical(canonical: string, walk: Walk): Selection {
  const done = walk.done.get(canonical);
  if (done !== undefined) return done;
  spend(walk, IMPORT);
  if (walk.open.has(canonical)) {
    walk.circles++;
    return emptySelection;
  }
  if (walk.open.size >= MAX_DEPTH) {
    throw new Obstructed([`more than ${MAX_DEPTH} value sets stand inside each other`, `值集嵌套超过 ${MAX_DEPTH} 层`]);
  }
  const valueSet = walk.known.valueSet(canonical);
  if (valueSet === undefined) throw new Obstructed(walk.open.size === 0 ? unknownValueSet : unknownImport(canonical));
  const { circles } = walk;
  walk.open.add(canonical);
  const selection = ofValueSet(valueSet, walk);
  walk.open.delete(canonical);
  if (walk.circles === circles) walk.done.set(canonical, selection);
  return selection;
}

/** Where the composition cannot be followed here, an expansion that is there in full serves. */
function ofValueSet({ compose, expansion }: ValueSet, walk: Walk): Selection {
  const listed = expansion?.contains === undefined ? undefined : () => ofExpansion(expansion.contains ?? [], expansion.total, walk);
  if (compose === undefined) {
    if (listed !== undefined) return listed();
    throw new Obstructed(noDefinition);
  }
  if (listed === undefined) return composed(compose, walk);
  const open = new Set(walk.open);
  try {
    return composed(compose, walk);
  } catch (error) {
    if (!(error instanceof Obstructed)) throw error;
    for (const one of walk.open) if (!open.has(one)) walk.open.delete(one);
    return listed();
  }
}

function composed({ include, exclude = [], inactive }: NonNullable<ValueSet['compose']>, walk: Walk): Selection {
  const included = together(include, walk, inactive === false);
  if (exclude.length === 0) return included;
  const away = together(exclude, walk, false);
  spend(walk, sizeOf(included));
  return without(listedWhere(included, away, walk), away);
}

function together(parts: readonly ValueSetComposeInclude[], walk: Walk, activeOnly: boolean): Selection {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return ofInclude(only, walk, activeOnly);
  const gathering = createGathering();
  for (const part of parts) {
    const some = ofInclude(part, walk, activeOnly);
    spend(walk, sizeOf(some));
    gathering.add(some);
  }
  return gathering.all;
}

function ofInclude(include: ValueSetComposeInclude, walk: Walk, activeOnly: boolean): Selection {
  const parts = (include.valueSet ?? []).map((canonical) => ofCanonical(canonical, walk));
  if (include.system !== undefined) parts.unshift(ofSystem(include.system, include, walk, activeOnly));
  const [first = emptySelection, ...others] = parts;
  return others.reduce((some, other) => {
    spend(walk, sizeOf(some));
    return intersection(some, other);
  }, first);
}

function ofSystem(system: string, { version, concept, filter = [] }: ValueSetComposeInclude, walk: Walk, activeOnly: boolean): Selection {
  const here = walk.known.codeSystem(system, version);
  if (concept !== undefined) return ofConcepts(system, here, concept, walk, activeOnly);
  if (filter.length === 0 && !activeOnly && !isListed(here, walk)) return { wholes: new Set([system]), codes: new Map() };
  const content = whole(here, system);
  const judged = content.byRule === true ? unlisted(system) : testsOf(filter, content, system);
  if (isObstacle(judged)) throw new Obstructed(judged);
  const tests = activeOnly ? [...judged, (one: Concept) => !isInactive(one)] : judged;
  spend(walk, content.size * filter.length);
  const codes = new Set<string>();
  for (const one of listing(content, system, walk)) if (tests.every((test) => test(one))) codes.add(one.code);
  return { wholes: new Set(), codes: new Map([[system, codes]]) };
}

/** In the code system's own writing: where case makes no difference the same code may be written in many ways. */
function ofConcepts(
  system: string,
  here: CodeContent | undefined,
  concepts: readonly ValueSetComposeIncludeConcept[],
  walk: Walk,
  activeOnly: boolean,
): Selection {
  spend(walk, concepts.length);
  const codes = new Set<string>();
  for (const { code } of concepts) {
    if (typeof code !== 'string') continue;
    const found = here?.find(code);
    if (!activeOnly || found === undefined || !isInactive(found)) codes.add(here?.caseSensitive === false ? (found?.code ?? code) : code);
  }
  return { wholes: new Set(), codes: new Map([[system, codes]]) };
}

/** Codes of systems taken whole that are listed for one value set. */
const MAX_LISTED = 500;

/** A short list tells more than a name: what is in the store may have codes that the code system does not. */
function isListed(content: CodeContent | undefined, walk: Walk): boolean {
  if (content === undefined || content.size === 0 || content.contains('') !== 'out') return false;
  if (walk.listed.has(content)) return true;
  const before = [...walk.listed].reduce((sum, { size }) => sum + size, 0);
  if (before + content.size > MAX_LISTED) return false;
  walk.listed.add(content);
  return true;
}

/** All concepts, of a system that lists them: a rule (of units, of languages) has no end of codes. */
function listing(content: CodeContent, system: string, walk: Walk) {
  if (content.byRule === true) throw new Obstructed(unlisted(system));
  spend(walk, content.size);
  return content.concepts();
}

/** Before single codes can be taken out of a whole system, it has to be listed. */
function listedWhere(all: Selection, away: Selection, walk: Walk): Selection {
  const systems = [...all.wholes].filter((system) => away.codes.has(system) && !away.wholes.has(system));
  if (systems.length === 0) return all;
  const codes = new Map(all.codes);
  for (const system of systems) {
    const content = whole(walk.known.codeSystem(system), system);
    codes.set(system, new Set([...listing(content, system, walk)].map(({ code }) => code)));
  }
  return { wholes: new Set([...all.wholes].filter((system) => !systems.includes(system))), codes };
}

function ofExpansion(contains: readonly ValueSetExpansionContains[], total: number | undefined, walk: Walk): Selection {
  const codes = new Map<string, Set<string>>();
  let count = 0;
  const waiting = [...contains];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { system, code, abstract, contains: inner = [] } = next;
    spend(walk, 1);
    count++;
    for (const one of inner) waiting.push(one);
    if (system !== undefined && code !== undefined && abstract !== true) codes.set(system, (codes.get(system) ?? new Set()).add(code));
  }
  if (total !== undefined && total > count) {
    throw new Obstructed([`its expansion has ${count} of ${total} codes`, `其展开结果仅含 ${total} 个代码中的 ${count} 个`]);
  }
  return { wholes: new Set(), codes };
}

function sizeOf({ codes }: Selection): number {
  let size = 0;
  for (const one of codes.values()) size += one.size;
  return size;
}

function spend(walk: Walk, codes: number): void {
  walk.work += codes + 1;
  if (walk.work <= MAX_WORK) return;
  throw new Obstructed([`more than ${MAX_WORK} codes would have to be looked at`, `须查看的代码超过 ${MAX_WORK} 个`]);
}
