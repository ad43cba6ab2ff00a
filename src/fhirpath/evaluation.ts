/**
 * What compiled expressions are made of and what they see while they run. Source: FHIRPath N1 #functions, #environment-variables
 */

import type { TypeModel } from '../definitions/definitions.js';
import { message } from '../model/message.js';
import { type Environment, FhirPathError, type Item } from './expression.js';
import type { Items } from './items.js';
import type { Syntax } from './syntax.js';

export type Evaluate = (scope: Scope) => Items;

/** What `$this`, `$index` and `$total` are. A function that takes a criterion makes one scope for it and moves it from item to item. */
export interface Scope {
  focus: Items;
  index: number;
  total: Items;
  /** Set by defineVariable(); replaced, never changed, so that it ends with the scope. */
  variables: ReadonlyMap<string, Items> | undefined;
  readonly run: Run;
}

/** One evaluation of one expression. */
export interface Run {
  readonly environment: Environment;
  readonly context: Items;
  /** Steps that are left. An expression is data: what it may cost is bounded whatever it says. */
  steps: number;
  /** What was walked already, by the value it began with. */
  descendants: Map<unknown, Items> | undefined;
  /** Milliseconds UTC, the same throughout; set when first asked for. */
  now: number | undefined;
}

export const MAX_STEPS = 2_000_000;
/** The longest string that an expression may make. */
export const MAX_TEXT = 4_194_304;

/** What a function or operator is compiled with. */
export interface Setting {
  readonly model: TypeModel;
  /** The type of the context, where it is known. */
  readonly type: string | undefined;
  /** What FHIRPath calls an error and lenient evaluation answers with an empty collection is an error. */
  readonly strict: boolean;
}

export interface Call extends Setting {
  readonly name: string;
  readonly input: Evaluate;
  /** Whether something stands before the point, as against a call on the context. */
  readonly explicit: boolean;
  readonly args: readonly Evaluate[];
  readonly syntax: readonly Syntax[];
  /** Compiles a part of an argument by itself: what stands behind the sign of a sort key. */
  compile(part: Syntax): Evaluate;
}

export interface FunctionDefinition {
  readonly arity: readonly [least: number, most: number];
  compile(call: Call): Evaluate;
}

export type FunctionTable = Readonly<Record<string, FunctionDefinition>>;

/** A function without arguments that only looks at its input. */
export function ofItems(make: (items: Items, run: Run) => Items): FunctionDefinition {
  const compile = ({ input }: Call): Evaluate => {
    return (scope) => {
      const items = input(scope);
      passOver(scope.run, items.length);
      return make(items, scope.run);
    };
  };
  return { arity: [0, 0], compile };
}

/** The argument at a place that the arity promises. */
export function argument(call: Call, index: number): Evaluate {
  const evaluate = call.args[index];
  if (evaluate === undefined)
    throw new FhirPathError(
      message('fhirpath-arguments', `${call.name}() needs argument ${index + 1}`, `${call.name}() 缺少第 ${index + 1} 个参数`),
    );
  return evaluate;
}

export function spend(run: Run, steps: number): void {
  run.steps -= steps;
  if (run.steps < 0)
    throw new FhirPathError(
      message('fhirpath-too-costly', `The evaluation takes more steps than are allowed`, '求值所需步数超过允许的上限'),
    );
}

/** For so many items that are only looked at, or characters: cheaper by far than items that are made. */
export function passOver(run: Run, count: number): void {
  run.steps -= count >> 4;
  if (run.steps < 0) spend(run, 0);
}

/** For so many items that a step of a path makes: one item may hold many. */
export function makeItems(run: Run, count: number): void {
  run.steps -= count >> 2;
  if (run.steps < 0) spend(run, 0);
}

/** Throws for a string that is too long, and counts the work of making it. */
export function checkedText(text: string, run: Run): string {
  if (text.length > MAX_TEXT) throw tooLong();
  passOver(run, text.length);
  return text;
}

export function tooLong(): FhirPathError {
  return new FhirPathError(
    message('fhirpath-string-length', `A string grew beyond ${MAX_TEXT} characters`, `字符串超过 ${MAX_TEXT} 个字符`),
  );
}

export function innerScope(outer: Scope): Scope {
  return { focus: outer.focus, index: outer.index, total: outer.total, variables: outer.variables, run: outer.run };
}

/** Moves an inner scope to one item of a collection; the collection itself serves where it has no other. */
export function enter(inner: Scope, outer: Scope, items: Items, item: Item, index: number): void {
  if (--inner.run.steps < 0) spend(inner.run, 0);
  inner.focus = items.length === 1 ? items : [item];
  inner.index = index;
  inner.variables = outer.variables;
}
