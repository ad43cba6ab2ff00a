/**
 * Access to one compartment only: every act is limited to the resources in it, by the CompartmentDefinition. Types that have no
 * part in it are refused, but for shared ones, which may be read and searched.
 * Source: R4 compartmentdefinition.html, compartmentdefinition-patient.html
 */
import type { Definitions } from '../definitions/definitions.js';
import type { Predicate } from '../store/port.js';
import type { Access } from './access.js';
import { hasContext } from './security-context.js';

export interface CompartmentAccessOptions {
  readonly definitions: Pick<Definitions, 'compartment'>;
  /** `Patient` */
  readonly compartment: string;
  readonly id: string;
  /** Types outside the compartment that may be read and searched: Practitioner, Organization, … */
  readonly sharedTypes?: readonly string[];
}

const everything: Predicate = { kind: 'all', of: [] };

export function restrictedToCompartment({ definitions, compartment, id, sharedTypes = [] }: CompartmentAccessOptions): Access {
  const name = `${compartment}/${id}`;
  const members = new Set<string>(
    definitions.compartment(compartment)?.resource?.flatMap(({ code, param = [] }) => (param.length === 0 ? [] : [code])),
  );
  const shared = new Set(sharedTypes);
  return {
    restriction(act, type) {
      // Only the resource itself, not others that link to it: a Patient's link would otherwise open another person's record.
      if (type === compartment) return { kind: 'id', ids: [id] };
      if (members.has(type)) return { kind: 'compartment', name };
      if (shared.has(type) && (act === 'read' || act === 'search')) return everything;
      return type === 'Binary' ? hasContext : undefined;
    },
  };
}
