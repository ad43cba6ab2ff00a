/**
 * Where a reference leads as far as it can be seen from here: to a contained resource, an entry of the Bundle around, or what the
 * caller has at hand. Source: R4 references.html#contained, bundle.html#references
 */
import { isObject, type Json, type JsonObject } from '../model/json.js';
import type { BundleScope, Walk } from './walk.js';

export function resolveReference(reference: string, walk: Walk): JsonObject | undefined {
  if (reference.startsWith('#')) return reference === '#' ? walk.container : containedResource(reference.slice(1), walk);
  return inBundle(reference, walk.bundle) ?? walk.options.resolve?.(reference);
}

export function containedResource(id: string, walk: Walk): JsonObject | undefined {
  const { contained } = walk.container;
  if (!Array.isArray(contained)) return undefined;
  const known = containedById.get(contained) ?? byId(contained);
  containedById.set(contained, known);
  return known.get(id);
}

/** One pass over the contained resources too; of several with one id the first. */
const containedById = new WeakMap<readonly Json[], ReadonlyMap<string, JsonObject>>();

function byId(contained: readonly Json[]): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const one of contained) {
    if (isObject(one) && typeof one.id === 'string' && !found.has(one.id)) found.set(one.id, one);
  }
  return found;
}

export function isInBundle(reference: string, { bundle }: Walk): boolean {
  return inBundle(reference, bundle) !== undefined;
}

function inBundle(reference: string, scope: BundleScope | undefined): JsonObject | undefined {
  if (scope === undefined) return undefined;
  scope.byUrl ??= entriesByUrl(scope.bundle);
  return scope.byUrl.get(reference);
}

/** One pass over the entries: a Bundle of thousands must not be searched anew for each reference. */
function entriesByUrl(bundle: JsonObject): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const entry of Array.isArray(bundle.entry) ? bundle.entry : []) {
    if (!isObject(entry) || !isObject(entry.resource)) continue;
    const { resource, fullUrl } = entry;
    if (typeof fullUrl === 'string') found.set(fullUrl, resource);
    const relative = `${String(resource.resourceType)}/${String(resource.id)}`;
    if (!found.has(relative)) found.set(relative, resource);
  }
  return found;
}
