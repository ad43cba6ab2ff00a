/**
 * The parts of a syntax tree as closures. Source: FHIRPath N1 #expressions
 */
import { message } from '../model/message.js';
import { compileVariable } from './constants.js';
import type { Call, Evaluate, Setting } from './evaluation.js';
import { FhirPathError } from './expression.js';
import { functionNamed } from './functions/list.js';
import { integerItem, nothing } from './items.js';
import { compileArithmetic, compileConcatenation, compilePolarity } from './operators/arithmetic.js';
import { compileIndexer, compileMembership, compileUnion } from './operators/collections.js';
import { compileEquality, compileOrder } from './operators/comparison.js';
import { compileLogic } from './operators/logic.js';
import { compileAs, compileIs } from './operators/types.js';
import { compileScalarCondition } from './scalars.js';
import { compileStep } from './step.js';
import { type CallSyntax, calls, type MemberSyntax, type Syntax, typeNameOf } from './syntax.js';
import { textTest } from './text-test.js';
import { isSubtype, systemAlias, typeFilter } from './types.js';

const focus: Evaluate = (scope) => scope.focus;

export function compileSyntax(syntax: Syntax, setting: Setting): Evaluate {
  return (
    compileScalarCondition(syntax, (part) => compileItems(part, setting)) ?? textTest(syntax, setting) ?? compileItems(syntax, setting)
  );
}

function compileItems(syntax: Syntax, setting: Setting): Evaluate {
  switch (syntax.kind) {
    case 'literal':
      return () => syntax.items;
    case 'special':
      return special(syntax.name);
    case 'variable':
      return compileVariable(syntax.name);
    case 'member':
      return member(syntax, setting);
    case 'call':
      return call(syntax, setting);
    case 'indexer':
      return compileIndexer(compileSyntax(syntax.input, setting), compileSyntax(syntax.index, setting));
    case 'polarity':
      return compilePolarity(syntax.negative, compileSyntax(syntax.operand, setting));
    case 'type':
      if (syntax.operator === 'is') return compileIs(compileSyntax(syntax.operand, setting), syntax.typeName, setting);
      return compileAs(onlyOfType(syntax.operand, syntax.typeName, setting), syntax.typeName, setting);
    case 'union':
      return union(syntax.parts, setting);
    case 'binary':
      return binary(syntax, setting);
  }
}

/** What an `as` or an ofType() is applied to: a path's last step then makes only the items that it keeps. */
function onlyOfType(operand: Syntax, typeName: string, setting: Setting): Evaluate {
  // Strictly, `as` counts the items of all types.
  if (setting.strict || operand.kind !== 'member' || operand.input === undefined || systemAlias(setting.model, typeName) !== undefined) {
    return compileSyntax(operand, setting);
  }
  return compileStep(compileSyntax(operand.input, setting), operand.name, setting, typeFilter(setting.model, typeName));
}

function special(name: string): Evaluate {
  if (name === '$this') return focus;
  return name === '$total' ? (scope) => scope.total : (scope) => [integerItem(scope.index)];
}

function member({ input, name }: MemberSyntax, setting: Setting): Evaluate {
  if (input !== undefined) return compileStep(compileSyntax(input, setting), name, setting);
  return isTypeName(name, setting) ? rootOf(name, setting) : compileStep(focus, name, setting);
}

/** Types whose names begin with a capital; elements never do. */
function isTypeName(name: string, { model }: Setting): boolean {
  return /^[A-Z]/.test(name) && model.kind(name) !== undefined;
}

/** `Patient` at the head of a path: the context, where it is one. */
function rootOf(name: string, { model, strict }: Setting): Evaluate {
  let lastType = '';
  let last = false;
  const test = (type: string): boolean => {
    if (type !== lastType) {
      last = isSubtype(model, type, name);
      lastType = type;
      if (strict && !last)
        throw new FhirPathError(message('fhirpath-context', `The context is a ${type}, not a ${name}`, `上下文是 ${type}，不是 ${name}`));
    }
    return last;
  };
  return ({ focus: items }) => {
    const [first] = items;
    if (items.length === 1 && first !== undefined) return test(first.type) ? items : nothing;
    return items.filter((item) => test(item.type));
  };
}

