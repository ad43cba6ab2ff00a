/**
 * The FHIRPath of local packages, judged by the build: a constraint or a search parameter that cannot be evaluated must not wait for
 * the first resource to show it.
 */
import type { SearchParameter, StructureDefinition } from 'fhir/r4.js';
import type { TypeModel } from '../src/definitions/definitions.js';
import { type Package, type PackageResource, packageResources } from '../src/definitions/packages.js';
import { checkExpression, type ExpressionFault } from '../src/fhirpath/check.js';
import { checkConstraints } from '../src/fhirpath/check-constraints.js';

/** Throws with a line for each fault: the file, the canonical, the constraint's key, the reason and its place. */
export function checkProfiles(packages: readonly Package[], model: TypeModel): void {
  const faults = packages
    .filter(({ local }) => local)
    .flatMap((one) => [...packageResources(one)])
    .flatMap((found) => faultsOf(found, model));
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

function faultsOf({ file, resource }: PackageResource, model: TypeModel): readonly string[] {
  const line = (where: string, expression: string, { message, position }: ExpressionFault) =>
    `${file}: ${resource.url} ${where}: ${message.en}${position === undefined ? '' : ` (at character ${position + 1})`}: ${expression}`;
  if (resource.resourceType === 'StructureDefinition') {
    const structure = resource as unknown as StructureDefinition;
    return checkConstraints(structure, model).map((fault) => line(`${fault.elementId} ${fault.key}`, fault.expression, fault));
  }
  if (resource.resourceType !== 'SearchParameter') return [];
  const { code, expression } = resource as unknown as SearchParameter;
  return expression === undefined ? [] : checkExpression(expression, model).map((fault) => line(code, expression, fault));
}
