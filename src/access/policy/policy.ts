/** What a policy says: who, by their role, may see and do what. Read from a document by read-policy.ts. */
import type { Act } from '../access.js';
import type { Clearance } from '../labels.js';

/** A way to see what is in somebody's record. */
export type SeeingRule = 'institution' | 'unowned' | 'relationship' | 'compartment';

export const rights = ['setInstitution', 'chooseIds', 'breakGlass', 'setLabels', 'audit', 'configure', 'manageAccounts'] as const;
export type Right = (typeof rights)[number];

/** What can be covered in what is shown. */
export const masks = ['name', 'identifier', 'telecom', 'address', 'birthDate', 'display', 'narrative', 'attachment'] as const;
export type Mask = (typeof masks)[number];

export interface Role {
  readonly name: string;
  readonly title: { readonly en: string; readonly zh: string };
  may(act: Act, type: string): boolean;
  readonly sees: 'all' | ReadonlySet<SeeingRule>;
  /** Days for which a treatment that has ended still makes a relationship. */
  readonly relationshipDays: number;
  readonly changes: 'own' | 'all';
  readonly writesAbout: 'visible' | 'anyone';
  readonly rights: ReadonlySet<Right>;
  readonly masks: ReadonlySet<Mask>;
  readonly clearance: Clearance;
  readonly secondFactor: boolean;
  /** Names without the dollar sign; all where it is absent. */
  readonly operations?: ReadonlySet<string>;
}

export interface Policy {
  /** Types that belong to nobody's record. */
  readonly shared: ReadonlySet<string>;
  readonly roles: ReadonlyMap<string, Role>;
}
