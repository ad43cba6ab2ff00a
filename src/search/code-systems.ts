/** What search asks of code systems: whether case matters in one, and which one an element of type code draws on. */
import type { Definitions } from '../definitions/definitions.js';
import { ownText } from '../model/own-text.js';
import type { ParameterElement } from './elements.js';

export interface CodeSystems {
  /** Only where the code system says so itself. Source: R4 codesystem-definitions.html#CodeSystem.caseSensitive */
  isCaseInsensitive(system: string): boolean;
  /** The one code system behind the binding of an element of type code; undefined where there are several, or none is known. */
  boundSystem(element: ParameterElement): string | undefined;
}

/** Definitions are read once for each system and element: parsing them anew would cost more than the rest of a search. */
const MAX_KNOWN = 10_000;

export function createCodeSystems(definitions: Definitions): CodeSystems {
  const insensitive = new Map<string, boolean>();
  const bound = new Map<string, string | undefined>();
  return {
    isCaseInsensitive(system) {
      const known = insensitive.get(system);
      if (known !== undefined) return known;
      const answer = definitions.codeSystem(system)?.caseSensitive === false;
      if (insensitive.size >= MAX_KNOWN) insensitive.clear();
      insensitive.set(ownText(system), answer);
      return answer;
    },
    boundSystem({ owner, element }) {
      const path = `${owner}.${element}`;
      if (!bound.has(path)) bound.set(path, systemBehind(definitions, owner, path));
      return bound.get(path);
    },
  };
}

function systemBehind(definitions: Definitions, owner: string, path: string): string | undefined {
  const root = owner.split('.')[0] ?? owner;
  const binding = definitions.structureOf(root)?.snapshot?.element.find((one) => one.path === path)?.binding;
  if (binding?.valueSet === undefined) return undefined;
  const systems = new Set(definitions.valueSet(binding.valueSet)?.compose?.include.map((include) => include.system));
  const [only] = systems;
  return systems.size === 1 ? only : undefined;
}
