/** Makes of a ConceptMap what is kept of it. Source: R4 conceptmap.html */
import type { ConceptMap } from 'fhir/r4.js';
import { type JsonObject, stringifyJson } from '../model/json.js';
import type { MapDefinition, MapGroup } from './concept-map.js';
import { packRows } from './map-rows.js';
import { strip, stripMapElement, stripMapGroup } from './strip.js';

/** Throws for what is of a shape that no rule of R4 allows. */
export function* mapDefinition(map: JsonObject): Generator<undefined, MapDefinition> {
  const { group = [], ...rest } = map as JsonObject & { readonly group?: readonly JsonObject[] };
  const { id, url, version, status, sourceUri, sourceCanonical, targetUri, targetCanonical } = own<ConceptMap>(strip.ConceptMap(rest));
  const groups: MapGroup[] = [];
  for (const { element = [], ...about } of group as readonly (JsonObject & { readonly element?: readonly JsonObject[] })[]) {
    groups.push({ ...own<Omit<MapGroup, 'rows'>>(stripMapGroup(about)), rows: yield* packRows(element, stripMapElement) });
  }
  return { id, url, version, status, source: sourceCanonical ?? sourceUri, target: targetCanonical ?? targetUri, groups };
}

/** A copy that holds on to nothing of the body it came with. */
function own<T>(value: Readonly<Record<string, unknown>>): T {
  return JSON.parse(stringifyJson(value as JsonObject)) as T;
}
