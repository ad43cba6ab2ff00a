/**
 * Conditions on one text that need no items: the sums of digits and letters by which identifiers are checked. Each part gives a plain
 * value, undefined where the collection would be empty. Source: FHIRPath N1 #string-manipulation, #math-1
 */

import { calculate, type Operation } from '../model/decimal.js';
import { toIntegerValue } from './conversions.js';
import type { Evaluate, Scope } from './evaluation.js';
import { booleanItems, toBoolean } from './items.js';
import { integerValue } from './operators/arithmetic.js';
import { matches } from './regex.js';
import { type CallSyntax, calls, type Syntax } from './syntax.js';
import { systemKind } from './system-types.js';

/** Given the text that is the focus, and the scope for what stands beside it. */
type Scalar<T> = (text: string, scope: Scope) => T | undefined;

/** Makes what serves for a part that is no scalar, or where the focus is not one text. */
type Compile = (syntax: Syntax) => Evaluate;

/** undefined: another kind of condition. */
export function compileScalarCondition(syntax: Syntax, compile: Compile): Evaluate | undefined {
  const condition = conditionOf(syntax, compile);
  if (condition === undefined) return undefined;
  let otherwise: Evaluate | undefined;
  return (scope) => {
    const [item] = scope.focus;
    if (item !== undefined && scope.focus.length === 1 && typeof item.value === 'string' && systemKind(item.type) === 'String') {
      return booleanItems(condition(item.value, scope));
    }
    otherwise ??= compile(syntax);
    return otherwise(scope);
  };
}

function conditionOf(syntax: Syntax, compile: Compile): Scalar<boolean> | undefined {
  if (syntax.kind === 'call') return called(syntax, compile);
  if (syntax.kind !== 'binary') return undefined;
  const { operator, left, right } = syntax;
  if (operator === 'and' || operator === 'or') return logic(operator, left, right, compile);
  if (operator !== '=') return undefined;
  return equal(integerOf(left, compile), integerOf(right, compile)) ?? equal(textOf(left, compile), textOf(right, compile));
}

function called(syntax: CallSyntax, compile: Compile): Scalar<boolean> | undefined {
  if (syntax.name === 'not' && syntax.args.length === 0) {
    const condition = syntax.input && conditionOf(syntax.input, compile);
    return condition && ((focus, scope) => map(condition(focus, scope), (holds) => !holds));
  }
  if (syntax.name !== 'matches' || syntax.args.length !== 1) return undefined;
  const [text, pattern] = [inputOf(syntax, compile), literal<string>(syntax.args[0], 'System.String')];
  if (text === undefined || pattern === undefined) return undefined;
  return (focus, scope) => map(text(focus, scope), (found) => matches(found, pattern, scope.run));
}

/** One side at least is a scalar. */
function logic(operator: 'and' | 'or', left: Syntax, right: Syntax, compile: Compile): Scalar<boolean> | undefined {
  const [known, other] = [conditionOf(left, compile), conditionOf(right, compile)];
  if ((known === undefined && other === undefined) || calls(left, 'defineVariable') || calls(right, 'defineVariable')) return undefined;
  const a = known ?? general(compile(left));
  const b = other ?? general(compile(right));
  const decisive = operator === 'or';
  return (focus, scope) => {
    const x = a(focus, scope);
    if (x === decisive) return decisive;
    const y = b(focus, scope);
    return y === decisive ? decisive : x === undefined ? undefined : y;
  };
}

function general(evaluate: Evaluate): Scalar<boolean> {
  return (_focus, scope) => toBoolean(evaluate(scope));
}

function equal<T>(left: Scalar<T> | undefined, right: Scalar<T> | undefined): Scalar<boolean> | undefined {
  if (left === undefined || right === undefined) return undefined;
  return (focus, scope) => {
    const a = left(focus, scope);
    const b = right(focus, scope);
    return a === undefined || b === undefined ? undefined : a === b;
  };
}

