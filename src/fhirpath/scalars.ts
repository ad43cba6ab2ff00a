/**
 * Conditions on one text that need no items: the sums of digits and letters by which identifiers are checked. Each part gives a plain
 * value, undefined where the collection would be empty. Source: FHIRPath N1 #string-manipulation, #math-1
 */
import { toIntegerValue } from './conversions.js';
import { calculate, type Operation } from './decimal.js';
import type { Evaluate } from './evaluation.js';
import { booleanItems } from './items.js';
import { integerValue } from './operators/arithmetic.js';
import { matches } from './regex.js';
import type { CallSyntax, Syntax } from './syntax.js';
import { systemKind } from './system-types.js';

type Scalar<T> = (text: string) => T | undefined;

/** undefined: another kind of condition. `general` makes what serves where the focus is not one text. */
export function compileScalarCondition(syntax: Syntax, general: () => Evaluate): Evaluate | undefined {
  const condition = conditionOf(syntax);
  if (condition === undefined) return undefined;
  let otherwise: Evaluate | undefined;
  return (scope) => {
    const [item] = scope.focus;
    if (item !== undefined && scope.focus.length === 1 && typeof item.value === 'string' && systemKind(item.type) === 'String') {
      return booleanItems(condition(item.value));
    }
    otherwise ??= general();
    return otherwise(scope);
  };
}

function conditionOf(syntax: Syntax): Scalar<boolean> | undefined {
  if (syntax.kind === 'call' && syntax.name === 'matches') {
    const [text, pattern] = [inputOf(syntax), literal<string>(syntax.args[0], 'System.String')];
    return text && pattern !== undefined ? (focus) => map(text(focus), (found) => matches(found, pattern)) : undefined;
  }
  if (syntax.kind !== 'binary' || syntax.operator !== '=') return undefined;
  return equal(integerOf(syntax.left), integerOf(syntax.right)) ?? equal(textOf(syntax.left), textOf(syntax.right));
}

function equal<T>(left: Scalar<T> | undefined, right: Scalar<T> | undefined): Scalar<boolean> | undefined {
  if (left === undefined || right === undefined) return undefined;
  return (focus) => {
    const a = left(focus);
    const b = right(focus);
    return a === undefined || b === undefined ? undefined : a === b;
  };
}

function textOf(syntax: Syntax): Scalar<string> | undefined {
  if (syntax.kind === 'special' && syntax.name === '$this') return (focus) => focus;
  const text = literal<string>(syntax, 'System.String');
  if (text !== undefined) return () => text;
  if (syntax.kind !== 'call') return undefined;
  if (syntax.name === 'iif') return choice(syntax, textOf);
  return syntax.name === 'substring' ? substring(syntax) : undefined;
}

function substring(syntax: CallSyntax): Scalar<string> | undefined {
  const [first, second] = syntax.args;
  const input = inputOf(syntax);
  const from = literal<number>(first, 'System.Integer');
  const many = literal<number>(second, 'System.Integer');
  if (input === undefined || from === undefined || many === undefined || syntax.args.length !== 2) return undefined;
  return (focus) => map(input(focus), (text) => (from >= text.length ? undefined : text.slice(from, from + many)));
}

function integerOf(syntax: Syntax): Scalar<number> | undefined {
  const value = literal<number>(syntax, 'System.Integer');
  if (value !== undefined) return () => value;
  if (syntax.kind === 'binary') return isIntegral(syntax.operator) ? sum(syntax.operator, syntax.left, syntax.right) : undefined;
  if (syntax.kind !== 'call') return undefined;
  if (syntax.name === 'iif') return choice(syntax, integerOf);
  if (syntax.name !== 'toInteger' && syntax.name !== 'indexOf') return undefined;
  const input = inputOf(syntax);
  if (input === undefined || syntax.args.length !== (syntax.name === 'indexOf' ? 1 : 0)) return undefined;
  if (syntax.name === 'toInteger') return (focus) => map(input(focus), toIntegerValue);
  const other = syntax.args[0] && textOf(syntax.args[0]);
  return other && ((focus) => map(input(focus), (text) => map(other(focus), (part) => text.indexOf(part))));
}

function isIntegral(operator: string): operator is Exclude<Operation, '/'> {
  return operator === '+' || operator === '-' || operator === '*' || operator === 'mod' || operator === 'div';
}

function sum(operation: Exclude<Operation, '/'>, left: Syntax, right: Syntax): Scalar<number> | undefined {
  const [a, b] = [integerOf(left), integerOf(right)];
  if (a === undefined || b === undefined) return undefined;
  return (focus) => {
    const x = a(focus);
    const y = b(focus);
    return x === undefined || y === undefined ? undefined : integerValue(calculate(operation, x, y));
  };
}

/** iif() on the context: only the branch that is chosen is evaluated. */
function choice<T>(syntax: CallSyntax, compile: (part: Syntax) => Scalar<T> | undefined): Scalar<T> | undefined {
  const [criterion, then, otherwise] = syntax.args;
  if (syntax.input !== undefined || criterion === undefined || then === undefined || otherwise === undefined) return undefined;
  const [test, yes, no] = [conditionOf(criterion), compile(then), compile(otherwise)];
  return test && yes && no && ((focus) => (test(focus) === true ? yes(focus) : no(focus)));
}

function inputOf({ input }: CallSyntax): Scalar<string> | undefined {
  return input === undefined ? (focus) => focus : textOf(input);
}

function literal<T extends string | number>(syntax: Syntax | undefined, type: 'System.String' | 'System.Integer'): T | undefined {
  const item = syntax?.kind === 'literal' && syntax.items.length === 1 ? syntax.items[0] : undefined;
  return item?.type === type ? (item.value as T) : undefined;
}

function map<T, U>(value: T | undefined, use: (value: T) => U | undefined): U | undefined {
  return value === undefined ? undefined : use(value);
}
