/**
 * An expression's text as a function from items to items: the tree becomes closures, so that what can be decided from the text and
 * the types is decided once. Source: FHIRPath N1, R4 fhirpath.html
 */
import type { TypeModel } from '../definitions/definitions.js';
import { compileSyntax } from './compile-syntax.js';
import { type Evaluate, MAX_STEPS, type Run, type Setting } from './evaluation.js';
import type { Environment, Expression, Item } from './expression.js';
import { nothing } from './items.js';
import { parse } from './parser.js';

export interface CompileOptions {
  /** The type of what it will be evaluated on, where that is known: what is for other types is then left out. */
  readonly type?: string;
  /**
   * An element that the type does not have, a choice element named with its type (`valueQuantity`) and `as` on several items are
   * errors. Otherwise they give nothing, the element, and those of the type.
   */
  readonly strict?: boolean;
}

const MAX_CACHED = 20_000;
const caches = new WeakMap<TypeModel, Map<string, Expression>>();

/** Throws FhirPathError for bad syntax, unknown functions and unknown types. The same text gives the same compiled expression. */
export function compileExpression(text: string, model: TypeModel, options: CompileOptions = {}): Expression {
  const { type, strict = false } = options;
  const key = `${strict ? '!' : ''}${type ?? ''} ${text}`;
  let cache = caches.get(model);
  if (cache === undefined) {
    cache = new Map();
    caches.set(model, cache);
  }
  let found = cache.get(key);
  if (found === undefined) {
    found = compile(text, { model, type, strict });
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(key, found);
  }
  return found;
}

function compile(text: string, setting: Setting): Expression {
  const evaluate = compileSyntax(parse(text), setting);
  return { text, evaluate: (focus, environment) => run(evaluate, focus, environment) };
}

function run(evaluate: Evaluate, focus: readonly Item[], environment: Environment): readonly Item[] {
  const all: Run = { environment, context: focus, steps: MAX_STEPS, now: environment.now, descendants: undefined };
  return evaluate({ focus, index: 0, total: nothing, variables: undefined, run: all });
}
