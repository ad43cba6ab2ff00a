/**
 * Invariants as plain code, where they are of the common kind: what is there, texts compared, patterns, sums of digits. The code answers
 * only that a constraint holds for certain; for all else, what is unusual in the data included, FHIRPath's engine decides and says why.
 * Source: FHIRPath N1, R4 fhirpath.html
 */
import type { Property, TypeModel } from '../definitions/definitions.js';
import { FhirPathError } from '../fhirpath/expression.js';
import { parse } from '../fhirpath/parser.js';
import { matcher } from '../fhirpath/regex.js';
import type { CallSyntax, Syntax } from '../fhirpath/syntax.js';
import { systemKind } from '../fhirpath/system-types.js';
import { isSubtype } from '../fhirpath/types.js';
import type { Json, JsonObject } from '../model/json.js';
import * as run from './condition-run.js';
import { build, literal, newSource, type Source } from './source.js';

/** Whether it holds for certain. */
export type Condition = (value: Json | undefined, sibling: JsonObject | undefined, resource: JsonObject) => boolean;

/** Code whose value is undefined where the collection would be empty. */
interface Value {
  readonly kind: 'boolean' | 'string' | 'date' | 'number' | 'integer';
  readonly code: string;
}
/** Items that lie at the end of a path, those that a filter lets through. */
interface Items {
  readonly kind: 'items';
  readonly holder: string;
  readonly steps: readonly (readonly Property[])[];
  readonly filter: string | undefined;
}
type Term = Value | Items | undefined;

