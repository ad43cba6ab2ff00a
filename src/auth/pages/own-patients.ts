/** Patients, guardians: whoever has patients of their own chooses among these; all others search. */
import type { Account } from '../accounts.js';

/** Ids; undefined: the account is not bound to some. */
export function ownPatients({ fhirUser, patients = [] }: Account): readonly string[] | undefined {
  const [type, id] = fhirUser?.split('/') ?? [];
  if (type === 'Patient' && id !== undefined) return [...new Set([id, ...patients])];
  return patients.length > 0 || type === 'RelatedPerson' ? patients : undefined;
}
