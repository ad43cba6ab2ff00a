/**
 * Terminology over the loaded code systems and value sets: compiled when first asked for, kept, answered by set look-ups.
 * Source: R4 terminologies.html, terminology-service.html#validation
 */
import type { CodeSystem } from 'fhir/r4.js';
import { compareVersions } from '../definitions/canonicals.js';
import type { Definitions } from '../definitions/definitions.js';
import { type CodeContent, type Concept, isAbstract, isInactive } from './code-system.js';
import type { Codes, ListedCode } from './content.js';
import { settled } from './joined.js';
import { meantInCodeSystem, meantInValueSet } from './meant.js';
import { obstacleOf, obstacleWithin } from './obstacles.js';
import { isObstacle, unlessObstructed } from './obstructed.js';
import { permittedOf } from './permitted.js';
import { createSelector } from './select.js';
import { withSentAlong } from './sent-along.js';
import { type CompiledValueSet, type Contents, createSources, type Known, kept, type TerminologySources, type Wishes } from './sources.js';
import { createOtherNames, type OtherNames } from './system-names.js';
import type { Coding, Description, Membership, Permitted } from './terminology.js';
import type { WholeTerminology } from './whole.js';

/** Without names of systems each has the one it goes by. */
type Named = Known & Partial<Pick<Definitions, 'systemNames'>>;

/**
 * What was worked out holds until a value set or a code system changes; then all of it is forgotten but `contents`: what is uploaded stays
 * the same object, so that a large code system is worked through once, whatever else changes.
 */
export function createTerminology(definitions: Named, contents = new WeakMap<CodeSystem, CodeContent>()): WholeTerminology {
  const { systemNames = () => [] } = definitions;
  const otherNames = createOtherNames({ generation: definitions.generation, systemNames });
  let generation = definitions.generation.terminology;
  let current = terminologyOf(definitions, contents, otherNames);
  const now = (): WholeTerminology => {
    if (definitions.generation.terminology === generation) return current;
    generation = definitions.generation.terminology;
    current = terminologyOf(definitions, contents, otherNames);
    return current;
  };
  return {
    membership: (valueSet, coding) => now().membership(valueSet, coding),
    membershipIn: (valueSet, coding) => now().membershipIn(valueSet, coding),
    known: (coding) => now().known(coding),
    isCaseSensitive: (system) => now().isCaseSensitive(system),
    hasValueSet: (valueSet) => now().hasValueSet(valueSet),
    otherNames,
    knownAs: (system) => now().knownAs(system),
    drawsOn: (valueSet, system) => now().drawsOn(valueSet, system),
    systemsOf: (canonical) => now().systemsOf(canonical),
    obstacle: (valueSet, system) => now().obstacle(valueSet, system),
    codeSystem: (system, version) => now().codeSystem(system, version),
    describe: (coding) => now().describe(coding),
    permitted: (canonical, most) => now().permitted(canonical, most),
    meant: (canonical, coding) => now().meant(canonical, coding),
    select: (canonical) => now().select(canonical),
    selecting: (canonical) => now().selecting(canonical),
    related: (direction, system, code) => now().related(direction, system, code),
    at: (wishes) => now().at(wishes),
    obstacleIn: (valueSet, system) => now().obstacleIn(valueSet, system),
    versionsHere: (system) => now().versionsHere(system),
  };
}

