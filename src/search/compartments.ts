/** Which compartments a resource belongs to, by the CompartmentDefinitions. Source: R4 compartmentdefinition.html */
import type { Definitions } from '../definitions/definitions.js';
import type { Resource } from '../model/resource.js';
import type { IndexEntry } from '../store/port.js';

export interface CompartmentRules {
  /** Reference parameters of the type that put a resource into compartments, with the codes of these: `Patient`, `Encounter`, … */
  readonly byParam: ReadonlyMap<string, readonly string[]>;
  /** Resources of the type have a compartment of their own. */
  readonly own: boolean;
}

export function compartmentRules(definitions: Definitions, type: string): CompartmentRules {
  const byParam = new Map<string, string[]>();
  for (const code of definitions.compartments) {
    for (const param of compartmentParams(definitions, code, type)) byParam.set(param, [...(byParam.get(param) ?? []), code]);
  }
  return { byParam, own: definitions.compartments.includes(type) };
}

/** `{def}` stands for the resource that gives the compartment its name. */
function compartmentParams(definitions: Definitions, code: string, type: string): readonly string[] {
  const params = definitions.compartment(code)?.resource?.find((one) => one.code === type)?.param ?? [];
  return params.filter((param) => param !== '{def}');
}

/** `Patient/1`, … in no particular order, each once. The resource that gives the compartment its name always belongs to it. */
export function compartmentsOf({ byParam, own }: CompartmentRules, resource: Resource, entries: readonly IndexEntry[]): readonly string[] {
  const names = new Set<string>();
  if (own && resource.id !== undefined) names.add(`${resource.resourceType}/${resource.id}`);
  for (const entry of entries) {
    if (entry.kind !== 'reference') continue;
    for (const code of byParam.get(entry.param) ?? []) {
      if (isMember(entry.target, code)) names.add(entry.target);
    }
  }
  return [...names];
}

function isMember(target: string, code: string): boolean {
  return target.startsWith(`${code}/`) && target.indexOf('/', code.length + 1) < 0;
}
