/**
 * What a reference leads to. Where nobody can fetch it, what the reference itself says of the type is enough for
 * `where(resolve() is Patient)`: that is how search parameters choose. Source: R4 fhirpath.html#functions, references.html#literal
 */
import type { TypeModel } from '../definitions/definitions.js';
import { isObject, type JsonObject } from '../model/json.js';
import type { Run } from './evaluation.js';
import type { Item } from './expression.js';
import { systemKind, textOf } from './system-types.js';

/** undefined: it leads nowhere, and says nothing of its type. */
export function resolveItem(model: TypeModel, item: Item, run: Run): Item | undefined {
  if (systemKind(item.type) === 'String') return literal(model, item, textOf(item), undefined, run);
  if (!isObject(item.value)) return undefined;
  const { reference, type } = item.value;
  return literal(model, item, typeof reference === 'string' ? reference : undefined, typeof type === 'string' ? type : undefined, run);
}

function literal(model: TypeModel, item: Item, reference: string | undefined, declared: string | undefined, run: Run): Item | undefined {
  if (reference === undefined) return stub(model, declared, undefined);
  const found = run.environment.services?.resolve(reference, item);
  if (found !== undefined) return found;
  if (reference.startsWith('#')) return contained(model, reference, run);
  return target(model, reference) ?? stub(model, declared, undefined);
}

/** Source: R4 references.html#contained */
function contained(model: TypeModel, reference: string, { environment, context }: Run): Item | undefined {
  const container = environment.rootResource ?? environment.resource ?? context[0];
  if (container === undefined || !isObject(container.value)) return undefined;
  if (reference === '#') return container;
  const resources = container.value.contained;
  const id = reference.slice(1);
  const found = Array.isArray(resources) ? resources.find((one) => isObject(one) && one.id === id) : undefined;
  const resource = isObject(found) ? found : undefined;
  const type = resource?.resourceType;
  return typeof type === 'string' && model.kind(type) === 'resource' ? { type, value: resource, sibling: undefined } : undefined;
}

/** `Patient/123`, an absolute URL that ends so, each perhaps with `/_history/1`: the type and the id alone. */
function target(model: TypeModel, reference: string): Item | undefined {
  const history = reference.indexOf('/_history/');
  const end = history < 0 ? reference.length : history;
  const slash = reference.lastIndexOf('/', end - 1);
  if (slash <= 0) return undefined;
  const type = reference.slice(reference.lastIndexOf('/', slash - 1) + 1, slash);
  return stub(model, type, reference.slice(slash + 1, end));
}

function stub(model: TypeModel, type: string | undefined, id: string | undefined): Item | undefined {
  if (type === undefined || model.kind(type) !== 'resource') return undefined;
  const value: JsonObject = id === undefined ? { resourceType: type } : { resourceType: type, id };
  return { type, value, sibling: undefined };
}
