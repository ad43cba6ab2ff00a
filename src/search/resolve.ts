/**
 * What `resolve()` gives while a resource is indexed: nothing is fetched; a literal reference tells the type of its target, and
 * `where(resolve() is Patient)` needs no more. Source: R4 references.html#literal, fhirpath.html#functions
 */
import type { Definitions } from '../definitions/definitions.js';
import type { EvaluationServices, Item } from '../fhirpath/expression.js';
import { isObject, type Json } from '../model/json.js';
import type { Resource } from '../model/resource.js';

const literal = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[^/]+)?$/;

export function literalServices(resource: Resource, definitions: Definitions): EvaluationServices {
  return {
    resolve(reference, from) {
      if (reference.startsWith('#')) return contained(resource, reference.slice(1));
      const type = literal.exec(reference)?.[1] ?? statedType(from);
      return type !== undefined && definitions.isResourceType(type) ? { type, value: { resourceType: type } } : undefined;
    },
    memberOf: () => undefined,
    conformsTo: () => undefined,
  };
}

function contained(resource: Resource, id: string): Item | undefined {
  const all = Array.isArray(resource.contained) ? (resource.contained as readonly Json[]) : [];
  const found = all.filter(isObject).find((one) => one.id === id);
  return typeof found?.resourceType === 'string' ? { type: found.resourceType, value: found } : undefined;
}

/** Reference.type, for what does not tell by itself: `urn:uuid:…`. */
function statedType({ value }: Item): string | undefined {
  return isObject(value) && typeof value.type === 'string' ? value.type : undefined;
}
