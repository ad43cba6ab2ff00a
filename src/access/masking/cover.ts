/**
 * A resource as somebody is shown it who may not see all of it: walked by the definitions, so that what a type is decides, wherever it
 * stands: in choices, in extensions, in what is contained, in the entries of Bundles. Numbers keep their digits and what is not covered its
 * order. What has been covered is tagged SUBSETTED. Source: R4 resource.html#simple-tags
 */
import type { Property, TypeModel } from '../../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { parseStored } from '../../model/parse-stored.js';
import type { Resource } from '../../model/resource.js';
import { withSubsetted } from '../../model/subsetted.js';
import { encodeInSteps, stringifyJsonInSteps } from '../../model/write-json.js';
import { coveringOf, typeOfReference } from './data-types.js';
import { isPersonal, type Masks, maskOfText, persons } from './kinds.js';
import { personSystems } from './person-systems.js';
import { coveredName, isResidentNumber, type SurnameOf, toYear } from './texts.js';

export interface CoverRooms {
  readonly definitions: Pick<TypeModel, 'properties'>;
  readonly surnameOf: SurnameOf;
  /** Whether resources of a type tell of persons, and are not the same for all. */
  readonly isOfRecord: (type: string) => boolean;
}

/** The text of a resource → what is shown of it. */
export type Cover = (json: Buffer) => Generator<undefined, Buffer>;

/** Bytes that hardly take a moment; longer Bundles are covered entry by entry. */
const SHORT = 64 * 1024;

export function createCover(rooms: CoverRooms, masks: Masks): Cover {
  return function* cover(json) {
    const resource = yield* parseStored(json);
    if (!isObject(resource)) return json;
    const shown = json.length > SHORT ? yield* coverBundle(rooms, masks, resource) : coverResource(rooms, masks, resource);
    return shown === resource ? json : yield* encodeInSteps(yield* stringifyJsonInSteps(shown));
  };
}

function* coverBundle(rooms: CoverRooms, masks: Masks, bundle: JsonObject): Generator<undefined, JsonObject> {
  const { entry } = bundle;
  if (bundle.resourceType !== 'Bundle' || !Array.isArray(entry)) return coverResource(rooms, masks, bundle);
  const scope = scopeOf(rooms, masks, bundle, true);
  const entries: Json[] = [];
  for (const one of entry as readonly Json[]) {
    entries.push(isObject(one) ? coverObject(scope, one, 'Bundle.entry') : one);
    yield;
  }
  const around = coverResource(rooms, masks, { ...bundle, entry: [] });
  return { ...around, entry: entries };
}

interface Scope extends CoverRooms {
  readonly masks: Masks;
  /** The type of the resource in question. */
  readonly root: string;
  /** What stands in it is the server's own, but for the resources that it holds. */
  readonly isAnswer: boolean;
}

/** What is stored has an id; a Bundle or Parameters without one is made for who asks, unless it lies in what is stored. */
function scopeOf(rooms: CoverRooms, masks: Masks, { resourceType, id }: JsonObject, mayBeAnswer: boolean): Scope {
  const root = String(resourceType);
  return { ...rooms, masks, root, isAnswer: mayBeAnswer && id === undefined && (root === 'Bundle' || root === 'Parameters') };
}

/** Shows nothing of its own. */
const around: ReadonlySet<string> = new Set(['OperationOutcome', 'Parameters']);

function coverResource(rooms: CoverRooms, masks: Masks, resource: JsonObject, isContained = false, mayBeAnswer = true): JsonObject {
  const { resourceType: root, id } = resource;
  if (typeof root !== 'string' || root === 'OperationOutcome') return resource;
  const shown = coverObject(scopeOf(rooms, masks, resource, mayBeAnswer), resource, root);
  // A Bundle without an id is an answer: its entries are tagged for themselves.
  if (shown === resource || isContained || around.has(root) || (root === 'Bundle' && id === undefined)) return shown;
  return withSubsetted(shown as Resource);
}

/** The same object where nothing of it is covered; empty where nothing of it is left. */
function coverObject(scope: Scope, object: JsonObject, type: string): JsonObject {
  const properties = scope.definitions.properties(type);
  const parts: [string, Json][] = [];
  let isChanged = false;
  for (const [name, value = null] of Object.entries(object)) {
    const property = properties.get(name.startsWith('_') ? name.slice(1) : name);
    const shown = property === undefined ? value : coverProperty(scope, name, value, property, type);
    if (shown !== undefined) parts.push([name, shown]);
    isChanged ||= shown !== value;
  }
  return isChanged ? Object.fromEntries(parts) : object;
}

type Covered = Json | undefined;

function coverProperty(scope: Scope, name: string, value: Json, property: Property, owner: string): Covered {
  const cover = coverOf(scope, property, owner);
  if (cover === 'leave out') return undefined;
  // Extensions of a value that is covered could say it again.
  if (name.startsWith('_')) return cover === undefined ? each(value, (one) => coverElement(scope, one)) : undefined;
  return each(value, cover ?? ((one) => (isObject(one) ? unlessEmpty(coverNested(scope, one, property.type)) : one)));
}

function coverElement(scope: Scope, element: Json): Json {
  return isObject(element) ? coverObject(scope, element, 'Element') : element;
}

/** No element is empty. */
function unlessEmpty(value: JsonObject): JsonObject | undefined {
  for (const _ in value) return value;
  return undefined;
}

