/**
 * The codes of a compiled value set, one page of them, or all in the hierarchy of their code system.
 * Source: R4 valueset-operation-expand.html, valueset.html#expansion
 */
import type { ValueSet } from 'fhir/r4.js';
import { type CodeContent, type CodeLinks, isAbstract, isInactive } from './code-system.js';
import type { ListedCode, ValueSetContent } from './content.js';
import { Obstructed } from './obstructed.js';
import type { Obstacle } from './terminology.js';
import type { Words } from './words.js';

export interface ExpandAsked {
  readonly words?: Words | undefined;
  readonly offset: number;
  /** Absent: all. */
  readonly count?: number | undefined;
  readonly activeOnly: boolean;
  /** Codes that are only there to find others by are left out. */
  readonly withoutAbstract: boolean;
  /** Codes stand below those that are above them. */
  readonly nested: boolean;
  readonly isLeftOut: (one: ListedCode) => boolean;
  /** Codes in one answer. */
  readonly most: number;
}

export interface ExpandedCode extends ListedCode {
  readonly isAbstract: boolean;
  readonly isInactive: boolean;
  readonly below: readonly ExpandedCode[];
}

export interface Expansion {
  readonly total: number;
  readonly codes: readonly ExpandedCode[];
  /** A code system is here in part: there may be more. */
  readonly isOpen: boolean;
}

/** More than may stand in one answer. */
export interface TooMany {
  readonly tooMany: number;
}

/** Codes looked at in one step. */
const AT_ONCE = 200;
/** The same where the way up from each is gone. */
const CLIMBED_AT_ONCE = 50;
/** Codes looked at for one answer: parts that have the same codes a thousand times would take minutes. */
const MOST_LOOKED = 2_000_000;
const tooMuchWork: Obstacle = [`more than ${MOST_LOOKED} codes would have to be looked at`, `须查看的代码超过 ${MOST_LOOKED} 个`];

/** Throws Obstructed where it cannot be told. `contentOf`: the code system a code is of. */
export function* expand(
  content: ValueSetContent,
  contentOf: (one: ListedCode) => CodeContent | undefined,
  asked: ExpandAsked,
): Generator<undefined, Expansion | TooMany> {
  const { words, offset, count = Number.POSITIVE_INFINITY, most, isLeftOut } = asked;
  const less = { inactive: asked.activeOnly, abstract: asked.withoutAbstract };
  for (const work of content.unready(less, words !== undefined)) yield* work();
  const codes = words === undefined ? content.codes(less) : content.search(words, less);
  const known = isLeftOut === nothingLeftOut ? codes.size : undefined;
  const page: ExpandedCode[] = [];
  const seen = new Set<string>();
  const isPassed = known !== undefined && codes.from !== undefined;
  let total = isPassed ? offset : 0;
  let looked = 0;
  for (const one of isPassed ? (codes.from?.(offset) ?? codes) : codes) {
    if (++looked % AT_ONCE === 0) yield;
    if (looked > MOST_LOOKED) throw new Obstructed(tooMuchWork);
    if (known !== undefined && total >= offset + count) break;
    if (one === undefined) continue;
    if (codes.size === undefined && isTwice(seen, one)) continue;
    if (isLeftOut(one)) continue;
    const at = total++;
    if (at >= offset && at < offset + count && page.length <= most) page.push(shown(one));
    // The rest is counted only where nobody knows how many there are.
    if (known !== undefined && page.length > most) break;
  }
  total = known ?? total;
  if (page.length > most) return { tooMany: total };
  const isOpen = codes.isOpen === true;
  return { total, isOpen, codes: asked.nested ? yield* inHierarchy(page, contentOf) : page };
}

function isTwice(seen: Set<string>, { system, version, concept: { code } }: ListedCode): boolean {
  const before = seen.size;
  return seen.add(`${system}|${version}|${code}`).size === before;
}

export const nothingLeftOut = () => false;

function shown(one: ListedCode): ExpandedCode {
  const { concept } = one;
  return { ...one, isAbstract: isAbstract(concept), isInactive: isInactive(concept), below: [] };
}

/** Whether the codes of a value set may stand in a hierarchy: those of a whole code system, or of branches of one. */
export function isOfBranches({ compose }: ValueSet): boolean {
  const [only, ...others] = compose?.include ?? [];
  if (only?.system === undefined || others.length > 0 || only.concept !== undefined || only.valueSet !== undefined) return false;
  return (only.filter ?? []).every(({ property, op }) => (property === 'concept' || property === 'code') && branching.has(op));
}

const branching: ReadonlySet<string> = new Set(['is-a', 'descendent-of', 'is-not-a']);

/** Each below the nearest that is above it and among them; below one, where the code system has more. */
function* inHierarchy(
  codes: readonly ExpandedCode[],
  contentOf: (one: ListedCode) => CodeContent | undefined,
): Generator<undefined, readonly ExpandedCode[]> {
  const [first] = codes;
  const content = first && contentOf(first);
  if (content === undefined) return codes;
  if (content.arrange !== undefined) yield* content.arrange();
  const { parents } = content.hierarchy();
  const nodes = new Map(codes.map((one) => [content.fold(one.concept.code), { ...one, below: [] as ExpandedCode[] }]));
  const above = new Map<string, string>();
  let looked = 0;
  for (const code of nodes.keys()) {
    if (++looked % CLIMBED_AT_ONCE === 0) yield;
    const parent = nearestAbove(code, parents, (one) => nodes.has(one) && !isUnder(one, code, above));
    if (parent !== undefined) above.set(code, parent);
  }
  const roots: ExpandedCode[] = [];
  for (const [code, node] of nodes) {
    if (++looked % CLIMBED_AT_ONCE === 0) yield;
    const parent = nodes.get(shownBelow(code, above) ?? '');
    (parent?.below ?? roots).push(node);
  }
  return roots;
}

/** Levels of a hierarchy that are shown: in JSON each takes two, and who reads it may bear a hundred. */
const MOST_LEVELS = 40;

/** What is further down stands below one of those above it that is not. */
function shownBelow(code: string, above: ReadonlyMap<string, string>): string | undefined {
  const path: string[] = [];
  for (let one = above.get(code); one !== undefined; one = above.get(one)) path.push(one);
  return path[Math.max(0, path.length - MOST_LEVELS + 1)];
}

function nearestAbove(code: string, parents: CodeLinks, serves: (code: string) => boolean): string | undefined {
  const seen = new Set([code]);
  let level: readonly string[] = [code];
  while (level.length > 0) {
    const next = level.flatMap((one) => parents.get(one) ?? []).filter((one) => !seen.has(one));
    const found = next.find(serves);
    if (found !== undefined) return found;
    for (const one of next) seen.add(one);
    level = next;
  }
  return undefined;
}

/** A circle in a code system must not take its codes out of sight. */
function isUnder(code: string, top: string, above: ReadonlyMap<string, string>): boolean {
  for (let one: string | undefined = code; one !== undefined; one = above.get(one)) if (one === top) return true;
  return false;
}
