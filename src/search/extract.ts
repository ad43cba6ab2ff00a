/**
 * A resource as the store's index sees it: entries of every search parameter, compartments, sort values. What a type needs is
 * compiled when the first resource of it comes. Source: R4 search.html, compartmentdefinition.html
 */
import type { Definitions } from '../definitions/definitions.js';
import { compileExpression } from '../fhirpath/compile.js';
import { MAX_STEPS } from '../fhirpath/evaluation.js';
import { type Budget, type Environment, type Expression, FhirPathError, type Item } from '../fhirpath/expression.js';
import { wholly } from '../model/in-steps.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { FhirError } from '../model/outcome.js';
import { isId, type Resource } from '../model/resource.js';
import type { Contained, FoundBy, IndexEntry, Predicate } from '../store/port.js';
import { askedParams } from './asked-params.js';
import { type CompartmentRules, compartmentRules, compartmentsOf } from './compartments.js';
import { type Concerned, concernedBy, isConcerned, partsFor } from './concerned.js';
import type { SearchContext } from './context.js';
import { unionParts } from './elements.js';
import { addEntry, createEntryList, type EntryList, nextParameter, refusalOfCost, takingBack } from './entry-list.js';
import { type Extraction, type Few, fewOf } from './few.js';
import { type Indexed, indexedBy } from './indexed.js';
import type { Slot, Slots } from './layout.js';
import { entriesForMany } from './many-codes.js';
import { compilePaths } from './paths.js';
import { type Registry, whileUnchanged } from './registry.js';
import { literalServices } from './resolve.js';
import type { TooMany } from './search.js';

interface TypePlan {
  readonly few: WeakMap<ReadonlySet<string>, Few>;
  /** Of predicates of access, which are asked of every read; null: there is more to ask. */
  readonly asked: WeakMap<Predicate, Few | null>;
  readonly extractions: readonly Extraction[];
  readonly concerned: Concerned;
  readonly compartments: CompartmentRules;
}

export interface Extractor {
  extract(resource: Resource): FoundBy;
  /** The same, with places to let other work in between. Where `tooMany` is told, what is too much is left out, not refused. */
  extractInSteps(resource: Resource, tooMany?: TooMany): Generator<undefined, FoundBy>;
  /** Only the entries of some parameters. */
  entries(resource: Resource, codes: ReadonlySet<string>): readonly IndexEntry[];
  /** All that a predicate asks of a resource itself; undefined where that is more than the entries of some parameters. */
  entriesFor(resource: Resource, predicate: Predicate): readonly IndexEntry[] | undefined;
  /** Whether the text of a resource, as it is stored, tells that `entriesFor` has none. */
  hasNoneFor(type: string, json: Buffer, predicate: Predicate): boolean;
}