function call({ input, name, args, position }: CallSyntax, setting: Setting): Evaluate {
  const definition = functionNamed(name);
  if (definition === undefined)
    throw new FhirPathError(message('fhirpath-function', `There is no function "${name}"`, `没有函数“${name}”`), position);
  const [least, most] = definition.arity;
  if (args.length < least || args.length > most) {
    const expected = least === most ? String(least) : `${least} to ${most}`;
    throw new FhirPathError(
      message(
        'fhirpath-arguments',
        `${name}() takes ${expected} arguments and was given ${args.length}`,
        `${name}() 需要 ${expected} 个参数，实际为 ${args.length} 个`,
      ),
      position,
    );
  }
  if (setting.strict && needsOrder.has(name) && input?.kind === 'call' && unordered.has(input.name)) {
    throw new FhirPathError(
      message(
        'fhirpath-order',
        `${name}() needs an order, which ${input.name}() does not give`,
        `${name}() 要求有顺序，而 ${input.name}() 的结果没有顺序`,
      ),
      position,
    );
  }
  const inner: Setting = { ...setting, type: undefined };
  const compiled: Call = {
    ...setting,
    name,
    input: inputOf(input, name, args, setting),
    explicit: input !== undefined,
    args: takesType.has(name) ? [] : args.map((arg) => compileSyntax(arg, inner)),
    syntax: args,
    compile: (part) => compileSyntax(part, inner),
  };
  return definition.compile(compiled);
}

function inputOf(input: Syntax | undefined, name: string, [first]: readonly Syntax[], setting: Setting): Evaluate {
  if (input === undefined) return focus;
  const typeName = (name === 'ofType' || name === 'as') && first !== undefined ? typeNameOf(first) : undefined;
  return typeName === undefined ? compileSyntax(input, setting) : onlyOfType(input, typeName, setting);
}

const takesType = new Set(['is', 'as', 'ofType']);
const needsOrder = new Set(['first', 'last', 'tail', 'skip', 'take']);
const unordered = new Set(['children', 'descendants']);

/** Parts that begin with another type than the context's give nothing and are left out. */
function union(parts: readonly Syntax[], setting: Setting): Evaluate {
  const kept = setting.strict ? parts : parts.filter((part) => !isForOther(part, setting));
  return compileUnion(kept.map((part) => alone(part, setting)));
}

function isForOther(syntax: Syntax, setting: Setting): boolean {
  if (setting.type === undefined) return false;
  switch (syntax.kind) {
    case 'member':
      if (syntax.input !== undefined) return isForOther(syntax.input, setting);
      return isTypeName(syntax.name, setting) && !isSubtype(setting.model, setting.type, syntax.name);
    case 'call':
      return (syntax.name === 'where' || takesType.has(syntax.name)) && syntax.input !== undefined && isForOther(syntax.input, setting);
    case 'type':
      return syntax.operator === 'as' && isForOther(syntax.operand, setting);
    default:
      return false;
  }
}

function binary({ operator, left, right }: Extract<Syntax, { kind: 'binary' }>, setting: Setting): Evaluate {
  const [a, b] = [alone(left, setting), alone(right, setting)];
  switch (operator) {
    case 'and':
    case 'or':
    case 'xor':
    case 'implies':
      return compileLogic(operator, a, b);
    case '=':
    case '!=':
    case '~':
    case '!~':
      return compileEquality(operator, a, b);
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compileOrder(operator, a, b);
    case 'in':
    case 'contains':
      return compileMembership(operator, a, b);
    case '&':
      return compileConcatenation(a, b);
    default:
      return compileArithmetic(operator, a, b);
  }
}

/** A variable that one side of an operator defines is not known to the other. */
function alone(syntax: Syntax, setting: Setting): Evaluate {
  const evaluate = compileSyntax(syntax, setting);
  if (!calls(syntax, 'defineVariable')) return evaluate;
  return (scope) => {
    const before = scope.variables;
    const result = evaluate(scope);
    scope.variables = before;
    return result;
  };
}
