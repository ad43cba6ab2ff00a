/**
 * Terminology over the loaded code systems and value sets: compiled when first asked for, kept, answered by set look-ups.
 * Source: R4 terminologies.html, terminology-service.html#validation
 */
import type { CodeSystem, ValueSet } from 'fhir/r4.js';
import type { Definitions } from '../definitions/definitions.js';
import { ownText } from '../model/own-text.js';
import { type CodeContent, codeContent } from './code-system.js';
import { externalSystem, type ListedCodes } from './external-systems.js';
import type { Coding, Membership, Terminology } from './terminology.js';
import { compileValueSet, type Sources, type ValueSetContent } from './value-set.js';

type Known = Pick<Definitions, 'valueSet' | 'codeSystem' | 'generation'>;

interface Compiled extends ValueSetContent {
  /** Worked out once, for codes that come without a system. */
  readonly allSystems: () => ReadonlySet<string>;
}

/** What was worked out holds until a value set or a code system changes; then all of it is forgotten. */
export function createTerminology(definitions: Known): Terminology {
  // What is uploaded stays the same object: a large code system is worked through once, whatever else changes.
  const contents = new WeakMap<CodeSystem, CodeContent>();
  let generation = definitions.generation.terminology;
  let current = terminologyOf(definitions, contents);
  const now = (): Terminology => {
    if (definitions.generation.terminology === generation) return current;
    generation = definitions.generation.terminology;
    current = terminologyOf(definitions, contents);
    return current;
  };
  return {
    membership: (valueSet, coding) => now().membership(valueSet, coding),
    membershipIn: (valueSet, coding) => now().membershipIn(valueSet, coding),
    known: (coding) => now().known(coding),
    isCaseSensitive: (system) => now().isCaseSensitive(system),
    hasValueSet: (valueSet) => now().hasValueSet(valueSet),
    codeSystem: (system, version) => now().codeSystem(system, version),
  };
}

function terminologyOf(definitions: Known, contents: WeakMap<CodeSystem, CodeContent>): Terminology {
  const valueSets = new Map<string, Compiled | undefined>();
  const codeSystems = new Map<string, CodeContent | undefined>();
  const unnamed = new WeakMap<ValueSet, Compiled>();
  const sources: Sources = {
    codeSystem: (system, version) => kept(codeSystems, version === undefined ? system : `${system}|${version}`, findCodeSystem),
    valueSet: (canonical) => kept(valueSets, canonical, findValueSet),
  };
  const listed: ListedCodes = (valueSet, system) =>
    (definitions.valueSet(valueSet)?.compose?.include ?? [])
      .filter((include) => include.system === system)
      .flatMap(({ concept }) => concept ?? []);

  function findCodeSystem(canonical: string): CodeContent | undefined {
    const found = definitions.codeSystem(canonical);
    if (found === undefined) return externalSystem(canonical, listed);
    const content = contents.get(found) ?? codeContent(found);
    contents.set(found, content);
    return content;
  }

  function findValueSet(canonical: string): Compiled | undefined {
    const found = definitions.valueSet(canonical);
    return found === undefined ? undefined : compiled(found);
  }

  function compiled(valueSet: ValueSet): Compiled {
    const content = compileValueSet(valueSet, sources);
    let systems: ReadonlySet<string> | undefined;
    return {
      ...content,
      allSystems: () => {
        systems ??= content.systems();
        return systems;
      },
    };
  }

  return {
    membership(valueSet, coding) {
      const content = kept(valueSets, valueSet, findValueSet);
      return content === undefined ? 'undecided' : inContent(content, coding);
    },
    membershipIn(valueSet, coding) {
      const content = unnamed.get(valueSet) ?? compiled(valueSet);
      unnamed.set(valueSet, content);
      return inContent(content, coding);
    },
    known: ({ system, code }: Coding): Membership => {
      if (system === undefined || code === undefined) return 'undecided';
      return sources.codeSystem(system)?.contains(code) ?? 'undecided';
    },
    isCaseSensitive: (system) => sources.codeSystem(system)?.caseSensitive ?? true,
    codeSystem: sources.codeSystem,
    hasValueSet: (valueSet) => kept(valueSets, valueSet, findValueSet) !== undefined,
  };
}

/** There is no end of systems that are not known here. */
const MAX_KNOWN = 10_000;

function kept<T>(known: Map<string, T | undefined>, key: string, find: (key: string) => T | undefined): T | undefined {
  const before = known.get(key);
  if (before !== undefined || known.has(key)) return before;
  const found = find(key);
  if (found !== undefined || known.size < MAX_KNOWN) known.set(ownText(key), found);
  return found;
}

function inContent(content: Compiled, { system, code }: Coding): Membership {
  if (code === undefined) return 'out';
  return system === undefined ? inAny(content, code) : content.contains(system, code);
}

/** A code by itself: any system of the value set may have meant it. */
function inAny(content: Compiled, code: string): Membership {
  const systems = content.allSystems();
  // Where no system is known nothing can be said: the value set draws on what is not here.
  if (systems.size === 0) return content.contains('', code);
  let answer: Membership = 'out';
  for (const system of systems) {
    const found = content.contains(system, code);
    if (found === 'in') return 'in';
    if (found === 'undecided') answer = 'undecided';
  }
  return answer;
}
