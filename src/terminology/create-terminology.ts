/**
 * Terminology over the loaded code systems and value sets: compiled when first asked for, kept, answered by set look-ups.
 * Source: R4 terminologies.html, terminology-service.html#validation
 */
import type { ValueSet } from 'fhir/r4.js';
import type { Definitions } from '../definitions/definitions.js';
import { ownText } from '../model/own-text.js';
import { type CodeContent, codeContent } from './code-system.js';
import { externalSystem, type ListedCodes } from './external-systems.js';
import type { Coding, Membership, Terminology } from './terminology.js';
import { compileValueSet, type Sources, type ValueSetContent } from './value-set.js';

type Known = Pick<Definitions, 'valueSet' | 'codeSystem'>;

interface Compiled extends ValueSetContent {
  /** Worked out once, for codes that come without a system. */
  readonly allSystems: () => ReadonlySet<string>;
}

export function createTerminology(definitions: Known): Terminology {
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
    return found === undefined ? externalSystem(canonical, listed) : codeContent(found);
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
