/** The definition that a canonical in a resource names: contained, in the same Bundle, or at the caller's hand. Source: R4 references.html#canonical */
import { isObject, type JsonObject } from '../../model/json.js';
import { containedResource } from '../resolve.js';
import { inChinese, shorten } from '../rules/primitive.js';
import type { Walk } from '../walk.js';
import { type Ground, objectsIn, tell } from './ground.js';

/** undefined where it is not to be had. */
export function definitionNamed(canonical: string, type: string, { walk }: Ground): JsonObject | undefined {
  const found = canonical.startsWith('#')
    ? containedResource(canonical.slice(1), walk)
    : (besideIt(walk).get(canonical) ?? walk.options.resolveCanonical?.(canonical, type));
  return found?.resourceType === type ? found : undefined;
}

const nobody: ReadonlyMap<string, JsonObject> = new Map();
/** A Bundle may hold many that ask. */
const inBundles = new WeakMap<JsonObject, ReadonlyMap<string, JsonObject>>();

/** The Questionnaires and Measures of the Bundle around, by canonical with and without version. */
function besideIt({ bundle: scope }: Walk): ReadonlyMap<string, JsonObject> {
  if (scope === undefined) return nobody;
  const before = inBundles.get(scope.bundle);
  if (before !== undefined) return before;
  const found = new Map<string, JsonObject>();
  for (const { resource } of objectsIn(scope.bundle.entry)) {
    if (!isObject(resource) || typeof resource.url !== 'string') continue;
    if (resource.resourceType !== 'Questionnaire' && resource.resourceType !== 'Measure') continue;
    found.set(resource.url, resource);
    if (typeof resource.version === 'string') found.set(`${resource.url}|${resource.version}`, resource);
  }
  inBundles.set(scope.bundle, found);
  return found;
}

/** A warning: what depends on the definition was not looked at. */
export function definitionMissing(ground: Ground, type: 'Questionnaire' | 'Measure', canonical: string): void {
  const shown = shorten(canonical);
  tell(ground, 'warning', 'not-found', [
    `${type.toLowerCase()}-not-found`,
    `The ${type} ${shown} is not at hand, so this was not checked against it`,
    `此处没有 ${type} ${inChinese(shown)}，因此未按其核对`,
  ]);
}
