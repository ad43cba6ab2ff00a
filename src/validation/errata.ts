/**
 * Where R4's definitions do not say what R4 means. Invariants are keyed by their published expression, so that a profile's own rule
 * of the same key is left alone; with them goes the rule that an expression which gives nothing has failed, as in HL7's validator.
 */
import type { ElementDefinitionBinding, StructureDefinitionContext } from 'fhir/r4.js';

type BindingStrength = ElementDefinitionBinding['strength'];

const name = `name.matches('[A-Z]([A-Za-z0-9_]){0,254}')`;

const replaced: ReadonlyMap<string, string> = new Map([
  // The name is optional, and all of it has to match.
  [name, `name.exists() implies name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')`],
  // bdl-8: an entry need not have a fullUrl.
  [`fullUrl.contains('/_history/').not()`, `fullUrl.exists() implies fullUrl.contains('/_history/').not()`],
  // que-7: the type is FHIR's boolean, not System.Boolean.
  [`operator = 'exists' implies (answer is Boolean)`, `operator = 'exists' implies (answer is boolean)`],
  // que-12: "more than one enableWhen" begins at two.
  [`enableWhen.count() > 2 implies enableBehavior.exists()`, `enableWhen.count() > 1 implies enableBehavior.exists()`],
  // ras-2: a range, or no probability at all, is not above 100.
  [`probability is decimal implies (probability as decimal) <= 100`, `probability.ofType(decimal).all($this <= 100)`],
  // rng-2: bounds in units that cannot be compared are not known to be out of order.
  [`low.empty() or high.empty() or (low <= high)`, `low.empty() or high.empty() or iif(low > high, false, true)`],
  // tim-9: `when` repeats, and `in` takes one item.
  [
    `offset.empty() or (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))`,
    `offset.empty() or (when.exists() and when.all(($this in ('C' | 'CM' | 'CD' | 'CV')).not()))`,
  ],
  // questionnaire-minOccurs, -maxOccurs: FHIRPath names the element of a choice without its type.
  [`type!='display' and (required=true or %extension.valueInteger=0)`, `type!='display' and (required=true or %extension.value=0)`],
  [`type!='display' and (repeats=true or %extension.valueInteger=1)`, `type!='display' and (repeats=true or %extension.value=1)`],
  // vs-1: asks only of a dateTime that it is precise to the day.
  [`($this as dateTime).toString().length() >= 8`, `($this is dateTime) implies ($this.toString().length() >= 8)`],
  // ctm-1: iif() takes one item as its input, and resolve() may give none.
  [
    `onBehalfOf.exists() implies (member.resolve().iif(empty(), true, ofType(Practitioner).exists()))`,
    `onBehalfOf.exists() implies (member.resolve().empty() or member.resolve().ofType(Practitioner).exists())`,
  ],
  // opd-3: the published text forgets that a parameter may be a resource.
  [
    `targetProfile.exists() implies (type = 'Reference' or type = 'canonical')`,
    `targetProfile.exists() implies (type = 'Reference' or type = 'canonical' or type.memberOf('http://hl7.org/fhir/ValueSet/resource-types'))`,
  ],
]);

/** con-3 and the path patterns of ElementDefinition are long; they are known by how they begin. */
const replacedByStart: readonly (readonly [string, string])[] = [
  [
    `clinicalStatus.exists() or verificationStatus.coding.where(system='http://terminology.hl7.org/CodeSystem/condition-ver-status' and code = 'entered-in-error').exists() or category`,
    `category.coding.where(code = 'problem-list-item').empty() or clinicalStatus.exists() or verificationStatus.coding.where(code = 'entered-in-error').exists()`,
  ],
  [
    `binding.empty() or type.code.empty() or type.select(`,
    `binding.empty() or type.code.empty() or type.code.where(contains(':')).exists() or type.where(code in ('code' | 'Coding' | 'CodeableConcept' | 'Quantity' | 'string' | 'uri')).exists()`,
  ],
];

const pathPattern = /^path\.matches\('(.*)'\)$/s;

/** The expression to evaluate for a published one. */
export function corrected(expression: string): string {
  const direct = replaced.get(expression);
  if (direct !== undefined) return direct;
  const begun = replacedByStart.find(([start]) => expression.startsWith(start));
  if (begun !== undefined) return begun[1];
  // eld-19, eld-20: the whole path has to match.
  const path = pathPattern.exec(expression)?.[1];
  return path === undefined || path.startsWith('^') ? expression : `path.matches('^(${path})$')`;
}

/**
 * 2026-11-26: the vital signs' "common units" are required of every component, also of those that are no vital sign and of those whose
 * value is a concept. What a profile wants of its own components it says by fixed codes; so of others it is asked as far as it fits.
 */
export function correctedStrength(valueSet: string, strength: BindingStrength, type: string): BindingStrength {
  if (!valueSet.startsWith('http://hl7.org/fhir/ValueSet/ucum-vitals-common')) return strength;
  return type === 'Quantity' ? 'extensible' : 'example';
}

const core = 'http://hl7.org/fhir/StructureDefinition';

/** Where R4's own definitions use an extension beyond the contexts it publishes for it. */
const furtherContexts: ReadonlyMap<string, readonly string[]> = new Map([
  [`${core}/structuredefinition-fhir-type`, ['ElementDefinition.type']],
  [`${core}/regex`, ['ElementDefinition.type']],
  [
    `${core}/structuredefinition-normative-version`,
    ['ElementDefinition', 'ValueSet', 'CodeSystem', 'OperationDefinition', 'CapabilityStatement'],
  ],
]);

export function correctedContexts(url: string, contexts: readonly StructureDefinitionContext[]): readonly StructureDefinitionContext[] {
  return [...contexts, ...(furtherContexts.get(url) ?? []).map((expression) => ({ type: 'element' as const, expression }))];
}
