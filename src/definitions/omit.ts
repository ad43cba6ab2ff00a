/**
 * Which conformance resources of a package are not taken, and why. R4's own package mixes the specification with examples and
 * holds a few that its own rules refuse; each one left out is listed in the index.
 */
import { isId } from '../model/resource.js';
import type { PackageResource } from './packages.js';

const exampleId = /(^|-)example\d*(-|$)/;

/** Special parameters whose meaning is text in the specification, not an expression. Source: R4 search.html#special */
const withoutExpression = new Set(['_text', '_content', '_query', '_filter']);

/** Why the server is not to know this resource at all. `url` stands for its identity where its kind has one. */
export function reasonToOmit({ package: from, resource }: PackageResource): string | undefined {
  const { resourceType, id } = resource;
  // Value sets and code systems of examples are kept: R4's own counts include them, and they mislead nobody.
  if (!from.local && resourceType !== 'ValueSet' && resourceType !== 'CodeSystem' && isExample(resourceType, id)) return 'is an example';
  if (resourceType !== 'NamingSystem' && resource.url === undefined) return 'has no canonical url';
  if (resourceType === 'SearchParameter') return reasonToOmitParameter(resource);
  // Those of R4 without one are examples; for a local profile it is made.
  return !from.local && resourceType === 'StructureDefinition' && resource.snapshot === undefined ? 'has no snapshot' : undefined;
}

/** The structure of extensions in examples carries real names; only those without a snapshot are examples. */
function isExample(resourceType: string, id: string): boolean {
  return resourceType !== 'StructureDefinition' && exampleId.test(id);
}

function reasonToOmitParameter(parameter: { readonly [key: string]: unknown }): string | undefined {
  if (!Array.isArray(parameter.base) || parameter.base.length === 0) return 'names no base type';
  if (parameter.expression !== undefined || withoutExpression.has(String(parameter.code))) return undefined;
  return 'has no expression to index by';
}

/** Why a resource the server knows cannot be served under `[type]/[id]`. */
export function reasonNotToServe({ resource }: PackageResource): string | undefined {
  return isId(resource.id) ? undefined : 'has an id that R4 does not allow (at most 64 of A-Z, a-z, 0-9, - and .)';
}