export function createExtractor(registry: Registry, slots: Slots, context: SearchContext): Extractor {
  const planOf = whileUnchanged(context.definitions.generation, (type) => compileType(registry, slots(type), context, type));
  function* extractInSteps(resource: Resource, tooMany?: TooMany): Generator<undefined, FoundBy> {
    const plan = planOf(resource.resourceType);
    const costs: Costs = { budget: { steps: MAX_STEPS }, isLeftOut: registry.hasTooMany, tooMany };
    const { entries, sort } = yield* collect(plan, resource, context, costs);
    const whole = { entries, sort, compartments: compartmentsOf(plan.compartments, resource, entries) };
    return resource.contained === undefined ? whole : { ...whole, contained: yield* inside(resource, costs) };
  }
  /** `#` is the container, `#a` another resource inside it, to which nothing leads. Source: R4 references.html#contained */
  function* inside(container: Resource, costs: Costs): Generator<undefined, readonly Contained[]> {
    const found = new Map<string, Contained>();
    const { id } = container;
    const around = id === undefined ? context : { ...context, container: { type: container.resourceType, id } };
    for (const one of containedIn(container, context.definitions)) {
      const { entries, sort } = yield* collect(planOf(one.resourceType), one, around, costs);
      found.set(one.id, { type: one.resourceType, id: one.id, entries, sort });
    }
    return [...found.values()];
  }
  const fewFor = (type: string, codes: ReadonlySet<string>): Few => {
    const plan = planOf(type);
    const few = plan.few.get(codes) ?? fewOf(plan, codes);
    plan.few.set(codes, few);
    return few;
  };
  const entriesBy = (few: Few, resource: Resource): readonly IndexEntry[] => {
    const costs: Costs = { budget: { steps: MAX_STEPS }, isLeftOut: registry.hasTooMany };
    return wholly(collect(few, resource, context, costs)).entries;
  };
  const fewAsked = (type: string, predicate: Predicate): Few | undefined => {
    const plan = planOf(type);
    const known = plan.asked.get(predicate);
    if (known !== undefined) return known ?? undefined;
    const codes = askedParams(predicate);
    const few = codes && fewOf(plan, codes);
    plan.asked.set(predicate, few?.complete ? few : null);
    return few?.complete ? few : undefined;
  };
  return {
    extract: (resource) => wholly(extractInSteps(resource)),
    extractInSteps,
    entries: (resource, codes) => entriesBy(fewFor(resource.resourceType, codes), resource),
    entriesFor(resource, predicate) {
      const few = fewAsked(resource.resourceType, predicate);
      return few && entriesBy(few, resource);
    },
    hasNoneFor(type, json, predicate) {
      const words = fewAsked(type, predicate)?.words;
      return words !== undefined && !words.some((find) => find(json, 0) !== -1);
    },
  };
}

interface Identified extends Resource {
  readonly id: string;
}

/** What has no id, or one that is none, cannot be found: it could not be told which is meant. */
function containedIn({ contained }: Resource, definitions: Definitions): readonly Identified[] {
  const all = Array.isArray(contained) ? (contained as readonly Json[]) : [];
  return all.filter(
    (one): one is Identified & typeof one => isObject(one) && typeof one.id === 'string' && isId(one.id) && isKnownType(one, definitions),
  );
}

function isKnownType({ resourceType }: JsonObject, definitions: Definitions): boolean {
  return typeof resourceType === 'string' && definitions.isResourceType(resourceType);
}

function compileType(registry: Registry, slots: readonly Slot[], context: SearchContext, type: string): TypePlan {
  const byText = new Map<string, Indexed[]>();
  for (const parameter of registry.indexed(type)) {
    const text = parameter.expression ?? '';
    const own = slots.filter((slot) => slot.parameter.code === parameter.code);
    byText.set(text, [...(byText.get(text) ?? []), indexedBy(parameter, own, context)]);
  }
  const extractions = [...byText].flatMap(([text, indexed]) => {
    const expression = compiled(text, context, type);
    if (expression === undefined) return [];
    const needs = neededProperties(context.definitions, type, indexed);
    return [{ path: compilePaths(context.definitions, type, text), expression, needs, indexed }];
  });
  return {
    few: new WeakMap(),
    asked: new WeakMap(),
    extractions,
    concerned: concernedBy(extractions),
    compartments: compartmentRules(context.definitions, type),
  };
}

/** What is in a store has not always passed the validator: an expression that is none finds nothing. */
function compiled(text: string, { definitions }: SearchContext, type: string): Expression | undefined {
  try {
    return compileExpression(text, definitions, { type });
  } catch (error) {
    if (error instanceof FhirPathError) return undefined;
    throw error;
  }
}

