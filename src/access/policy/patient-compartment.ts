/**
 * Whose record a resource stands in. The CompartmentDefinition lets a resource into the compartments of all whom it names; for access
 * that would open what is said about one person to another who only performed, wrote or received it. So a type with a primary subject
 * counts by that alone, and types that list people or point at what belongs to others count for nobody.
 * Source: R4 compartmentdefinition-patient.html, compartmentdefinition.html
 */
import type { Definitions } from '../../definitions/definitions.js';
import type { Predicate } from '../../store/port.js';
import { hasContext } from '../security-context.js';

export type Membership =
  /** The Patient itself: what links to it opens nothing. */
  | { readonly kind: 'self' }
  /** By one reference parameter: whom it is about. */
  | { readonly kind: 'subject'; readonly param: string }
  /** Says nothing by itself: stands where its security context does, which is judged besides. */
  | { readonly kind: 'context' }
  /** Has no primary subject: by any of the definition's parameters. */
  | { readonly kind: 'named'; readonly params: readonly string[] };

export interface PatientCompartment {
  /** undefined: resources of the type stand in nobody's record. */
  membership(type: string): Membership | undefined;
  /** What is in the record of one of these patients, by id; undefined: nothing of the type is. */
  within(type: string, patients: readonly string[]): Predicate | undefined;
}

/** Elements that say whom a resource is about. `candidate` is the subject of an EnrollmentRequest. */
const subjects: ReadonlySet<string> = new Set(['subject', 'patient', 'beneficiary', 'individual', 'for', 'candidate']);
const ofNobody: ReadonlySet<string> = new Set(['AuditEvent', 'Group', 'Person', 'Provenance']);

type Read = Pick<Definitions, 'compartment' | 'searchParameters'>;

export function createPatientCompartment(definitions: Read): PatientCompartment {
  const known = new Map<string, Membership | undefined>();
  const membership = (type: string): Membership | undefined => {
    if (!known.has(type)) known.set(type, membershipOf(definitions, type));
    return known.get(type);
  };
  return {
    membership,
    within(type, patients) {
      const member = membership(type);
      if (member === undefined || patients.length === 0) return undefined;
      if (member.kind === 'self') return { kind: 'id', ids: patients };
      if (member.kind === 'context') return hasContext;
      const names = patients.map((id) => `Patient/${id}`);
      if (member.kind === 'subject') return { kind: 'match', param: member.param, match: { kind: 'reference', targets: names } };
      return { kind: 'any', of: names.map((name) => ({ kind: 'compartment', name })) };
    },
  };
}

function membershipOf(definitions: Read, type: string): Membership | undefined {
  if (type === 'Patient') return { kind: 'self' };
  if (type === 'Binary') return { kind: 'context' };
  if (ofNobody.has(type)) return undefined;
  const subject = subjectOf(definitions, type);
  if (subject !== undefined) return { kind: 'subject', param: subject };
  const params = definitions.compartment('Patient')?.resource?.find(({ code }) => code === type)?.param ?? [];
  return params.length === 0 ? undefined : { kind: 'named', params };
}

/** R4's own parameters alone: one that was uploaded does not decide on anybody's record. Of several on one element the one for patients. */
function subjectOf(definitions: Read, type: string): string | undefined {
  const codes = definitions
    .searchParameters(type)
    .filter(
      ({ type: kind, target = [], url, expression = '' }) =>
        kind === 'reference' && target.includes('Patient') && url.startsWith(official) && isOfSubject(type, expression),
    )
    .map(({ code }) => code);
  return codes.find((code) => code === 'patient') ?? codes[0];
}

const official = 'http://hl7.org/fhir/SearchParameter/';

/** `Encounter.subject.where(resolve() is Patient)`: nothing of it leads deeper than the element. */
function isOfSubject(type: string, expression: string): boolean {
  const parts = expression.split('|').map((part) =>
    part
      .trim()
      .replace(/^\((.*)\)$/, '$1')
      .trim(),
  );
  const own = parts.filter((part) => part.startsWith(`${type}.`));
  return own.length > 0 && own.every((part) => subjects.has(/^\w+\.(\w+)(?:$|\.where\(|\.as\(| as )/.exec(part)?.[1] ?? ''));
}
