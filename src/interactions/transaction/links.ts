/**
 * Replaces links in a resource, wherever R4 says that a transaction must: references, uri and url, and the links of narrative;
 * canonicals stay. So do oid and uuid, which R4 lists too: a relative URL in their place would be none, and make the resource
 * invalid. The definitions say which property is which. Source: R4 http.html#trules, datatypes.html#oid, datatypes.html#uuid
 */
import type { Property, TypeModel } from '../../definitions/definitions.js';
import { isObject, type Json, type JsonObject, type MutableJsonObject } from '../../model/json.js';
import { parseReference } from '../../model/reference.js';
import type { LinkMap } from './link-map.js';
import { replaceInNarrative } from './narrative.js';

/** For a reference whose target is not known yet: takes the Reference that is to have it, a copy that may be written to. */
export type Later = (holder: MutableJsonObject) => void;

export interface Replace {
  /** The text of a Reference; undefined leaves it. */
  readonly reference: (text: string) => string | Later | undefined;
  /** Any other link. */
  readonly uri: (text: string) => string | undefined;
}

/** What leads to entries of the Bundle, from the entry with the full URL `from`. */
export function withinBundle(links: Pick<LinkMap, 'resolve' | 'resolveUri'>, from: string | undefined): Replace {
  return { reference: (text) => links.resolve(text, from), uri: (text) => links.resolveUri(text, from) };
}

type Model = Pick<TypeModel, 'properties'>;

/** The resource itself where nothing had to be replaced. What is not as the definitions say is left for the validator. */
export function replaceLinks<T extends JsonObject>(model: Model, resource: T, replace: Replace): T {
  const places = known.get(model) ?? placesIn(model);
  known.set(model, places);
  return inResource({ ...replace, places }, resource) as T;
}

/** What a property holds: a link, a text or objects with links inside; a type is named where objects of it stand there. */
type Place = { readonly holds: 'reference' | 'uri' | 'narrative' | 'resource' } | { readonly holds: 'objects'; readonly type: string };
/** The properties of a type in which there may be links. */
type Places = (type: string) => ReadonlyMap<string, Place>;

const known = new WeakMap<Model, Places>();

function placesIn(model: Model): Places {
  const byType = new Map<string, ReadonlyMap<string, Place>>();
  return (type) => {
    const before = byType.get(type);
    if (before !== undefined) return before;
    const places = new Map<string, Place>();
    for (const property of model.properties(type).values()) {
      const place = placeOf(type, property);
      if (place !== undefined) places.set(property.name, place);
    }
    // Contained resources call themselves whatever they like.
    if (places.size > 0) byType.set(type, places);
    return places;
  };
}

const linkTypes: ReadonlySet<string> = new Set(['uri', 'url']);

function placeOf(owner: string, { name, type }: Property): Place | undefined {
  if (owner === 'Reference' && name === 'reference') return { holds: 'reference' };
  // Names, not links: what a Bundle inside calls its entries, and what an extension means.
  if (owner === 'Bundle.entry' && name === 'fullUrl') return undefined;
  if (owner === 'Extension' && name === 'url') return undefined;
  if (linkTypes.has(type)) return { holds: 'uri' };
  if (type === 'xhtml') return { holds: 'narrative' };
  if (type === 'Resource') return { holds: 'resource' };
  return /^[A-Z]/.test(type) ? { holds: 'objects', type } : undefined;
}

/** What stands beside a primitive: its id and extensions. */
const beside: Place = { holds: 'objects', type: 'Element' };

interface Walk extends Replace {
  readonly places: Places;
}

function inResource(walk: Walk, resource: JsonObject): JsonObject {
  const type = resource.resourceType;
  if (typeof type !== 'string') return resource;
  return inObject(type === 'Bundle' ? outOf(resource, walk) : walk, resource, type);
}

/** A Bundle inside keeps the links between its own entries, and criteria, which are for who executes it. Source: R4 bundle.html#references */
function outOf({ entry }: JsonObject, walk: Walk): Walk {
  const own = new Set(Array.isArray(entry) ? entry.map((one: Json) => (isObject(one) ? one.fullUrl : undefined)) : []);
  const isOwn = (text: string) => own.has(text) || own.has(text.replace(/(?:\/_history\/[^/#]*)?(?:#.*)?$/s, ''));
  return {
    ...walk,
    reference: (text) => (isOwn(text) || isCriteria(text) ? undefined : walk.reference(text)),
    uri: (text) => (isOwn(text) ? undefined : walk.uri(text)),
  };
}

function isCriteria(text: string): boolean {
  return text.includes('?') && parseReference(text).kind === 'conditional';
}

function inObject(walk: Walk, json: JsonObject, type: string): JsonObject {
  const places = walk.places(type);
  let copy: MutableJsonObject | undefined;
  for (const name in json) {
    const place = places.get(name) ?? (name.charCodeAt(0) === 0x5f ? beside : undefined);
    const value = json[name];
    if (place === undefined || value === undefined) continue;
    const next = place.holds === 'reference' ? inReference(walk, value) : inValue(walk, value, place);
    if (next === value) continue;
    copy ??= { ...json };
    if (typeof next === 'function') next(copy);
    else copy[name] = next;
  }
  return (copy as JsonObject | undefined) ?? json;
}

function inReference(walk: Walk, value: Json): Json | Later {
  return typeof value === 'string' ? (walk.reference(value) ?? value) : value;
}

function inValue(walk: Walk, value: Json, place: Place): Json {
  if (typeof value === 'string') {
    if (place.holds === 'uri') return walk.uri(value) ?? value;
    return place.holds === 'narrative' ? replaceInNarrative(value, walk.uri) : value;
  }
  if (Array.isArray(value)) return inItems(walk, value, place);
  if (!isObject(value)) return value;
  if (place.holds === 'objects') return inObject(walk, value, place.type);
  return place.holds === 'resource' ? inResource(walk, value) : value;
}

function inItems(walk: Walk, items: readonly Json[], place: Place): readonly Json[] {
  let copy: Json[] | undefined;
  for (let at = 0; at < items.length; at++) {
    const item = items[at] ?? null;
    const next = inValue(walk, item, place);
    if (next === item) continue;
    copy ??= [...items];
    copy[at] = next;
  }
  return copy ?? items;
}