/** What an expression stands in: one function of the source. */
interface Scope {
  readonly source: Source;
  readonly model: TypeModel;
  /** Declarations of the functions that are passed to others. */
  readonly functions: string[];
  readonly temporaries: string[];
  /** Type of the focus. */
  readonly type: string;
  /** The object its elements stand in. */
  readonly holder: string;
}

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
    run.begin();
    try {
      return evaluate(value, sibling ?? none, resource) === true && run.isSure();
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

function temporary({ temporaries }: Scope): string {
  const name = `t${temporaries.length}`;
  temporaries.push(name);
  return name;
}

function call(scope: Scope, name: keyof typeof run, ...args: readonly string[]): string {
  return `${scope.source.constant(run[name], name)}(${args.join(', ')})`;
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

function kindOf(type: string): Value['kind'] | undefined {
  switch (systemKind(type)) {
    case 'String':
      return 'string';
    case 'Date':
    case 'DateTime':
      return 'date';
    case 'Integer':
    case 'Decimal':
      return 'number';
    default:
      return undefined;
  }
}

/** The focus of the whole, where it is a text. */
function focusOf({ type, holder }: Scope): Term {
  const kind = kindOf(type);
  return holder === 'sibling' && (kind === 'string' || kind === 'date') ? { kind, code: 'value' } : undefined;
}

function typeOf(operator: 'is' | 'as', operand: Syntax, name: string, scope: Scope): Term {
  const isFocus = operand.kind === 'special' && operand.name === '$this';
  if (!isFocus || scope.holder !== 'sibling' || scope.model.kind(name) === undefined) return undefined;
  if (operator === 'is') return { kind: 'boolean', code: String(isSubtype(scope.model, scope.type, name)) };
  return name === scope.type ? focusOf(scope) : undefined;
}

function memberOf(input: Syntax | undefined, name: string, scope: Scope): Term {
  if (/^[A-Z]/.test(name)) return undefined;
  if (input?.kind === 'variable') return input.name === 'resource' ? resourceText(name, scope) : undefined;
  const items: Term = input === undefined ? { kind: 'items', holder: scope.holder, steps: [], filter: undefined } : termOf(input, scope);
  if (items?.kind !== 'items' || items.filter !== undefined) return undefined;
  const { model } = scope;
  const last = items.steps[items.steps.length - 1];
  const types = last?.map(({ type }) => type) ?? [scope.holder === 'sibling' ? 'Element' : scope.type];
  const properties = types.flatMap((type) => (model.kind(type) === 'primitive' || type === 'Resource' ? [] : model.element(type, name)));
  return properties.length === 0 || types.includes('Resource') ? undefined : { ...items, steps: [...items.steps, properties] };
}

/** `%resource.gender`: of which type the resource is, is known when it comes. */
function resourceText(name: string, scope: Scope): Value {
  const { model, source } = scope;
  const keys = new Map<unknown, Value['kind'] | undefined>();
  const isText = (type: unknown): boolean => {
    if (!keys.has(type) && typeof type === 'string') {
      const [property, ...others] = model.element(type, name);
      keys.set(type, property !== undefined && others.length === 0 && !property.many ? kindOf(property.type) : undefined);
    }
    const kind = keys.get(type);
    return kind === 'string' || kind === 'date';
  };
  const code = call(scope, 'resourceText', 'resource', literal(name), literal(`_${name}`), source.constant(isText, `is ${name} a text`));
  return { kind: 'string', code };
}

/** A path to one text or number at the most. */
function singleOf(term: Term, scope: Scope): Value | undefined {
  if (term?.kind !== 'items') return term;
  const { steps, holder, filter } = term;
  const [last, ...before] = [...steps].reverse();
  const [first, ...others] = last ?? [];
  if (filter !== undefined || first === undefined) return undefined;
  if (others.length > 0 || before.some((step) => step.length > 1)) return before.length === 1 ? textInChoice(term, scope) : undefined;
  const kind = kindOf(first.type);
  if (kind === undefined || first.many || before.some(([step]) => step?.many)) return undefined;
  const inner = before.reverse().reduce((code, [step]) => call(scope, 'objectAt', code, literal(step?.name ?? '')), holder);
  return { kind, code: call(scope, kind === 'number' ? 'number' : 'text', inner, literal(first.name), literal(`_${first.name}`)) };
}

/** `value.code`: of whichever type the value is. */
function textInChoice({ holder, steps: [choice = [], last = []] }: Items, scope: Scope): Value | undefined {
  const name = last[0]?.name;
  if (name === undefined || choice.some(({ many, choice: is }) => many || !is)) return undefined;
  const told = new Map(
    choice.map(({ name: key, type }) => {
      const [property, ...others] = scope.model.kind(type) === 'primitive' ? [] : scope.model.element(type, name);
      const isOne = property !== undefined && others.length === 0 && !property.many && kindOf(property.type) === 'string';
      return [key, property === undefined ? 'none' : isOne ? 'text' : 'other'] as const;
    }),
  );
  const table = scope.source.constant(told, `what ${name} is in each type of ${choice[0]?.element}`);
  return { kind: 'string', code: call(scope, 'choiceText', holder, table, literal(name), literal(`_${name}`)) };
}

function binaryOf({ operator, left, right }: Extract<Syntax, { kind: 'binary' }>, scope: Scope): Term {
  const [a, b] = [singleOf(termOf(left, scope), scope), singleOf(termOf(right, scope), scope)];
  if (a === undefined || b === undefined) return undefined;
  if (a.kind === 'boolean' && b.kind === 'boolean') return logicOf(operator, a.code, b.code, scope);
  if (a.kind === 'integer' && b.kind === 'integer' && /^(\+|-|\*|mod)$/.test(operator)) {
    const code = operator === 'mod' ? call(scope, 'modulo', a.code, b.code) : call(scope, 'whole', `${a.code} ${operator} ${b.code}`);
    return { kind: 'integer', code };
  }
  const areNumbers = isNumber(a) && isNumber(b);
  if (operator === '=' || operator === '!=') {
    return areNumbers || (a.kind === 'string' && b.kind === 'string') ? compared(operator === '=' ? '===' : '!==', a, b, scope) : undefined;
  }
  return areNumbers && /^[<>]=?$/.test(operator) ? compared(operator, a, b, scope) : undefined;
}

function isNumber({ kind }: Value): boolean {
  return kind === 'number' || kind === 'integer';
}

function compared(operator: string, a: Value, b: Value, scope: Scope): Value {
  const [x, y] = [temporary(scope), temporary(scope)];
  const code = `(${x} = ${a.code}, ${y} = ${b.code}, ${x} === undefined || ${y} === undefined ? undefined : ${x} ${operator} ${y})`;
  return { kind: 'boolean', code };
}

function logicOf(operator: string, a: string, b: string, scope: Scope): Term {
  const [x, y] = [temporary(scope), temporary(scope)];
  const open = `${x} === undefined || ${y} === undefined ? undefined`;
  switch (operator) {
    case 'and':
      return { kind: 'boolean', code: `((${x} = ${a}) === false || (${y} = ${b}) === false ? false : ${open} : true)` };
    case 'or':
      return { kind: 'boolean', code: `((${x} = ${a}) === true || (${y} = ${b}) === true ? true : ${open} : false)` };
    case 'implies':
      return { kind: 'boolean', code: `((${x} = ${a}) === false || (${y} = ${b}) === true ? true : ${open} : false)` };
    case 'xor':
    case '!=':
      return { kind: 'boolean', code: `(${x} = ${a}, ${y} = ${b}, ${open} : ${x} !== ${y})` };
    case '=':
      return { kind: 'boolean', code: `(${x} = ${a}, ${y} = ${b}, ${open} : ${x} === ${y})` };
    default:
      return undefined;
  }
}

function callOf(syntax: CallSyntax, scope: Scope): Term {
  const { name, input, args } = syntax;
  if (name === 'iif') return input === undefined ? choiceOf(args, scope) : undefined;
  if (name === 'today') return input === undefined ? { kind: 'date', code: call(scope, 'today') } : undefined;
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

function negated(code: string, scope: Scope): string {
  const x = temporary(scope);
  return `((${x} = ${code}) === undefined ? undefined : !${x})`;
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
    code: call(scope, 'every', items.holder, stepsOf(items, scope), items.filter ?? 'undefined', test, 'resource'),
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

function stepsOf({ steps }: Items, { source }: Scope): string {
  const paths = steps.map((properties) => properties.map(({ name }) => [name, `_${name}`] as const));
  return source.constant(paths, `path ${steps.map(([first]) => first?.element).join('.')}`);
}

function thereOf(items: Items, scope: Scope): string {
  const { holder, steps, filter } = items;
  const [first, second] = steps;
  if (filter !== undefined || first === undefined || second !== undefined)
    return call(scope, 'some', holder, stepsOf(items, scope), filter ?? 'undefined', 'resource');
  const [only, other] = first;
  if (only !== undefined && other === undefined) return call(scope, 'has', holder, literal(only.name), literal(`_${only.name}`));
  const names = new Set(first.flatMap(({ name }) => [name, `_${name}`]));
  return call(scope, 'hasAny', holder, scope.source.constant(names, `names of ${only?.element}`));
}

function onText(name: string, text: string, args: readonly Syntax[], scope: Scope): Term {
  const values = args.map((arg) => singleOf(termOf(arg, scope), scope));
  const [a, b] = values;
  if (values.some((value) => value === undefined) || values.length > 2) return undefined;
  if (a === undefined) {
    if (name === 'toInteger') return { kind: 'integer', code: call(scope, 'toInteger', text) };
    return name === 'length' ? { kind: 'integer', code: call(scope, 'lengthOf', text) } : undefined;
  }
  if (name === 'substring' && a.kind === 'integer' && b?.kind === 'integer')
    return { kind: 'string', code: call(scope, 'substring', text, a.code, b.code) };
  if (name === 'replace' && a.kind === 'string' && b?.kind === 'string')
    return { kind: 'string', code: call(scope, 'replace', text, a.code, b.code) };
  if (b !== undefined || a.kind !== 'string') return undefined;
  if (name === 'indexOf') return { kind: 'integer', code: call(scope, 'indexOf', text, a.code) };
  if (name === 'startsWith' || name === 'endsWith' || name === 'contains')
    return { kind: 'boolean', code: call(scope, name, text, a.code) };
  const [pattern] = args;
  if (name !== 'matches' || pattern?.kind !== 'literal') return undefined;
  const test = scope.source.constant(matcher(String(pattern.items[0]?.value)), 'pattern');
  return { kind: 'boolean', code: call(scope, 'textTest', text, test) };
}
