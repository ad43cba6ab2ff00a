/** fhirpath.js, the other engine: what it makes of the same expression, in the same words as ours. */
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';
import type { Json, JsonObject } from '../../src/model/json.js';

/** A type without its namespace, and the value as JSON text without lost zeros; or that it could not be evaluated. */
export type Outcome = { readonly items: readonly (readonly [type: string, value: string])[] } | { readonly error: string };

export type PeerExpression = (focus: Json, resource: JsonObject) => Outcome;

/** `base`: the path of the element that it is evaluated on, where that is not the resource. */
export function peerExpression(expression: string, base?: string): PeerExpression {
  let compiled: ((focus: Json, variables: Record<string, unknown>) => unknown) | undefined;
  let failure = '';
  try {
    const path = base === undefined ? expression : { base, expression };
    compiled = fhirpath.compile(path, r4, options) as unknown as typeof compiled;
  } catch (error) {
    failure = String(error);
  }
  return (focus, resource) => {
    if (compiled === undefined) return { error: failure };
    root = resource;
    try {
      const found = compiled(focus, { resource, rootResource: resource }) as unknown[];
      const types = fhirpath.types(found);
      return { items: found.map((item, at) => [types[at]?.replace(/^(FHIR|System)\./, '') ?? '', textOf(item)]) };
    } catch (error) {
      return { error: String(error) };
    }
  };
}

function textOf(item: unknown): string {
  const [value] = fhirpath.resolveInternalTypes([item]) as unknown[];
  return JSON.stringify(value ?? null);
}

/** What is evaluated at the moment: fhirpath.js gives functions of its users no way to it. */
let root: JsonObject = {};

/**
 * resolve() would go to a server; it gives what ours does where nobody can fetch: the contained resource, or one of the type that the
 * reference names. trace() would print.
 */
const options = {
  resolveInternalTypes: false,
  userInvocationTable: {
    resolve: { fn: (items: readonly unknown[]) => items.flatMap(resolved), arity: { 0: [] }, internalStructures: true },
    trace: { fn: (items: readonly unknown[]) => items, arity: { 1: ['String'], 2: ['String', 'Expr'] }, internalStructures: true },
  },
} as never;

function resolved(item: unknown): readonly unknown[] {
  const data = (fhirpath.resolveInternalTypes([item]) as unknown[])[0];
  const reference = typeof data === 'string' ? data : (data as { reference?: unknown } | undefined)?.reference;
  if (typeof reference !== 'string') return [];
  if (reference === '#') return node(root);
  if (!reference.startsWith('#')) return stub(/([A-Za-z]+)\/[^/]+(?:\/_history\/[^/]+)?$/.exec(reference)?.[1]);
  const contained = (root.contained ?? []) as readonly JsonObject[];
  return contained.filter(({ id }) => id === reference.slice(1)).flatMap(node);
}

function stub(type: string | undefined): readonly unknown[] {
  return type !== undefined && Object.hasOwn(r4.type2Parent, type) ? node({ resourceType: type }) : [];
}

function node(resource: JsonObject): readonly unknown[] {
  return fhirpath.evaluate(resource, '$this', {}, r4, { resolveInternalTypes: false } as never) as unknown[];
}
