/**
 * Compiles a value set into a question that is answered at once: is this code in it. Parts that cannot be judged here answer
 * `undecided`; unions, intersections and exclusions carry that through. Source: R4 valueset.html#compositions
 */
import type { ValueSet, ValueSetComposeInclude, ValueSetExpansionContains } from 'fhir/r4.js';
import { type CodeContent, type Concept, isInactive } from './code-system.js';
import { type ConceptTest, conceptTest } from './filters.js';
import type { Membership } from './terminology.js';

export interface ValueSetContent {
  contains(system: string, code: string): Membership;
  /** The systems its codes may come from, those of imported value sets included. */
  systems(): ReadonlySet<string>;
  /** Its codes one by one, some perhaps twice; undefined where they cannot all be told. */
  codes(): Iterable<ListedCode> | undefined;
}

export interface ListedCode {
  readonly system: string;
  readonly concept: Concept;
}

/** Where a value set finds what it draws on; undefined: not here. */
export interface Sources {
  codeSystem(system: string, version?: string): CodeContent | undefined;
  valueSet(canonical: string): ValueSetContent | undefined;
}

const nothing: ValueSetContent = { contains: () => 'out', systems: () => new Set(), codes: () => [] };
const unknown: ValueSetContent = { contains: () => 'undecided', systems: () => new Set(), codes: () => undefined };

export function compileValueSet(valueSet: ValueSet, sources: Sources): ValueSetContent {
  const { compose, expansion } = valueSet;
  if (compose === undefined) return expansion === undefined ? unknown : expanded(expansion.contains ?? [], expansion.total);
  const part = (include: ValueSetComposeInclude) => compileInclude(include, sources, compose.inactive === false);
  const included = any(compose.include.map(part));
  const excluded = (compose.exclude ?? []).map((exclude) => compileInclude(exclude, sources, false));
  const composed = guarded(excluded.length === 0 ? included : without(included, any(excluded)));
  return expansion?.contains === undefined ? composed : helped(composed, expanded(expansion.contains, expansion.total));
}

/** What the composition leaves open for want of a code system, someone who has it may have expanded. */
function helped(composed: ValueSetContent, expansion: ValueSetContent): ValueSetContent {
  return {
    contains(system, code) {
      const answer = composed.contains(system, code);
      return answer === 'undecided' ? expansion.contains(system, code) : answer;
    },
    systems: () => union([composed, expansion]),
    codes: () => composed.codes() ?? expansion.codes(),
  };
}

function compileInclude(include: ValueSetComposeInclude, sources: Sources, activeOnly: boolean): ValueSetContent {
  const imported = (include.valueSet ?? []).map((canonical) => later(() => sources.valueSet(canonical) ?? unknown));
  const own = include.system === undefined ? [] : [fromSystem(include.system, include, sources, activeOnly)];
  return all([...own, ...imported]);
}

function fromSystem(system: string, include: ValueSetComposeInclude, sources: Sources, activeOnly: boolean): ValueSetContent {
  const content = () => sources.codeSystem(system, include.version);
  if (include.concept !== undefined) return listed(system, include.concept, content);
  return later(() => {
    const here = content();
    return here === undefined ? open(system) : selected(system, here, include, activeOnly);
  });
}

/** Codes named one by one. The code system is asked only for what is not found as it is written. */
function listed(system: string, concepts: readonly Concept[], content: () => CodeContent | undefined): ValueSetContent {
  const codes = new Set(concepts.map(({ code }) => code));
  let folded: ReadonlySet<string> | undefined;
  return {
    contains(asked, code) {
      if (asked !== system) return 'out';
      if (codes.has(code)) return 'in';
      const here = content();
      if (here === undefined || here.caseSensitive) return 'out';
      folded ??= new Set([...codes].map(here.fold));
      return folded.has(here.fold(code)) ? 'in' : 'out';
    },
    systems: () => new Set([system]),
    // The words of the value set itself go before those of the code system.
    codes: () => concepts.map((one) => ({ system, concept: one.display === undefined ? (content()?.find(one.code) ?? one) : one })),
  };
}

/** A system that is not here: its codes cannot be judged, those of other systems are out. */
function open(system: string): ValueSetContent {
  return { contains: (asked) => (asked === system ? 'undecided' : 'out'), systems: () => new Set([system]), codes: () => undefined };
}

function selected(system: string, content: CodeContent, include: ValueSetComposeInclude, activeOnly: boolean): ValueSetContent {
  if (content.test !== undefined && include.filter !== undefined) return byTests(system, content, include.filter.map(content.test));
  const tests = (include.filter ?? []).map((filter) => conceptTest(filter, content));
  const known = tests.filter((test) => test !== undefined);
  if (known.length < tests.length) return open(system);
  if (activeOnly) known.push((concept) => !isInactive(concept));
  const contains = known.length === 0 ? content.contains : filtered(content, known);
  return {
    contains: (asked, code) => (asked === system ? contains(code) : 'out'),
    systems: () => new Set([system]),
    codes: () => (content.contains('') === 'undecided' || content.size === 0 ? undefined : passing(system, content, known)),
  };
}

