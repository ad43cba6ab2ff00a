/**
 * Invariants as plain code, where they are of the common kind: what is there, texts compared, patterns, sums of digits. The code answers
 * only that a constraint holds for certain; for all else, what is unusual in the data included, FHIRPath's engine decides and says why.
 * Source: FHIRPath N1, R4 fhirpath.html
 */
import type { TypeModel } from '../definitions/definitions.js';
import { FhirPathError } from '../fhirpath/expression.js';
import { parse } from '../fhirpath/parser.js';
import { matcher } from '../fhirpath/regex.js';
import type { CallSyntax, Syntax } from '../fhirpath/syntax.js';
import { isSubtype } from '../fhirpath/types.js';
import type { Json, JsonObject } from '../model/json.js';
import {
  begin,
  contains,
  endsWith,
  every,
  indexOf,
  isSure,
  lengthOf,
  modulo,
  replace,
  startsWith,
  substring,
  textTest,
  today,
  toInteger,
  whole,
} from './condition-run.js';
import {
  call,
  compared,
  focusOf,
  type Items,
  isNumber,
  logicOf,
  negated,
  resourceValue,
  type Scope,
  singleOf,
  stepsOf,
  type Term,
  thereOf,
} from './condition-terms.js';
import { build, literal, newSource } from './source.js';

/** Whether it holds for certain. */
export type Condition = (value: Json | undefined, sibling: JsonObject | undefined, resource: JsonObject) => boolean;

const MAX_TEXT = 10_000;

/** undefined: of another kind. `type`: of the values it is evaluated on. */
export function compileCondition(expression: string, type: string, model: TypeModel): Condition | undefined {
  if (expression.length > MAX_TEXT || model.kind(type) === undefined || type === 'Resource') return undefined;
  const source = newSource();
  const isPrimitive = model.kind(type) === 'primitive';
  const scope: Scope = { source, model, functions: [], temporaries: [], type, holder: isPrimitive ? 'sibling' : 'value' };
  const code = booleanOf(parse(expression), scope);
  if (code === undefined) return undefined;
  const body = `(() => {\n${scope.functions.join('')}return ${functionSource('value, sibling, resource', code, scope)};\n})()`;
  const evaluate = build({ source, body }) as (value: Json | undefined, sibling: JsonObject, resource: JsonObject) => boolean | undefined;
  return (value, sibling, resource) => {
    if (isPrimitive ? typeof value !== 'string' : sibling !== undefined) return false;
    begin();
    try {
      return evaluate(value, sibling ?? none, resource) === true && isSure();
    } catch (error) {
      if (error instanceof FhirPathError) return false;
      throw error;
    }
  };
}

const none: JsonObject = {};

function functionSource(parameters: string, code: string, { temporaries }: Scope): string {
  const declared = temporaries.length === 0 ? '' : `let ${temporaries.join(', ')};\n`;
  return `function (${parameters}) {\n${declared}return ${code};\n}`;
}

function booleanOf(syntax: Syntax | undefined, scope: Scope): string | undefined {
  const term = syntax && termOf(syntax, scope);
  return term?.kind === 'boolean' ? term.code : undefined;
}

function termOf(syntax: Syntax, scope: Scope): Term {
  switch (syntax.kind) {
    case 'literal':
      return literalOf(syntax.items);
    case 'special':
      return syntax.name === '$this' ? focusOf(scope) : undefined;
    case 'variable':
      return syntax.name === 'ucum' ? { kind: 'string', code: literal('http://unitsofmeasure.org') } : undefined;
    case 'member':
      return memberOf(syntax.input, syntax.name, scope);
    case 'call':
      return callOf(syntax, scope);
    case 'type':
      return typeOf(syntax.operator, syntax.operand, syntax.typeName, scope);
    case 'binary':
      return binaryOf(syntax, scope);
    default:
      return undefined;
  }
}

function literalOf(items: Extract<Syntax, { kind: 'literal' }>['items']): Term {
  const [item] = items;
  if (items.length !== 1 || item === undefined) return undefined;
  const { type, value } = item;
  if (type === 'System.String' && typeof value === 'string') return { kind: 'string', code: literal(value) };
  if (type === 'System.Integer' && typeof value === 'number') return { kind: 'integer', code: String(value) };
  return type === 'System.Boolean' ? { kind: 'boolean', code: String(value) } : undefined;
}

function typeOf(operator: 'is' | 'as', operand: Syntax, name: string, scope: Scope): Term {
  const isFocus = operand.kind === 'special' && operand.name === '$this';
  if (!isFocus || scope.holder !== 'sibling' || scope.model.kind(name) === undefined) return undefined;
  if (operator === 'is') return { kind: 'boolean', code: String(isSubtype(scope.model, scope.type, name)) };
  return name === scope.type ? focusOf(scope) : undefined;
}

function memberOf(input: Syntax | undefined, name: string, scope: Scope): Term {
  if (/^[A-Z]/.test(name)) return undefined;
  if (input?.kind === 'variable') return input.name === 'resource' ? resourceValue(name, scope) : undefined;
  const items: Term = input === undefined ? { kind: 'items', holder: scope.holder, steps: [], filter: undefined } : termOf(input, scope);
  if (items?.kind !== 'items' || items.filter !== undefined) return undefined;
  const { model } = scope;
  const last = items.steps[items.steps.length - 1];
  const types = last?.map(({ type }) => type) ?? [scope.holder === 'sibling' ? 'Element' : scope.type];
  const properties = types.flatMap((type) => (model.kind(type) === 'primitive' || type === 'Resource' ? [] : model.element(type, name)));
  return properties.length === 0 || types.includes('Resource') ? undefined : { ...items, steps: [...items.steps, properties] };
}

