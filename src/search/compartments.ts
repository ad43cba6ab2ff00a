/** Which compartments a resource belongs to, by the CompartmentDefinitions. Source: R4 compartmentdefinition.html */
import type { Definitions } from '../definitions/definitions.js';
import type { Resource } from '../model/resource.js';
import type { IndexEntry } from '../store/port.js';

export interface CompartmentRule {
  /** `Patient`, `Encounter`, … */
  readonly code: string;
  /** Reference parameters of the type that put a resource into it. */
  readonly params: ReadonlySet<string>;
}

export function compartmentRules(definitions: Definitions, type: string): readonly CompartmentRule[] {
  return definitions.compartments.flatMap((code) => {
    const params = compartmentParams(definitions, code, type);
    return params === undefined ? [] : [{ code, params: new Set(params) }];
  });
}

/**
 * The parameters by which resources of a type belong to a compartment; undefined where the type has no part in it. The resource
 * that gives the compartment its name always belongs to it (`{def}`).
 */
function compartmentParams(definitions: Definitions, code: string, type: string): readonly string[] | undefined {
  const params = definitions.compartment(code)?.resource?.find((one) => one.code === type)?.param ?? [];
  return params.length === 0 && type !== code ? undefined : params.filter((param) => param !== '{def}');
}

/** `Patient/1`, … in no particular order, each once. */
export function compartmentsOf(rules: readonly CompartmentRule[], resource: Resource, entries: readonly IndexEntry[]): readonly string[] {
  const names = new Set<string>();
  for (const { code, params } of rules) {
    if (code === resource.resourceType && resource.id !== undefined) names.add(`${code}/${resource.id}`);
    for (const entry of entries) {
      if (entry.kind === 'reference' && params.has(entry.param) && isMember(entry.target, code)) names.add(entry.target);
    }
  }
  return [...names];
}

function isMember(target: string, code: string): boolean {
  return target.startsWith(`${code}/`) && target.indexOf('/', code.length + 1) < 0;
}
