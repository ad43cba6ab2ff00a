/** What a policy says: who, by their role, may see and do what. Read from a document by read-policy.ts. */
import type { Act } from '../access.js';
import type { Clearance } from '../labels.js';
import type { Masks } from '../masking/kinds.js';

/** A way to see what is in somebody's record. */
export type SeeingRule = 'institution' | 'unowned' | 'relationship' | 'compartment';

export const rights = [
  'setInstitution',
  'chooseIds',
  'breakGlass',
  'tellWithheld',
  'setLabels',
  'audit',
  'configure',
  'manageAccounts',
] as const;
export type Right = (typeof rights)[number];

/** How the patients' Consents concern a role: wholly, but for what its own institution recorded, only where it is named, or not. */
export const consentRules = ['applies', 'ownExempt', 'named', 'exempt'] as const;
export type ConsentRule = (typeof consentRules)[number];

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
  readonly masks: Masks;
  readonly consent: ConsentRule;
  /** What it asks for: codes of v3-ActReason. */
  readonly purposes: readonly string[];
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
