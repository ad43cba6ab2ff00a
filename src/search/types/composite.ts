/**
 * Search type composite: several parts of one and the same thing. Where that is the resource, its parts are found by parameters of
 * their own, all of which must hold; where it is an element that repeats, each instance leaves entries that hold its parts together.
 * Source: R4 search.html#composite
 */
import { compileExpression } from '../../fhirpath/compile.js';
import { type Environment, FhirPathError, type Item } from '../../fhirpath/expression.js';
import { isObject } from '../../model/json.js';
import type { Resource } from '../../model/resource.js';
import type { IndexEntry, Predicate } from '../../store/port.js';
import { askedPartOf, compositeEntries, compositeMatch, partOf } from '../composite-keys.js';
import type { SearchContext } from '../context.js';
import { unionParts } from '../elements.js';
import { compilePaths } from '../paths.js';
import { malformed, unsupported } from '../refusals.js';
import type { Composite, Parameter, ParameterKind } from '../registry.js';
import { splitEscaped } from '../values.js';
import type { Asked, SearchType } from './type.js';

type TypeOf = (kind: ParameterKind) => SearchType;

/** `typeOf` gives the types of the parts. */
export function createCompositeType(typeOf: TypeOf): SearchType {
  return {
    entry: 'token',
    modifiers: [],
    index(item, parameter, context, add, resource) {
      const { name, components } = compositeOf(parameter);
      const parts = components.map(({ parameter: part, expression }) => {
        const entries: IndexEntry[] = [];
        for (const one of itemsOf(expression, item, resource, context)) {
          typeOf(part.kind).index(one, part, context, (entry) => entry.param === part.code && entries.push(entry), resource);
        }
        return partOf(entries);
      });
      if (!parts.every((part) => part !== undefined)) return;
      // What stands under a key does not count as present.
      add({ kind: 'token', param: name, code: '' });
      for (const entry of compositeEntries(name, parts)) add(entry);
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

/** Of one part, within the element or, where the expression begins with `%resource`, anywhere. */
function itemsOf(expression: string, item: Item, resource: Resource, context: SearchContext): readonly Item[] {
  const { definitions } = context;
  const outside = expression.startsWith('%resource.');
  const [type, value] = outside ? [resource.resourceType, resource] : [item.type, item.value];
  if (!isObject(value)) return [];
  const steps = outside ? expression.slice('%resource.'.length) : expression;
  const found = pathOf(context, type, steps)?.(value as Resource);
  if (found !== undefined) return found;
  const root: Item = { type: resource.resourceType, value: resource };
  const environment: Environment = { resource: root, rootResource: root, context: item };
  try {
    return compileExpression(expression, definitions, { type: item.type }).evaluate([item], environment);
  } catch (error) {
    if (error instanceof FhirPathError) return [];
    throw error;
  }
}

type Paths = Map<string, ReturnType<typeof compilePaths>>;
const pathsOf = new WeakMap<object, Paths>();

function pathOf({ definitions }: SearchContext, type: string, steps: string): ReturnType<typeof compilePaths> {
  const paths: Paths = pathsOf.get(definitions) ?? new Map();
  pathsOf.set(definitions, paths);
  const key = `${type} ${steps}`;
  if (!paths.has(key)) {
    const parts = unionParts(steps).map((part) => `This.${part}`);
    paths.set(key, compilePaths(definitions, type, parts.join(' | ')));
  }
  return paths.get(key);
}