function binaryOf({ operator, left, right }: Extract<Syntax, { kind: 'binary' }>, scope: Scope): Term {
  const [a, b] = [singleOf(termOf(left, scope), scope), singleOf(termOf(right, scope), scope)];
  if (a === undefined || b === undefined) return undefined;
  if (a.kind === 'boolean' && b.kind === 'boolean') return logicOf(operator, a.code, b.code, scope);
  if (a.kind === 'integer' && b.kind === 'integer' && /^(\+|-|\*|mod)$/.test(operator)) {
    const code = operator === 'mod' ? call(scope, modulo, a.code, b.code) : call(scope, whole, `${a.code} ${operator} ${b.code}`);
    return { kind: 'integer', code };
  }
  const areNumbers = isNumber(a) && isNumber(b);
  if (operator === '=' || operator === '!=') {
    return areNumbers || (a.kind === 'string' && b.kind === 'string') ? compared(operator === '=' ? '===' : '!==', a, b, scope) : undefined;
  }
  return areNumbers && /^[<>]=?$/.test(operator) ? compared(operator, a, b, scope) : undefined;
}

function callOf(syntax: CallSyntax, scope: Scope): Term {
  const { name, input, args } = syntax;
  if (name === 'iif') return input === undefined ? choiceOf(args, scope) : undefined;
  if (name === 'today') return input === undefined ? { kind: 'date', code: call(scope, today) } : undefined;
  const term = input === undefined ? focusOf(scope) : termOf(input, scope);
  if (term?.kind === 'items') {
    const found = onItems(name, term, args, scope);
    if (found !== undefined) return found;
  }
  const value = singleOf(term, scope);
  if (value === undefined) return undefined;
  if (value.kind === 'boolean') return name === 'not' ? { kind: 'boolean', code: negated(value.code, scope) } : undefined;
  if (name === 'toString' && (value.kind === 'date' || value.kind === 'string')) return { kind: 'string', code: value.code };
  return value.kind === 'string' ? onText(name, value.code, args, scope) : undefined;
}

function choiceOf([criterion, then, otherwise]: readonly Syntax[], scope: Scope): Term {
  const test = booleanOf(criterion, scope);
  const [a, b] = [then && singleOf(termOf(then, scope), scope), otherwise && singleOf(termOf(otherwise, scope), scope)];
  if (test === undefined || a === undefined || b?.kind !== a.kind) return undefined;
  return { kind: a.kind, code: `(${test} === true ? ${a.code} : ${b.code})` };
}

function onItems(name: string, items: Items, [criterion, ...more]: readonly Syntax[], scope: Scope): Term {
  if (more.length > 0) return undefined;
  if (criterion === undefined) {
    if (name === 'exists') return { kind: 'boolean', code: thereOf(items, scope) };
    if (name === 'empty') return { kind: 'boolean', code: `!${thereOf(items, scope)}` };
    const value = name === 'hasValue' ? singleOf(items, scope) : undefined;
    return value && { kind: 'boolean', code: `${value.code} !== undefined` };
  }
  if (name !== 'where' && name !== 'exists' && name !== 'all') return undefined;
  const test = functionOf(criterion, items, scope);
  if (test === undefined || (items.filter !== undefined && name !== 'all')) return undefined;
  if (name === 'where') return { ...items, filter: test };
  if (name === 'exists') return { kind: 'boolean', code: thereOf({ ...items, filter: test }, scope) };
  return {
    kind: 'boolean',
    code: call(scope, every, items.holder, stepsOf(items, scope), items.filter ?? 'undefined', test, 'resource'),
  };
}

/** The name of a function that tests one item. */
function functionOf(criterion: Syntax, { steps }: Items, scope: Scope): string | undefined {
  const [property, ...others] = steps[steps.length - 1] ?? [];
  if (property === undefined || others.length > 0 || scope.model.kind(property.type) === 'primitive' || property.type === 'Resource')
    return undefined;
  const inner: Scope = { ...scope, temporaries: [], type: property.type, holder: 'one' };
  const code = booleanOf(criterion, inner);
  if (code === undefined) return undefined;
  const name = `f${scope.functions.length}`;
  scope.functions.push(`const ${name} = ${functionSource('one, resource', code, inner)};\n`);
  return name;
}

const textTests = { startsWith, endsWith, contains };

function isTextTest(name: string): name is keyof typeof textTests {
  return Object.hasOwn(textTests, name);
}

function onText(name: string, value: string, args: readonly Syntax[], scope: Scope): Term {
  const values = args.map((arg) => singleOf(termOf(arg, scope), scope));
  const [a, b] = values;
  if (values.some((one) => one === undefined) || values.length > 2) return undefined;
  if (a === undefined) {
    if (name === 'toInteger') return { kind: 'integer', code: call(scope, toInteger, value) };
    return name === 'length' ? { kind: 'integer', code: call(scope, lengthOf, value) } : undefined;
  }
  if (name === 'substring' && a.kind === 'integer' && b?.kind === 'integer')
    return { kind: 'string', code: call(scope, substring, value, a.code, b.code) };
  if (name === 'replace' && a.kind === 'string' && b?.kind === 'string')
    return { kind: 'string', code: call(scope, replace, value, a.code, b.code) };
  if (b !== undefined || a.kind !== 'string') return undefined;
  if (name === 'indexOf') return { kind: 'integer', code: call(scope, indexOf, value, a.code) };
  if (isTextTest(name)) return { kind: 'boolean', code: call(scope, textTests[name], value, a.code) };
  const [pattern] = args;
  if (name !== 'matches' || pattern?.kind !== 'literal') return undefined;
  const test = scope.source.constant(matcher(String(pattern.items[0]?.value)), 'pattern');
  return { kind: 'boolean', code: call(scope, textTest, value, test) };
}