function terminologyOf(definitions: Known, byObject: Contents['byObject'], otherNames: OtherNames): WholeTerminology {
  const contents: Contents = { byObject, byVersion: new Map() };
  const listings = new Map<string, readonly Permitted[] | undefined>();
  const sources = createSources(definitions, contents);
  const { published } = sources;
  const others = new Map<string, TerminologySources>();
  let versions: ReadonlyMap<string, readonly string[]> | undefined;

  const knownAs = (system: string) =>
    sources.codeSystem(system) === undefined ? (otherNames(system).find((one) => sources.codeSystem(one) !== undefined) ?? system) : system;

  function versionOf(named: string, version: string | undefined): CodeContent | undefined {
    const system = knownAs(named);
    return (version === undefined ? undefined : sources.codeSystem(system, version)) ?? sources.codeSystem(system);
  }

  return {
    ...createSelector(sources),
    membership(valueSet, coding) {
      const content = sources.valueSet(valueSet);
      return content === undefined ? 'undecided' : inContent(content, coding, otherNames);
    },
    membershipIn: (valueSet, coding) => inContent(sources.unnamed(valueSet), coding, otherNames),
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
        const content = sources.valueSet(canonical);
        const permitted = unlessObstructed(() => {
          const codes = content === undefined ? codesOf(canonical, sources.codeSystem(canonical)) : content.codes();
          return codes && firstOf(codes, most);
        });
        return permitted === undefined || isObstacle(permitted) ? undefined : permitted;
      }),
    meant(canonical, coding) {
      const valueSet = sources.valueSet(canonical);
      if (valueSet !== undefined) return meantInValueSet(coding, valueSet, sources);
      return coding.code === undefined ? undefined : meantInCodeSystem(canonical, sources.codeSystem(canonical), coding.code);
    },
    otherNames,
    knownAs,
    isCaseSensitive: (system) => sources.codeSystem(knownAs(system))?.caseSensitive ?? true,
    codeSystem: sources.codeSystem,
    hasValueSet: (valueSet) => sources.valueSet(valueSet) !== undefined,
    drawsOn(valueSet, system) {
      const systems = sources.valueSet(valueSet)?.allSystems();
      return systems !== undefined && (systems.has(system) || otherNames(system).some((one) => systems.has(one)));
    },
    systemsOf: (canonical) => sources.valueSet(canonical)?.allSystems() ?? new Set(sources.codeSystem(canonical) && [canonical]),
    obstacle: (valueSet, system) => obstacleOf(valueSet, system, { valueSet: published, codeSystem: sources.codeSystem }),
    obstacleIn: (valueSet, system) => obstacleWithin(valueSet, system, { valueSet: published, codeSystem: sources.codeSystem }),
    at(wishes) {
      const { sent = [] } = wishes;
      if (sent.length > 0) return createSources(withSentAlong(definitions, sent), { byObject, byVersion: new Map() }, wishes);
      const key = keyOf(wishes);
      if (key === '') return sources;
      const before = others.get(key);
      if (before !== undefined) return before;
      const made = createSources(definitions, contents, wishes);
      if (others.size >= MAX_WISHES) others.clear();
      others.set(key, made);
      return made;
    },
    versionsHere(system) {
      versions ??= versionsByUrl(definitions);
      return versions.get(system) ?? [];
    },
  };
}

/** Ways of reading that are kept: each holds what it compiled. */
const MAX_WISHES = 20;

/** Equal for equal wishes; empty for none. */
function keyOf({ versions, supplements = [] }: Wishes): string {
  if (versions === undefined && supplements.length === 0) return '';
  const { usual, checked, forced } = versions ?? {};
  return JSON.stringify([[...(usual ?? [])], [...(checked ?? [])], [...(forced ?? [])], supplements]);
}

function versionsByUrl({ codeSystems }: Known): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { url, version } of codeSystems) if (version !== '') found.set(url, [...(found.get(url) ?? []), version]);
  for (const versions of found.values()) versions.sort((a, b) => compareVersions(b, a));
  return found;
}

const descriptions = new WeakMap<Concept, Description>();

function described(concept: Concept): Description {
  const before = descriptions.get(concept);
  if (before !== undefined) return before;
  const displays = [concept.display, ...(concept.designation ?? []).map(({ value }) => value)].filter((one) => one !== undefined);
  const { display: english, chinese } = permittedOf('', concept);
  const made = {
    displays,
    ...(english === undefined ? {} : { english }),
    ...(chinese === undefined ? {} : { chinese }),
    isAbstract: isAbstract(concept),
    isInactive: isInactive(concept),
  };
  descriptions.set(concept, made);
  return made;
}

function codesOf(system: string, content: CodeContent | undefined): Iterable<ListedCode> | undefined {
  if (content === undefined || content.size === 0) return undefined;
  return [...content.concepts()].map((concept) => ({ system, concept }));
}

/** Codes looked at for those that are permitted: who has more to sift is not asked to in the middle of a validation. */
const MOST_LOOKED = 5000;

function firstOf(codes: Pick<Codes, 'isOpen'> & Iterable<ListedCode | undefined>, most: number): readonly Permitted[] | undefined {
  if (codes.isOpen) return undefined;
  const found = new Map<string, Permitted>();
  let looked = 0;
  for (const one of codes) {
    if (++looked > MOST_LOOKED) return undefined;
    if (one === undefined) continue;
    const { system, concept } = one;
    if (!isAbstract(concept)) found.set(`${system}|${concept.code}`, permittedOf(system, concept));
    if (found.size > most) return undefined;
  }
  return [...found.values()];
}

function inContent(content: CompiledValueSet, { system, code }: Coding, otherNames: OtherNames): Membership {
  if (code === undefined) return 'out';
  if (system === undefined) return inAny(content, code);
  const systems = content.allSystems();
  const named = systems.has(system) ? system : otherNames(system).find((one) => systems.has(one));
  return content.contains(named ?? system, code);
}

/** A code by itself: any system of the value set may have meant it. */
function inAny(content: CompiledValueSet, code: string): Membership {
  const systems = content.allSystems();
  // Where no system is known nothing can be said: the value set draws on what is not here.
  if (systems.size === 0) return content.contains('', code);
  return settled(systems, 'in', (system) => content.contains(system, code));
}
