/**
 * The value set of all value sets. A code system is one by its own URI here, so that it has all codes of all code systems that are here:
 * of a code it can be told, and there is no listing them. Source: R4 terminology-service.html#all
 */
import type { ValueSet } from 'fhir/r4.js';

export const allValueSets = 'http://hl7.org/fhir/ValueSet/@all';

/** What of it a code is judged by. */
export function allOf(system: string | undefined): ValueSet {
  return { resourceType: 'ValueSet', url: allValueSets, status: 'active', compose: { include: system === undefined ? [] : [{ system }] } };
}
