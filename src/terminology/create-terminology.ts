/**
 * Terminology over the loaded code systems and value sets: compiled when first asked for, kept, answered by set look-ups.
 * Source: R4 terminologies.html, terminology-service.html#validation
 */
import type { CodeSystem, ValueSet } from 'fhir/r4.js';
import type { Definitions } from '../definitions/definitions.js';
import { ownText } from '../model/own-text.js';
import { type CodeContent, type Concept, codeContent, isAbstract, isInactive } from './code-system.js';
import { externalSystem, type ListedCodes } from './external-systems.js';
import { obstacleOf } from './obstacles.js';
import { createSelector } from './select.js';
import type { Coding, Description, Membership, Permitted, Terminology } from './terminology.js';
import { compileValueSet, type ListedCode, type Sources, type ValueSetContent } from './value-set.js';

/** Names by which R4's own definitions bind to a value set that has another. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['http://www.rfc-editor.org/bcp/bcp13.txt', 'http://hl7.org/fhir/ValueSet/mimetypes'],
]);

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
    drawsOn: (valueSet, system) => now().drawsOn(valueSet, system),
    obstacle: (valueSet, system) => now().obstacle(valueSet, system),
    codeSystem: (system, version) => now().codeSystem(system, version),
    describe: (coding) => now().describe(coding),
    permitted: (canonical, most) => now().permitted(canonical, most),
    select: (canonical) => now().select(canonical),
    related: (direction, system, code) => now().related(direction, system, code),
  };
}

function terminologyOf(definitions: Known, contents: WeakMap<CodeSystem, CodeContent>): Terminology {
  const valueSets = new Map<string, Compiled | undefined>();
  const codeSystems = new Map<string, CodeContent | undefined>();
  const unnamed = new WeakMap<ValueSet, Compiled>();
  const listings = new Map<string, readonly Permitted[] | undefined>();
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

  const asPublished = (canonical: string) => definitions.valueSet(aliases.get(canonical) ?? canonical);

  function findValueSet(canonical: string): Compiled | undefined {
    const found = asPublished(canonical);
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

  function versionOf(system: string, version: string | undefined): CodeContent | undefined {
    return (version === undefined ? undefined : sources.codeSystem(system, version)) ?? sources.codeSystem(system);
  }

  return {
    ...createSelector({ valueSet: asPublished, codeSystem: sources.codeSystem }),
    membership(valueSet, coding) {
      const content = kept(valueSets, valueSet, findValueSet);
      return content === undefined ? 'undecided' : inContent(content, coding);
    },
    membershipIn(valueSet, coding) {
      const content = unnamed.get(valueSet) ?? compiled(valueSet);
      unnamed.set(valueSet, content);
      return inContent(content, coding);
    },
    known: ({ system, code, version }: Coding): Membership => {
      if (system === undefined || code === undefined) return 'undecided';
      const content = versionOf(system, version);
      const answer = content?.contains(code) ?? 'undecided';
      // Another version than the one that is here may have the code.
      return answer === 'out' && version !== undefined && content?.version !== version ? 'undecided' : answer;
    },
    describe: ({ system, code, version }: Coding): Description | undefined => {
      const content = system === undefined ? undefined : versionOf(system, version);
      const concept = code === undefined ? undefined : content?.find(code);
      return concept && described(concept);
    },
    // A warning that nobody minds is made for every resource: what it tells is worked out once.
    permitted: (canonical, most) =>
      kept(listings, `${most} ${canonical}`, () => {
        const codes = kept(valueSets, canonical, findValueSet)?.codes() ?? codesOf(canonical, sources.codeSystem(canonical));
        return codes && firstOf(codes, most);
      }),
    isCaseSensitive: (system) => sources.codeSystem(system)?.caseSensitive ?? true,
    codeSystem: sources.codeSystem,
    hasValueSet: (valueSet) => kept(valueSets, valueSet, findValueSet) !== undefined,
    drawsOn: (valueSet, system) => kept(valueSets, valueSet, findValueSet)?.allSystems().has(system) === true,
    obstacle: (valueSet, system) => obstacleOf(valueSet, system, { valueSet: asPublished, codeSystem: sources.codeSystem }),
  };
}

const descriptions = new WeakMap<Concept, Description>();

function described(concept: Concept): Description {
  const before = descriptions.get(concept);
  if (before !== undefined) return before;
  const displays = [concept.display, ...(concept.designation ?? []).map(({ value }) => value)].filter((one) => one !== undefined);
  const made = { displays, isAbstract: isAbstract(concept), isInactive: isInactive(concept) };
  descriptions.set(concept, made);
  return made;
}

function codesOf(system: string, content: CodeContent | undefined): Iterable<ListedCode> | undefined {
  if (content === undefined || content.size === 0) return undefined;
  return [...content.concepts()].map((concept) => ({ system, concept }));
}

function firstOf(codes: Iterable<ListedCode>, most: number): readonly Permitted[] | undefined {
  const found = new Map<string, Permitted>();
  for (const { system, concept } of codes) {
    const { code, display, designation = [] } = concept;
    const inLanguage = (language: string) => designation.find((one) => one.language?.startsWith(language))?.value;
    if (!isAbstract(concept))
      found.set(`${system}|${code}`, { system, code, display: inLanguage('en') ?? display, chinese: inLanguage('zh') ?? display });
    if (found.size > most) return undefined;
  }
  return [...found.values()];
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
