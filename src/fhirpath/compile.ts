/**
 * An expression's text as a function from items to items: the tree becomes closures, so that what can be decided from the text and
 * the types is decided once. Source: FHIRPath N1, R4 fhirpath.html
 */
import type { TypeModel } from '../definitions/definitions.js';
import { compileSyntax } from './compile-syntax.js';
import { type Evaluate, MAX_STEPS, type Run, type Setting, spend } from './evaluation.js';
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

/** Characters of expressions that are kept compiled: R4's own have 300,000. */
const MAX_CACHED = 10_000_000;

interface Cache {
  readonly byText: Map<string, Expression>;
  characters: number;
}

const caches = new WeakMap<TypeModel, Cache>();

/** Throws FhirPathError for bad syntax, unknown functions and unknown types. The same text gives the same compiled expression. */
export function compileExpression(text: string, model: TypeModel, options: CompileOptions = {}): Expression {
  const { type, strict = false } = options;
  const key = `${strict ? '!' : ''}${type ?? ''} ${text}`;
  let cache = caches.get(model);
  if (cache === undefined) {
    cache = { byText: new Map(), characters: 0 };
    caches.set(model, cache);
  }
  let found = cache.byText.get(key);
  if (found === undefined) {
    found = compile(text, { model, type, strict });
    if (cache.characters > MAX_CACHED) {
      cache.byText.clear();
      cache.characters = 0;
    }
    cache.byText.set(key, found);
    cache.characters += key.length;
  }
  return found;
}

function compile(text: string, setting: Setting): Expression {
  const evaluate = compileSyntax(parse(text), setting);
  return { text, evaluate: (focus, environment) => run(evaluate, focus, environment) };
}

function run(evaluate: Evaluate, focus: readonly Item[], environment: Environment): readonly Item[] {
  const { budget } = environment;
  const steps = budget === undefined ? MAX_STEPS : Math.min(MAX_STEPS, budget.steps);
  const all: Run = { environment, context: focus, steps, now: environment.now, descendants: undefined };
  if (steps <= 0) spend(all, 1);
  try {
    return evaluate({ focus, index: 0, total: nothing, variables: undefined, run: all });
  } finally {
    if (budget !== undefined) budget.steps -= steps - all.steps;
  }
}
