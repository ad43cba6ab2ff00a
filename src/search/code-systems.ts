/**
 * What search asks of code systems and value sets, uploaded ones included: whether case matters, which systems an element of type code
 * draws on, which codes a value set stands for and which stand below another.
 */
import type { Definitions } from '../definitions/definitions.js';
import { ownText } from '../model/own-text.js';
import { createTerminology } from '../terminology/create-terminology.js';
import type { Terminology } from '../terminology/terminology.js';
import type { ParameterElement } from './elements.js';

export interface CodeSystems extends Pick<Terminology, 'select' | 'selecting' | 'related'> {
  /** All names of a system, the one that is asked first: an OID and a URI may be one system. Source: R4 namingsystem.html */
  names(system: string): readonly string[];
  /** Only where the code system says so itself. Source: R4 codesystem-definitions.html#CodeSystem.caseSensitive */
  isCaseInsensitive(system: string): boolean;
  /** The code systems behind the binding of an element of type code; none where none is known. */
  boundSystems(element: ParameterElement): ReadonlySet<string>;
  /** The definitions with what was uploaded. */
  readonly live: Definitions;
  /** The codes of a system as far as they are listed here. */
  codesOf(system: string): readonly string[];
  /** The canonical of `ValueSet/[id]`, where it is here and has one. */
  valueSetAt(id: string): string | undefined;
}

/** Where code systems and value sets are looked up. */
export interface Vocabulary {
  readonly definitions: Definitions;
  readonly terminology: Terminology;
}

/** Definitions are read once for each system and element: parsing them anew would cost more than the rest of a search. */
const MAX_KNOWN = 10_000;

/** `vocabulary`: that of the packages alone where it is absent. */
export function createCodeSystems(definitions: Definitions, vocabulary?: Vocabulary): CodeSystems {
  const { definitions: live, terminology } = vocabulary ?? { definitions, terminology: createTerminology(definitions) };
  const names = (system: string) => [system, ...terminology.otherNames(system)];
  const insensitive = new Map<string, boolean>();
  const bound = new Map<string, ReadonlySet<string>>();
  let generation = live.generation.terminology;
  return {
    isCaseInsensitive(system) {
      if (live.generation.terminology !== generation) insensitive.clear();
      generation = live.generation.terminology;
      const known = insensitive.get(system);
      if (known !== undefined) return known;
      const answer = names(system).some((one) => live.codeSystem(one)?.caseSensitive === false);
      if (insensitive.size >= MAX_KNOWN) insensitive.clear();
      insensitive.set(ownText(system), answer);
      return answer;
    },
    names,
    // What R4 binds its own elements to is never uploaded.
    boundSystems({ owner, element }) {
      const path = `${owner}.${element}`;
      const found = bound.get(path) ?? systemsBehind(definitions, owner, path);
      bound.set(path, found);
      return found;
    },
    live,
    codesOf: (system) => [...(terminology.codeSystem(system)?.concepts() ?? [])].map(({ code }) => code),
    valueSetAt: live.valueSetAt,
    select: terminology.select,
    selecting: terminology.selecting,
    related: (direction, system, code) => terminology.related(direction, terminology.knownAs(system), code),
  };
}

const none: ReadonlySet<string> = new Set();

function systemsBehind(definitions: Definitions, owner: string, path: string): ReadonlySet<string> {
  const root = owner.split('.')[0] ?? owner;
  const binding = definitions.structureOf(root)?.snapshot?.element.find((one) => one.path === path)?.binding;
  if (binding?.valueSet === undefined) return none;
  const include = definitions.valueSet(binding.valueSet)?.compose?.include ?? [];
  return new Set(include.flatMap(({ system }) => (system === undefined ? [] : [system])));
}
