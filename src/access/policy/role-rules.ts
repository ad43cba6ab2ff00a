/**
 * What a role lets a principal see and write, as predicates: of the types it names, what is in somebody's record by the rules of seeing, what
 * is in nobody's wholly; and what is changed by whom recorded it.
 */
import type { Predicate } from '../../store/port.js';
import type { Act } from '../access.js';
import type { Principal } from '../principal.js';
import { hasContext } from '../security-context.js';
import { allInstitutions, recordedBy, recordedByNobody } from './institution.js';
import type { PatientCompartment } from './patient-compartment.js';
import type { Policy, Role, SeeingRule } from './policy.js';
import { allOf, anyOf, everything, not } from './predicates.js';
import { treated } from './relationship.js';

export interface RoleRules {
  readonly policy: Pick<Policy, 'shared'>;
  readonly compartment: PatientCompartment;
  readonly role: Role;
  readonly principal: Principal;
}

/** Whether it takes what institution, relationship and consent keep away: the role may, and the reason was told. */
export function breaksGlass({ role, principal }: Pick<RoleRules, 'role' | 'principal'>): boolean {
  return principal.emergency !== undefined && role.rights.has('breakGlass');
}

/** undefined: refused for the whole type. */
export function roleRule(rules: RoleRules, act: Act, type: string): Predicate | undefined {
  if (!rules.role.may(act, type)) return undefined;
  const seen = seenBy(rules, type);
  if (act === 'read' || act === 'search') return seen;
  const mayChange = act === 'create' ? everything : changes(rules);
  return allOf([seen, mayChange, act === 'delete' ? everything : about(rules, type)]);
}

function seenBy(rules: RoleRules, type: string): Predicate | undefined {
  const { role, policy } = rules;
  if (role.sees === 'all' || policy.shared.has(type)) return everything;
  return anyOf([...role.sees].map((rule) => seeing[rule](rules, type)));
}

const seeing: Readonly<Record<SeeingRule, (rules: RoleRules, type: string) => Predicate | undefined>> = {
  institution: (rules) => {
    const { institution } = rules.principal;
    if (institution === allInstitutions || breaksGlass(rules)) return everything;
    return institution === undefined ? undefined : recordedBy(institution);
  },
  unowned: ({ principal }) => (principal.institution === undefined ? recordedByNobody : undefined),
  relationship: (rules, type) => {
    if (breaksGlass(rules)) return everything;
    const patient = treated(rules.principal, rules.role.relationshipDays);
    return patient === undefined ? undefined : ofPatients(rules.compartment, type, patient);
  },
  compartment: ({ compartment, principal }, type) => compartment.within(type, ownPatients(principal)),
};

/** Of whom the account is, and of whom it is the guardian. */
export function ownPatients({ fhirUser, patients = [] }: Principal): readonly string[] {
  const [, own] = /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(fhirUser ?? '') ?? [];
  return [...new Set([...(own === undefined ? [] : [own]), ...patients])];
}

/** In the record of a patient who satisfies the predicate. */
function ofPatients(compartment: PatientCompartment, type: string, predicate: Predicate): Predicate | undefined {
  const member = compartment.membership(type);
  if (member === undefined) return undefined;
  if (member.kind === 'self') return predicate;
  if (member.kind === 'context') return hasContext;
  const params = member.kind === 'subject' ? [member.param] : member.params;
  return anyOf(params.map((param) => ({ kind: 'chain', param, where: [{ type: 'Patient', predicate }] })));
}

/** What a principal may change of what they see. */
function changes({ role, principal }: RoleRules): Predicate {
  const { institution } = principal;
  if (role.changes === 'all' || institution === allInstitutions) return everything;
  return institution === undefined ? recordedByNobody : recordedBy(institution);
}

/**
 * Nothing is written about a patient who may not be seen: it would stand in their record, and some of it makes a relationship. A subject
 * that is not here is refused like one that is hidden, so that nobody learns which it is.
 */
function about(rules: RoleRules, type: string): Predicate | undefined {
  const member = rules.compartment.membership(type);
  if (member === undefined || member.kind === 'self' || member.kind === 'context') return everything;
  // A Consent keeps others away from a record, or lets them in: that is not for strangers to say.
  if (rules.role.writesAbout === 'anyone' && type !== 'Consent') return everything;
  const seen = seenBy(rules, 'Patient') ?? { kind: 'any', of: [] };
  if (seen.kind === 'all' && seen.of.length === 0) return everything;
  const params = member.kind === 'subject' ? [member.param] : member.params;
  const hidden = params.map((param) => not({ kind: 'chain', param, where: [{ type: 'Patient', predicate: not(seen) }] }));
  return allOf([...(member.kind === 'subject' ? [knownSubject(member.param, seen)] : []), ...hidden]);
}

function knownSubject(param: string, seen: Predicate): Predicate | undefined {
  const where = [
    { type: 'Patient', predicate: seen },
    { type: '#Patient', predicate: everything },
  ];
  return anyOf([not({ kind: 'present', param, entry: 'reference' }), { kind: 'chain', param, where }]);
}
