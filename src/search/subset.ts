/**
 * A resource cut down to what was asked for by `_summary` or `_elements`, and tagged as such. The stored one stays whole.
 * Source: R4 search.html#summary, search.html#elements, elementdefinition-definitions.html#ElementDefinition.isSummary
 */
import type { Definitions, Property } from '../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { parseStored } from '../model/parse-stored.js';
import type { Resource } from '../model/resource.js';
import { withSubsetted } from '../model/subsetted.js';
import { encodeInSteps, stringifyJsonInSteps } from '../model/write-json.js';
import type { Search, Subset } from './search.js';

type Shapes = Pick<Definitions, 'structureOf' | 'properties'>;

/** What the definition of an element says about leaving it out. */
interface Rule {
  readonly summary: boolean;
  readonly mandatory: boolean;
}

/** Key order and the digits of numbers stay. */
export function createSubsetter(definitions: Shapes): Search['subset'] {
  const rulesOf = createRules(definitions);
  return function* subsetOf(json, subset) {
    const resource = (yield* parseStored(json)) as Resource;
    const part = withSubsetted(yield* partOf({ definitions, rulesOf }, resource, subset));
    return yield* encodeInSteps(yield* stringifyJsonInSteps(part));
  };
}

interface Scope {
  readonly definitions: Shapes;
  readonly rulesOf: (type: string) => ReadonlyMap<string, Rule>;
}

function* partOf(scope: Scope, resource: Resource, subset: Subset): Generator<undefined, Resource> {
  const type = resource.resourceType;
  if (subset.kind === 'summary') return (yield* summaryInSteps(scope, resource, type)) as Resource;
  const rules = scope.rulesOf(type);
  const properties = scope.definitions.properties(type);
  return kept(resource, (name) => {
    if (subset.kind === 'data') return name !== 'text';
    if (always.has(name) || (subset.kind === 'text' && name === 'text')) return true;
    const element = properties.get(name)?.element ?? name;
    if (rules.get(element)?.mandatory) return true;
    return subset.kind === 'elements' && [name, element].some((one) => subset.names.has(one) || subset.names.has(`${type}.${one}`));
  }) as Resource;
}

/** What a resource cannot be understood without; the last changes the meaning of what it stands in. */
const always: ReadonlySet<string> = new Set(['resourceType', 'id', 'meta', 'implicitRules', 'modifierExtension']);

function kept(object: JsonObject, wanted: (name: string) => boolean): JsonObject {
  // `_birthDate` goes with `birthDate`.
  return Object.fromEntries(Object.entries(object).filter(([name]) => wanted(name.startsWith('_') ? name.slice(1) : name)));
}

/** What is marked as part of the summary; what is mandatory in what is kept stays with it. */
function markedIn(scope: Scope, object: JsonObject, type: string): JsonObject {
  const rules = scope.rulesOf(type);
  const properties = scope.definitions.properties(type);
  return kept(object, (name) => {
    const rule = rules.get(properties.get(name)?.element ?? name);
    return name === 'resourceType' || name === 'modifierExtension' || rule?.summary === true || rule?.mandatory === true;
  });
}

/** Items of an array that are cut down in one step. */
const STEP = 200;

/** The summary of a resource, with places to let other work in between. */
function* summaryInSteps(scope: Scope, resource: JsonObject, type: string): Generator<undefined, JsonObject> {
  const properties = scope.definitions.properties(type);
  const parts: [string, Json][] = [];
  for (const [name, value = null] of Object.entries(markedIn(scope, resource, type))) {
    const property = properties.get(name);
    if (!Array.isArray(value)) {
      parts.push([name, summaryOfValue(scope, value, property)]);
      continue;
    }
    const items: Json[] = [];
    for (const [at, one] of (value as readonly Json[]).entries()) {
      items.push(summaryOfValue(scope, one, property));
      if (at % STEP === STEP - 1) yield;
    }
    parts.push([name, items]);
  }
  return Object.fromEntries(parts);
}

/** In data types too. */
function summaryOf(scope: Scope, object: JsonObject, type: string): JsonObject {
  const properties = scope.definitions.properties(type);
  const summary = markedIn(scope, object, type);
  // An element of which nothing is in the summary says what it has, such as why it has no value: none can be empty.
  if (Object.keys(summary).length === 0) return object;
  return Object.fromEntries(
    Object.entries(summary).map(([name, value]) => [name, summaryOfValue(scope, value ?? null, properties.get(name))]),
  );
}

function summaryOfValue(scope: Scope, value: Json, property: Property | undefined): Json {
  if (property === undefined || whole.has(property.type)) return value;
  if (Array.isArray(value)) return value.map((one: Json) => summaryOfValue(scope, one, property));
  return isObject(value) ? summaryOf(scope, value, property.type) : value;
}

/** Resources inside of a Bundle or Parameters are not what was asked for in part. */
const whole: ReadonlySet<string> = new Set(['Resource', 'Extension']);

/** By type name (`Patient`, `HumanName`, `Patient.contact`): the rule of each element. */
function createRules({ structureOf }: Shapes): (type: string) => ReadonlyMap<string, Rule> {
  const known = new Map<string, ReadonlyMap<string, Rule>>();
  const find = (type: string): ReadonlyMap<string, Rule> => {
    const [root = type] = type.split('.', 1);
    const rules = new Map<string, Rule>();
    for (const { path, min, isSummary } of structureOf(root)?.snapshot?.element ?? []) {
      const cut = path.lastIndexOf('.');
      if (path.slice(0, cut) !== type) continue;
      rules.set(path.slice(cut + 1).replace(/\[x\]$/, ''), { summary: isSummary === true, mandatory: (min ?? 0) > 0 });
    }
    return rules;
  };
  return (type) => {
    const rules = known.get(type) ?? find(type);
    known.set(type, rules);
    return rules;
  };
}
