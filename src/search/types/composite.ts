/**
 * Search type composite: several parts of one and the same thing. Where that is the resource, its parts are found by parameters of
 * their own, all of which must hold; where it is an element that repeats, each instance leaves entries that hold its parts together.
 * Source: R4 search.html#composite
 */
import { compileExpression } from '../../fhirpath/compile.js';
import { type Environment, FhirPathError, type Item } from '../../fhirpath/expression.js';
import { isObject, type Json } from '../../model/json.js';
import type { Resource } from '../../model/resource.js';
import type { Predicate } from '../../store/port.js';
import { addComposite, askedPartOf, compositeMatch, type Part, partOf } from '../composite-keys.js';
import type { SearchContext } from '../context.js';
import { unionParts } from '../elements.js';
import { addToken, createEntryList, type EntryList, refusalOfCost } from '../entry-list.js';
import { compilePaths, type PathFinder } from '../paths.js';
import { malformed, unsupported } from '../refusals.js';
import type { Component, Composite, Parameter, ParameterKind } from '../registry.js';
import { splitEscaped } from '../values.js';
import { indexersOf } from './indexers.js';
import type { Asked, SearchType } from './type.js';

type TypeOf = (kind: ParameterKind) => SearchType;

/** `typeOf` gives the types of the parts. */
export function createCompositeType(typeOf: TypeOf): SearchType {
  return {
    entry: 'token',
    modifiers: [],
    indexer(type, parameter, context) {
      const { name, components } = compositeOf(parameter);
      const readers = components.map((component) => partReader(typeOf, type, component, context));
      return (value, list) => {
        const parts: Part[] = [];
        for (const read of readers) {
          const part = read(value, list);
          if (part === undefined) return;
          parts.push(part);
        }
        // What stands under a key does not count as present.
        addToken(list, name, undefined, '');
        addComposite(list, name, parts);
      };
    },
    present(parameter) {
      const { elements, name, whole } = compositeOf(parameter);
      const all = whole?.map(({ code, kind }): Predicate => ({ kind: 'present', param: code, entry: typeOf(kind).entry }));
      return anyOf([
        ...(all === undefined ? [] : [{ kind: 'all', of: all } as const]),
        ...(elements ? [{ kind: 'present', param: name, entry: 'token' } as const] : []),
      ]);
    },
    match: (asked, context) => anyOf(asked.values.flatMap((value) => valueMatches(typeOf, asked, value, context))),
  };
}

function compositeOf({ composite, code }: Parameter): Composite {
  if (composite === undefined) throw new Error(`The composite parameter ${code} has no parts: it is refused before`);
  return composite;
}

function anyOf(of: readonly Predicate[]): Predicate {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'any', of };
}

function valueMatches(typeOf: TypeOf, asked: Asked, value: string, context: SearchContext): readonly Predicate[] {
  const { components, elements, name, whole } = compositeOf(asked.parameter);
  const parts = splitEscaped(value, '$');
  if (parts.length !== components.length || parts.includes('')) {
    const form = components.map(({ parameter }) => parameter.code).join('$');
    throw malformed(
      asked.name,
      value,
      `${components.length} parts joined by $: ${form}`,
      `以 $ 连接的 ${components.length} 个部分：${form}`,
    );
  }
  const matchOf = (parameter: Parameter, at: number) =>
    typeOf(parameter.kind).match({ parameter, name: asked.name, values: [parts[at] ?? ''] }, context);
  const found: Predicate[] = whole === undefined ? [] : [{ kind: 'all', of: whole.map(matchOf) }];
  if (!elements) return found;
  const keys = components.map(({ parameter }, at) => askedPartOf(matchOf(parameter, at)));
  if (!keys.every((key) => key !== undefined)) {
    throw unsupported(asked.name, `"${value.slice(0, 100)}" inside a composite`, `组合参数中的“${value.slice(0, 100)}”`);
  }
  return [...found, compositeMatch(name, keys)];
}

type PartReader = (value: Json | undefined, list: EntryList) => Part | undefined;

/** Of one part, within an element of this type or, where the expression begins with `%resource`, anywhere. */
function partReader(typeOf: TypeOf, type: string, { parameter, expression }: Component, context: SearchContext): PartReader {
  const outside = expression.startsWith('%resource.');
  const indexers = indexersOf(typeOf(parameter.kind), parameter, context);
  const path = outside ? undefined : compilePaths(context.definitions, type, under(expression));
  const pathsOutside = new Map<string, PathFinder | undefined>();
  return (value, list) => {
    if (!isObject(value)) return undefined;
    const find = outside ? pathOutside(list.resource.resourceType) : path;
    const items = find?.((outside ? list.resource : value) as Resource) ?? evaluated(expression, { type, value }, list, parameter.code);
    const own = createEntryList(list.resource, list.context, list.budget);
    for (const one of items) indexers(one.type)?.(one.value, own);
    return partOf(own.entries.filter(({ param }) => param === parameter.code));
  };
  function pathOutside(root: string): PathFinder | undefined {
    if (!pathsOutside.has(root))
      pathsOutside.set(root, compilePaths(context.definitions, root, under(expression.slice('%resource.'.length))));
    return pathsOutside.get(root);
  }
}

function under(expression: string): string {
  return unionParts(expression)
    .map((part) => `This.${part}`)
    .join(' | ');
}

function evaluated(expression: string, item: Item, { resource, context, budget }: EntryList, code: string): readonly Item[] {
  const root: Item = { type: resource.resourceType, value: resource };
  const environment: Environment = { resource: root, rootResource: root, context: item, budget };
  try {
    return compileExpression(expression, context.definitions, { type: item.type }).evaluate([item], environment);
  } catch (error) {
    if (!(error instanceof FhirPathError)) throw error;
    const refusal = refusalOfCost(error, resource, [code]);
    if (refusal !== undefined) throw refusal;
    return [];
  }
}