function coverNested(scope: Scope, value: JsonObject, type: string): JsonObject {
  return type === 'Resource' ? coverInside(scope, value) : coverObject(scope, value, type);
}

/** What is contained is as much of the record as what contains it; what a Bundle holds stands for itself. */
function coverInside(scope: Scope, resource: JsonObject): JsonObject {
  const isContained = scope.root !== 'Bundle' && scope.root !== 'Parameters';
  const rooms = isContained && scope.isOfRecord(scope.root) ? { ...scope, isOfRecord: () => true } : scope;
  return coverResource(rooms, scope.masks, resource, isContained, scope.isAnswer);
}

/** An array of which nothing is left is left out. */
function each(value: Json, cover: (one: Json) => Covered): Covered {
  if (!Array.isArray(value)) return cover(value);
  const values = value as readonly Json[];
  const shown = values.map(cover);
  if (shown.every((one, at) => one === values[at])) return value;
  const left = shown.filter((one): one is Json => one !== undefined);
  return left.length === 0 ? undefined : left;
}

type Cover1 = ((value: Json) => Covered) | 'leave out' | undefined;

function coverOf(scope: Scope, property: Property, owner: string): Cover1 {
  const { masks } = scope;
  const { type } = property;
  switch (type) {
    case 'Narrative':
      return masks.has('narrative') ? 'leave out' : undefined;
    case 'Annotation':
      return masks.has('freeText') ? 'leave out' : undefined;
    case 'base64Binary':
      return masks.has('attachment') ? 'leave out' : undefined;
    case 'Reference':
      return (value) => (isObject(value) ? coverReference(scope, value) : value);
    case 'Identifier':
      return identifierCover(scope, (identifier) => isOfPerson(scope, identifier));
    default: {
      const cover = coveringOf(type, masks);
      if (cover !== undefined) return (value) => (isObject(value) ? cover(value, scope.surnameOf) : value);
      return primitiveCover(scope, property, owner);
    }
  }
}

function identifierCover({ masks, surnameOf }: Scope, isMeant: (identifier: JsonObject) => boolean): Cover1 {
  const cover = coveringOf('Identifier', masks);
  return cover && ((value) => (isObject(value) && isMeant(value) ? cover(value, surnameOf) : value));
}

function isOfPerson({ root, masks, isOfRecord }: Scope, { system, value }: JsonObject): boolean {
  if (persons.has(root) || (masks.has('whole') && isOfRecord(root))) return true;
  return (typeof system === 'string' && personSystems.has(system)) || (typeof value === 'string' && isResidentNumber(value));
}

function coverReference(scope: Scope, reference: JsonObject): JsonObject {
  const { masks } = scope;
  const type = typeOfReference(reference);
  const personal = type === undefined || isPersonal(type) || (masks.has('whole') && scope.isOfRecord(scope.root));
  const { display, identifier, ...rest } = reference;
  const coverIdentifier = identifierCover(scope, (one) => personal || isOfPerson(scope, one));
  const shownIdentifier = typeof coverIdentifier === 'function' && identifier !== undefined ? coverIdentifier(identifier) : identifier;
  const shownDisplay = personal && masks.has('display') && display !== undefined ? coveredDisplay(scope, display) : display;
  const around = coverObject(scope, rest, 'Reference');
  if (around === rest && shownIdentifier === identifier && shownDisplay === display) return reference;
  return {
    ...around,
    ...(shownIdentifier === undefined ? {} : { identifier: shownIdentifier }),
    ...(shownDisplay === undefined ? {} : { display: shownDisplay }),
  };
}

function coveredDisplay({ masks, surnameOf }: Scope, display: Json): Json | undefined {
  return masks.has('whole') || typeof display !== 'string' ? undefined : coveredName(display, surnameOf);
}

/** Of these free words are part of a code or a measure. */
const worded: ReadonlySet<string> = new Set([
  'Coding',
  'Reference',
  'Meta',
  'Quantity',
  'Age',
  'Duration',
  'Count',
  'Distance',
  'SampledData',
  'Money',
]);

function primitiveCover(scope: Scope, { name, element, type }: Property, owner: string): Cover1 {
  const { masks, root } = scope;
  const isRecord = owner !== 'Meta' && !scope.isAnswer && scope.isOfRecord(root);
  switch (type) {
    case 'date':
    case 'dateTime':
      if (masks.has('birthDate') && element === 'birthDate') return year;
      return masks.has('dates') && isRecord ? year : undefined;
    case 'instant':
      return masks.has('dates') && isRecord ? 'leave out' : undefined;
    case 'string':
    case 'markdown': {
      if (masks.has('freeText') && isRecord && !worded.has(owner) && name !== 'id') return 'leave out';
      if (owner === 'Extension' && masks.has('name') && persons.has(root) && name.startsWith('value')) return 'leave out';
      const mask = maskOfText.get(`${owner}.${element}`);
      if (mask === undefined || !masks.has(mask)) return undefined;
      return mask === 'identifier' || masks.has('whole')
        ? 'leave out'
        : (value) => (typeof value === 'string' ? coveredName(value, scope.surnameOf) : value);
    }
    default:
      return undefined;
  }
}

function year(value: Json): Covered {
  return typeof value === 'string' ? toYear(value) : value;
}