function textOf(syntax: Syntax, compile: Compile): Scalar<string> | undefined {
  if (syntax.kind === 'special' && syntax.name === '$this') return (focus) => focus;
  const text = literal<string>(syntax, 'System.String');
  if (text !== undefined) return () => text;
  if (syntax.kind !== 'call') return undefined;
  if (syntax.name === 'iif') return choice(syntax, textOf, compile);
  return syntax.name === 'substring' ? substring(syntax, compile) : undefined;
}

function substring(syntax: CallSyntax, compile: Compile): Scalar<string> | undefined {
  const [first, second] = syntax.args;
  const input = inputOf(syntax, compile);
  const from = literal<number>(first, 'System.Integer');
  const many = literal<number>(second, 'System.Integer');
  if (input === undefined || from === undefined || many === undefined || syntax.args.length !== 2) return undefined;
  return (focus, scope) => map(input(focus, scope), (text) => (from >= text.length ? undefined : text.slice(from, from + many)));
}

function integerOf(syntax: Syntax, compile: Compile): Scalar<number> | undefined {
  const value = literal<number>(syntax, 'System.Integer');
  if (value !== undefined) return () => value;
  if (syntax.kind === 'binary') return isIntegral(syntax.operator) ? sum(syntax.operator, syntax.left, syntax.right, compile) : undefined;
  if (syntax.kind !== 'call') return undefined;
  if (syntax.name === 'iif') return choice(syntax, integerOf, compile);
  if (syntax.name !== 'toInteger' && syntax.name !== 'indexOf') return undefined;
  const input = inputOf(syntax, compile);
  if (input === undefined || syntax.args.length !== (syntax.name === 'indexOf' ? 1 : 0)) return undefined;
  if (syntax.name === 'toInteger') return (focus, scope) => map(input(focus, scope), toIntegerValue);
  const other = syntax.args[0] && textOf(syntax.args[0], compile);
  return other && ((focus, scope) => map(input(focus, scope), (text) => map(other(focus, scope), (part) => text.indexOf(part))));
}

function isIntegral(operator: string): operator is Exclude<Operation, '/'> {
  return operator === '+' || operator === '-' || operator === '*' || operator === 'mod' || operator === 'div';
}

function sum(operation: Exclude<Operation, '/'>, left: Syntax, right: Syntax, compile: Compile): Scalar<number> | undefined {
  const [a, b] = [integerOf(left, compile), integerOf(right, compile)];
  if (a === undefined || b === undefined) return undefined;
  return (focus, scope) => {
    const x = a(focus, scope);
    const y = b(focus, scope);
    return x === undefined || y === undefined ? undefined : integerValue(calculate(operation, x, y));
  };
}

/** iif() on the context: only the branch that is chosen is evaluated. */
function choice<T>(
  syntax: CallSyntax,
  branch: (part: Syntax, compile: Compile) => Scalar<T> | undefined,
  compile: Compile,
): Scalar<T> | undefined {
  const [criterion, then, otherwise] = syntax.args;
  if (syntax.input !== undefined || criterion === undefined || then === undefined || otherwise === undefined) return undefined;
  const [test, yes, no] = [conditionOf(criterion, compile), branch(then, compile), branch(otherwise, compile)];
  return test && yes && no && ((focus, scope) => (test(focus, scope) === true ? yes(focus, scope) : no(focus, scope)));
}

function inputOf({ input }: CallSyntax, compile: Compile): Scalar<string> | undefined {
  return input === undefined ? (focus) => focus : textOf(input, compile);
}

function literal<T extends string | number>(syntax: Syntax | undefined, type: 'System.String' | 'System.Integer'): T | undefined {
  const item = syntax?.kind === 'literal' && syntax.items.length === 1 ? syntax.items[0] : undefined;
  return item?.type === type ? (item.value as T) : undefined;
}

function map<T, U>(value: T | undefined, use: (value: T) => U | undefined): U | undefined {
  return value === undefined ? undefined : use(value);
}
