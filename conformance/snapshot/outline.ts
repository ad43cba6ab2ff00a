/**
 * What a profile's snapshot says beyond its base, a line for each element: enough to see what a generator made of a differential, short
 * enough to be read. Source: R4 profiling.html#snapshot
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';

/** Lines of the elements that the base has not, or has otherwise, in their order. */
export function outline(structure: StructureDefinition, base: StructureDefinition | undefined): readonly string[] {
  const before = new Set(base?.snapshot?.element.map(line));
  return (structure.snapshot?.element ?? []).map(line).filter((one) => !before.has(one));
}

function line(element: ElementDefinition): string {
  const { id, min, max, slicing, binding, constraint, mustSupport } = element;
  const parts = [
    `${id} ${min}..${max}`,
    typesOf(element),
    slicing === undefined
      ? ''
      : `sliced ${slicing.rules} by ${slicing.discriminator?.map(({ type, path }) => `${type} ${path}`).join(' and ')}`,
    ...Object.entries(element).flatMap(([field, value]) =>
      /^(fixed|pattern)[A-Z]/.test(field) ? [`${field} ${JSON.stringify(value)}`] : [],
    ),
    binding === undefined ? '' : `${binding.strength} ${unpinned(binding.valueSet ?? '')}`,
    constraint === undefined ? '' : [...new Set(constraint.map(({ key }) => key))].sort().join(' '),
    mustSupport === true ? 'to be supported' : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function typesOf({ type = [], contentReference }: ElementDefinition): string {
  if (contentReference !== undefined) return contentReference.slice(contentReference.indexOf('#'));
  return type
    .map(({ code, profile = [], targetProfile = [] }) => [code, ...[...profile, ...targetProfile].map(unpinned)].join(' '))
    .join(', ');
}

/** HL7's generator names the version of what R4 itself defines. */
function unpinned(canonical: string): string {
  return canonical.replace(/\|4\.0\.1$/, '');
}
