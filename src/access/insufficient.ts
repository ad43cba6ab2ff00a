/**
 * What a client is told whose token does not reach: the scope that would. Source: RFC 6750 §3.1; SMART App Launch 2.2 (scopes v2)
 */
import type { Access, Act } from './access.js';

const letters: Readonly<Record<Act, string>> = { create: 'c', read: 'r', update: 'u', delete: 'd', search: 's' };

/** Header fields of the refusal; none where access is not decided by tokens. `type` may be `*`. */
export function insufficientScope({ principal }: Access, act: Act, type: string): Readonly<Record<string, string>> {
  if (principal === undefined) return {};
  const { patient, account } = principal;
  const person = patient === undefined ? 'user' : 'patient';
  const context = account === undefined ? 'system' : person;
  return { 'WWW-Authenticate': `Bearer realm="fhir", error="insufficient_scope", scope="${context}/${type}.${letters[act]}"` };
}