/** From the first of these steps on nothing comes of nothing. */
const throughExtensions = /^[A-Z]\w*\.extension\('[^']*'\)(?:\.extension\('[^']*'\)|\.value|\.(?:ofType|as)\(\w+\))*$/;
const firstStep = /^\(*[A-Z]\w*\.(\w+)/;

/** What begins with an element finds nothing where that is absent, provided that it is a path. */
function neededProperties(definitions: Definitions, type: string, [first]: readonly Indexed[]): readonly string[] | undefined {
  if (first === undefined) return undefined;
  const { elements, expression = '' } = first.parameter;
  if (elements === undefined && !unionParts(expression).every((part) => throughExtensions.test(part))) return undefined;
  const names = new Set<string>();
  for (const part of unionParts(expression)) {
    const properties = definitions.element(type, firstStep.exec(part)?.[1] ?? '');
    if (properties.length === 0) return undefined;
    for (const { name } of properties) names.add(name).add(`_${name}`);
  }
  return [...names];
}

/** What the extraction of one resource may cost, what it contains included: FHIRPath is data, and others wait. */
interface Costs {
  readonly budget: Budget;
  readonly isLeftOut: (type: string, code: string) => boolean;
  readonly tooMany?: TooMany | undefined;
}

function* collect(
  { extractions, concerned }: Pick<TypePlan, 'extractions' | 'concerned'>,
  resource: Resource,
  context: SearchContext,
  costs: Costs,
): Generator<undefined, EntryList> {
  const list = createEntryList(resource, context, costs.budget);
  const evaluate = evaluator(resource, context, costs.budget);
  const isLeftOut = ({ parameter }: Indexed) => costs.isLeftOut(resource.resourceType, parameter.code);
  const found = partsFor(concerned, resource);
  for (let at = 0; at < extractions.length; at++) {
    const extraction = extractions[at];
    if (extraction === undefined || !isConcerned(found, at)) continue;
    if (extraction.indexed.every(isLeftOut)) continue;
    const items = itemsOf(extraction, evaluate, resource, costs);
    if (items.length === 0) continue;
    for (const one of extraction.indexed) {
      if (isLeftOut(one)) continue;
      nextParameter(list);
      const takeBack = takingBack(list);
      try {
        const few = context.container === undefined ? entriesForMany(one.parameter, items, resource) : undefined;
        if (few !== undefined) for (const entry of few) addEntry(list, entry);
        else if (items.length < MANY) indexItems(one, items, list);
        else yield* indexInSteps(one, items, list);
        one.end?.(list);
      } catch (error) {
        leaveOut([one], error, resource, costs);
        takeBack();
      }
    }
  }
  return list;
}

function itemsOf({ path, expression, indexed }: Extraction, evaluate: Evaluator, resource: Resource, costs: Costs): readonly Item[] {
  const found = path?.(resource);
  if (found !== undefined) return found;
  const { steps } = costs.budget;
  try {
    return evaluate(expression, indexed);
  } catch (error) {
    leaveOut(indexed, error, resource, costs);
    // What it took is not taken from the others: it is left out from now on.
    costs.budget.steps = steps;
    return none;
  }
}

/** Throws what is no matter of cost, and all where nobody is told. */
function leaveOut(indexed: readonly Indexed[], error: unknown, { resourceType }: Resource, { tooMany }: Costs): void {
  if (tooMany === undefined || !(error instanceof FhirError) || error.issues[0]?.code !== 'too-costly') throw error;
  for (const { parameter } of indexed) tooMany.add(resourceType, parameter.code);
}

const none: readonly Item[] = [];

type Evaluator = (expression: Expression, indexed: readonly Indexed[]) => readonly Item[];

/** An expression that cannot be evaluated on this resource finds nothing in it: the resource is stored all the same. */
function evaluator(resource: Resource, context: SearchContext, budget: Budget): Evaluator {
  let environment: Environment | undefined;
  return (expression, indexed) => {
    const root: Item = environment?.resource ?? { type: resource.resourceType, value: resource };
    environment ??= { resource: root, rootResource: root, context: root, services: literalServices(resource, context.definitions), budget };
    try {
      return expression.evaluate([root], environment);
    } catch (error) {
      if (!(error instanceof FhirPathError)) throw error;
      const codes = indexed.map(({ parameter }) => parameter.code);
      const refusal = refusalOfCost(error, resource, codes);
      if (refusal !== undefined) throw refusal;
      return none;
    }
  };
}

/** Items that take a moment. */
const MANY = 500;

function* indexInSteps(one: Indexed, items: readonly Item[], list: EntryList): Generator<undefined, void> {
  for (let from = 0; from < items.length; from += MANY) {
    yield;
    indexItems(one, items.slice(from, from + MANY), list);
  }
  yield;
}

function indexItems({ indexer }: Indexed, items: readonly Item[], list: EntryList): void {
  for (const { type, value } of items) indexer(type)?.(value, list);
}
