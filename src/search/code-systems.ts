/** What search asks of code systems: whether case matters in one, and which one an element of type code draws on. */
import type { SearchContext } from './context.js';
import type { ParameterElement } from './elements.js';

const MAX_KNOWN = 10_000;
const insensitive = new WeakMap<object, Map<string, boolean>>();

/** Only where the code system says so itself. Source: R4 codesystem-definitions.html#CodeSystem.caseSensitive */
export function isCaseInsensitive({ definitions }: SearchContext, system: string): boolean {
  const known = insensitive.get(definitions) ?? new Map<string, boolean>();
  insensitive.set(definitions, known);
  const before = known.get(system);
  if (before !== undefined) return before;
  const answer = definitions.codeSystem(system)?.caseSensitive === false;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(system, answer);
  return answer;
}

/** The one code system behind the required binding of an element of type code; undefined where there are several, or none is known. */
export function boundSystem({ definitions }: SearchContext, { owner, element }: ParameterElement): string | undefined {
  const root = owner.split('.')[0] ?? owner;
  const path = `${owner}.${element}`;
  const binding = definitions.structureOf(root)?.snapshot?.element.find((one) => one.path === path)?.binding;
  if (binding?.valueSet === undefined) return undefined;
  const systems = new Set(definitions.valueSet(binding.valueSet)?.compose?.include.map((include) => include.system));
  const [only] = systems;
  return systems.size === 1 ? only : undefined;
}
