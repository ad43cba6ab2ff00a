/**
 * Replaces links in a resource, wherever R4 says that a transaction must: references, uri, url, oid and uuid, and the links of
 * narrative; canonicals stay. The definitions say which property is which. Source: R4 http.html#trules
 */
import type { Property, TypeModel } from '../../definitions/definitions.js';
import { isObject, type Json, type JsonObject, type MutableJsonObject } from '../../model/json.js';

/** `reference`: the text of a Reference; `uri`: any other link. undefined leaves it. */
export type Replace = (text: string, kind: 'reference' | 'uri') => string | undefined;

const linkTypes: ReadonlySet<string> = new Set(['uri', 'url', 'oid', 'uuid']);

/** The resource itself where nothing had to be replaced. What is not as the definitions say is left for the validator. */
export function replaceLinks<T extends JsonObject>(model: Pick<TypeModel, 'properties'>, resource: T, replace: Replace): T {
  const type = resource.resourceType;
  return typeof type === 'string' ? (replaceInObject(model, resource, type, replace) as T) : resource;
}

function replaceInObject(model: Pick<TypeModel, 'properties'>, json: JsonObject, type: string, replace: Replace): JsonObject {
  const properties = model.properties(type);
  let copy: MutableJsonObject | undefined;
  for (const name of Object.keys(json)) {
    const value = json[name];
    if (value === undefined) continue;
    const next =
      type === 'Reference' && name === 'reference'
        ? replaceText(value, 'reference', replace)
        : replaceValue(model, value, properties.get(name), name, replace);
    if (next === value) continue;
    copy ??= { ...json };
    copy[name] = next;
  }
  return (copy as JsonObject | undefined) ?? json;
}

function replaceValue(
  model: Pick<TypeModel, 'properties'>,
  value: Json,
  property: Property | undefined,
  name: string,
  replace: Replace,
): Json {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    const next = items.map((item) => replaceValue(model, item, property, name, replace));
    return next.some((item, index) => item !== items[index]) ? next : items;
  }
  if (isObject(value)) {
    // What stands beside a primitive: its id and extensions.
    if (name.startsWith('_')) return replaceInObject(model, value, 'Element', replace);
    if (property === undefined) return value;
    if (property.type === 'Resource') return replaceLinks(model, value, replace);
    return replaceInObject(model, value, property.type, replace);
  }
  if (property === undefined) return value;
  if (linkTypes.has(property.type)) return replaceText(value, 'uri', replace);
  return property.type === 'xhtml' && typeof value === 'string' ? replaceInNarrative(value, replace) : value;
}

function replaceText(value: Json, kind: 'reference' | 'uri', replace: Replace): Json {
  return typeof value === 'string' ? (replace(value, kind) ?? value) : value;
}

const narrativeLink = /(<(?:a|img)\b[^>]*?\b(?:href|src)\s*=\s*)(["'])(.*?)\2/gs;

function replaceInNarrative(div: string, replace: Replace): string {
  return div.replace(narrativeLink, (whole: string, before: string, quote: string, url: string) => {
    const next = replace(url, 'uri');
    return next === undefined ? whole : `${before}${quote}${next}${quote}`;
  });
}