/** Codes known by a rule, sifted by rules. */
function byTests(system: string, content: CodeContent, tests: readonly (((code: string) => boolean) | undefined)[]): ValueSetContent {
  const known = tests.filter((test) => test !== undefined);
  if (known.length < tests.length) return open(system);
  return {
    contains(asked, code) {
      if (asked !== system) return 'out';
      return known.every((test) => test(code)) ? content.contains(code) : 'out';
    },
    systems: () => new Set([system]),
    codes: () => undefined,
  };
}

function* passing(system: string, content: CodeContent, tests: readonly ConceptTest[]): Generator<ListedCode> {
  for (const concept of content.concepts()) if (tests.every((test) => test(concept))) yield { system, concept };
}

function filtered(content: CodeContent, tests: readonly ConceptTest[]): (code: string) => Membership {
  const passing = new Set<string>();
  for (const concept of content.concepts()) if (tests.every((test) => test(concept))) passing.add(content.fold(concept.code));
  return (code) => {
    const folded = content.fold(code);
    if (passing.has(folded)) return 'in';
    if (content.find(code) !== undefined) return 'out';
    // A rule may know a code without knowing what the filters ask of it.
    return content.contains(code) === 'out' ? 'out' : 'undecided';
  };
}

/** What someone else has expanded, where there is no composition to go by. */
function expanded(contains: readonly ValueSetExpansionContains[], total: number | undefined): ValueSetContent {
  const systems = new Map<string, Set<string>>();
  const listed: ListedCode[] = [];
  let count = 0;
  const add = (nodes: readonly ValueSetExpansionContains[]) => {
    for (const { system = '', code, display, abstract, contains: inner } of nodes) {
      if (code !== undefined && abstract !== true) {
        systems.set(system, (systems.get(system) ?? new Set()).add(code));
        listed.push({ system, concept: { code, display } });
      }
      count++;
      add(inner ?? []);
    }
  };
  add(contains);
  const otherwise: Membership = total !== undefined && total > count ? 'undecided' : 'out';
  return {
    contains: (system, code) => (systems.get(system)?.has(code) ? 'in' : otherwise),
    systems: () => new Set(systems.keys()),
    codes: () => (otherwise === 'out' ? listed : undefined),
  };
}

/** Compiled when first asked: a value set nobody asks of costs nothing, and circles of imports can be built. */
function later(make: () => ValueSetContent): ValueSetContent {
  let made: ValueSetContent | undefined;
  const content = () => {
    made ??= make();
    return made;
  };
  return {
    contains: (system, code) => content().contains(system, code),
    systems: () => content().systems(),
    codes: () => content().codes(),
  };
}

/** A value set that imports itself, however far around, adds nothing to itself. */
function guarded(content: ValueSetContent): ValueSetContent {
  let inside = false;
  const once = <T>(ask: () => T, again: T): T => {
    if (inside) return again;
    inside = true;
    try {
      return ask();
    } finally {
      inside = false;
    }
  };
  return {
    contains: (system, code) => once(() => content.contains(system, code), 'out'),
    systems: () => once(() => content.systems(), new Set<string>()),
    codes: () => once(() => content.codes(), undefined),
  };
}

function union(parts: readonly ValueSetContent[]): ReadonlySet<string> {
  return new Set(parts.flatMap((part) => [...part.systems()]));
}

function any(parts: readonly ValueSetContent[]): ValueSetContent {
  const [only] = parts;
  if (only === undefined) return nothing;
  if (parts.length === 1) return only;
  return {
    contains(system, code) {
      let answer: Membership = 'out';
      for (const part of parts) {
        const found = part.contains(system, code);
        if (found === 'in') return 'in';
        if (found === 'undecided') answer = 'undecided';
      }
      return answer;
    },
    systems: () => union(parts),
    codes: () => {
      const lists = parts.map((part) => part.codes());
      return lists.every((list) => list !== undefined) ? chained(lists) : undefined;
    },
  };
}

function all(parts: readonly ValueSetContent[]): ValueSetContent {
  const [only] = parts;
  if (only === undefined) return nothing;
  if (parts.length === 1) return only;
  return {
    contains(system, code) {
      let answer: Membership = 'in';
      for (const part of parts) {
        const found = part.contains(system, code);
        if (found === 'out') return 'out';
        if (found === 'undecided') answer = 'undecided';
      }
      return answer;
    },
    systems: () => union(parts),
    codes: () => {
      const first = parts.find((part) => part.codes() !== undefined);
      return first && narrowed(first, (system, code) => parts.every((part) => part.contains(system, code) === 'in'));
    },
  };
}

function without(included: ValueSetContent, excluded: ValueSetContent): ValueSetContent {
  return {
    contains(system, code) {
      const found = included.contains(system, code);
      if (found === 'out') return 'out';
      const away = excluded.contains(system, code);
      if (away === 'in') return 'out';
      return away === 'undecided' ? 'undecided' : found;
    },
    systems: () => included.systems(),
    codes: () => narrowed(included, (system, code) => excluded.contains(system, code) !== 'in'),
  };
}

function* chained(lists: readonly Iterable<ListedCode>[]): Generator<ListedCode> {
  for (const list of lists) yield* list;
}

function narrowed(content: ValueSetContent, isWanted: (system: string, code: string) => boolean): Iterable<ListedCode> | undefined {
  const all = content.codes();
  return all && chosen(all, isWanted);
}

function* chosen(all: Iterable<ListedCode>, isWanted: (system: string, code: string) => boolean): Generator<ListedCode> {
  for (const one of all) if (isWanted(one.system, one.concept.code)) yield one;
}
