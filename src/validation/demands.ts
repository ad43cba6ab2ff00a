/**
 * Whether what a server demands of resources can be met: known types, and profiles that are for them. A profile that is not known (yet)
 * may come later. Source: R4 profiling.html, capabilitystatement-definitions.html#CapabilityStatement.rest.resource.profile
 */
import type { Definitions } from '../definitions/definitions.js';

/** By type, canonicals of the profiles asked of every resource of it. */
export type Demands = Readonly<Record<string, readonly string[]>>;

/** A sentence for each demand that no resource could ever meet. */
export function unfitDemands(demands: Demands, definitions: Definitions): readonly string[] {
  return Object.entries(demands).flatMap(([type, canonicals]) => {
    if (!definitions.isResourceType(type)) return [`${type} is no resource type of R4`];
    return canonicals.flatMap((canonical) => {
      const found = definitions.structure(canonical)?.type;
      const fits = found === undefined || found === type || found === 'Resource' || found === 'DomainResource';
      return fits ? [] : [`${canonical} is a profile on ${found}, not on ${type}`];
    });
  });
}
