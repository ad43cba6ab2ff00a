/**
 * Judges an expression before anything is evaluated: syntax, functions, regular expressions, variables, and elements that no type the
 * path can lead to has. What only the data can tell is left open. Source: FHIRPath N1 #type-safety-and-strict-evaluation
 */
import type { TypeModel } from '../definitions/definitions.js';
import { type Message, message } from '../model/message.js';
import { compileExpression } from './compile.js';
import { isKnownVariable } from './constants.js';
import { FhirPathError } from './expression.js';
import { parse } from './parser.js';
import { judgePattern } from './regex.js';
import { noElement } from './step.js';
import { type CallSyntax, type MemberSyntax, parts, type Syntax, typeNameOf } from './syntax.js';
import { isSubtype } from './types.js';

export interface ExpressionFault {
  readonly message: Message;
  /** 0-based place in the expression, where it is known. */
  readonly position?: number;
}

/** Types an item can be of; undefined: any. */
type Types = ReadonlySet<string> | undefined;

interface Check {
  readonly model: TypeModel;
  /** What the whole expression is evaluated on. */
  readonly context: Types;
  readonly variables: ReadonlySet<string>;
  readonly faults: ExpressionFault[];
}

/** `type`: of what it will be evaluated on, where that is known. Empty: nothing speaks against the expression. */
export function checkExpression(text: string, model: TypeModel, type?: string): readonly ExpressionFault[] {
  try {
    const syntax = parse(text);
    compileExpression(text, model, { type });
    const context = type === undefined || model.kind(type) === undefined ? undefined : new Set([type]);
    const check: Check = { model, context, variables: definedIn(syntax), faults: [] };
    typesOf(syntax, context, check);
    return check.faults;
  } catch (error) {
    if (error instanceof FhirPathError) return [faultOf(error)];
    throw error;
  }
}

function faultOf({ sentence, position }: FhirPathError, at?: number): ExpressionFault {
  return { message: sentence, position: position ?? at };
}

/** Names that defineVariable() gives; one whose name is computed lets any name pass. */
function definedIn(syntax: Syntax, found = new Set<string>()): ReadonlySet<string> {
  if (syntax.kind === 'call' && syntax.name === 'defineVariable') {
    const [first] = syntax.args;
    const name = first?.kind === 'literal' ? first.items[0]?.value : undefined;
    found.add(typeof name === 'string' ? name : anyName);
  }
  for (const part of parts(syntax)) definedIn(part, found);
  return found;
}

const anyName = '*';

function typesOf(syntax: Syntax, focus: Types, check: Check): Types {
  switch (syntax.kind) {
    case 'literal':
      return new Set(syntax.items.map(({ type }) => type));
    case 'special':
      return syntax.name === '$this' ? focus : syntax.name === '$index' ? new Set(['System.Integer']) : undefined;
    case 'variable':
      return variable(syntax.name, syntax.position, check);
    case 'member':
      return member(syntax, focus, check);
    case 'call':
      return call(syntax, focus, check);
    case 'indexer':
      typesOf(syntax.index, focus, check);
      return typesOf(syntax.input, focus, check);
    case 'polarity':
      return typesOf(syntax.operand, focus, check);
    case 'type':
      typesOf(syntax.operand, focus, check);
      return syntax.operator === 'is' ? boolean : namedType(syntax.typeName, check);
    case 'union':
      return either(syntax.parts.map((part) => typesOf(part, focus, check)));
    case 'binary':
      typesOf(syntax.left, focus, check);
      typesOf(syntax.right, focus, check);
      return yieldsBoolean.has(syntax.operator) ? boolean : undefined;
  }
}

const boolean: Types = new Set(['System.Boolean']);
const yieldsBoolean = new Set(['=', '!=', '~', '!~', '<', '>', '<=', '>=', 'in', 'contains', 'and', 'or', 'xor', 'implies']);

function either(all: readonly Types[]): Types {
  const found = new Set<string>();
  for (const types of all) {
    if (types === undefined) return undefined;
    for (const type of types) found.add(type);
  }
  return found;
}

function variable(name: string, position: number, { model, context, variables, faults }: Check): Types {
  if (!isKnownVariable(name) && !variables.has(name) && !variables.has(anyName)) {
    faults.push({ message: message('fhirpath-variable', `There is no variable %${name}`, `没有变量 %${name}`), position });
  }
  if (name === 'context') return context;
  const isResource = (name === 'resource' || name === 'rootResource') && context !== undefined;
  return isResource && [...context].every((type) => model.kind(type) === 'resource') && name === 'resource' ? context : undefined;
}

function namedType(name: string, { model }: Check): Types {
  const local = name.replace(/^FHIR\./, '');
  return model.kind(local) === undefined ? undefined : new Set([local]);
}

function member(syntax: MemberSyntax, focus: Types, check: Check): Types {
  const { name, input, position } = syntax;
  const { model, faults } = check;
  if (input === undefined && /^[A-Z]/.test(name) && model.kind(name) !== undefined) return root(name, position, focus, check);
  const from = input === undefined ? focus : typesOf(input, focus, check);
  if (from === undefined || from.size === 0) return undefined;
  const found = [...from].map((type) => children(type, name, model));
  if (found.every((types) => types?.size === 0)) faults.push(faultOf(noElement([...from].join('|'), name, model), position));
  return either(found);
}

/** `Patient` at the head of a path. */
function root(name: string, position: number, focus: Types, { model, faults }: Check): Types {
  const matching =
    focus === undefined ? undefined : [...focus].filter((type) => isSubtype(model, type, name) || isSubtype(model, name, type));
  if (matching?.length === 0) {
    const types = [...(focus ?? [])].join('|');
    faults.push({
      message: message('fhirpath-context', `The context is a ${types}, not a ${name}`, `上下文是 ${types}，不是 ${name}`),
      position,
    });
  }
  return new Set([name]);
}

/** Of these only the value can tell what it is. */
const abstract = new Set(['Resource', 'DomainResource', 'Element', 'BackboneElement']);

/** Empty: there is no such element. */
function children(type: string, name: string, model: TypeModel): Types {
  if (type.startsWith('System.')) return type === 'System.TypeInfo' || type === 'System.Quantity' ? undefined : new Set();
  if (model.kind(type) === undefined) return undefined;
  if (model.kind(type) === 'primitive' && name === 'value') return undefined;
  const properties = model.element(type, name);
  if (properties.length === 0) return abstract.has(type) ? undefined : new Set();
  return either(properties.map((property) => (abstract.has(property.type) ? undefined : new Set([property.type]))));
}

/** Functions that pass on some of their input. */
const passing = new Set([
  'where',
  'first',
  'last',
  'tail',
  'skip',
  'take',
  'single',
  'distinct',
  'exclude',
  'intersect',
  'trace',
  'sort',
  'defineVariable',
]);
/** Functions whose arguments are evaluated on each item of their input. */
const perItem = new Set(['where', 'select', 'all', 'exists', 'repeat', 'iif', 'aggregate', 'sort', 'trace', 'defineVariable']);
const takesPattern = new Set(['matches', 'matchesFull', 'replaceMatches']);
const takesType = new Set(['is', 'as', 'ofType']);

function call(syntax: CallSyntax, focus: Types, check: Check): Types {
  const { name, args } = syntax;
  const input = syntax.input === undefined ? focus : typesOf(syntax.input, focus, check);
  if (takesType.has(name)) {
    const typeName = args[0] && typeNameOf(args[0]);
    return name === 'is' || typeName === undefined ? boolean : namedType(typeName, check);
  }
  if (takesPattern.has(name)) pattern(args[0], check);
  // What is found by repeat() is looked at again, and its type with it.
  const inner = name === 'repeat' ? undefined : perItem.has(name) ? input : focus;
  const given = args.map((arg) => typesOf(arg, inner, check));
  if (passing.has(name)) return input;
  if (name === 'select') return given[0];
  if (name === 'union' || name === 'combine') return either([input, given[0]]);
  if (name === 'iif') return either(given.slice(1));
  return name === 'extension' ? new Set(['Extension']) : undefined;
}

function pattern(syntax: Syntax | undefined, { faults }: Check): void {
  const text = syntax?.kind === 'literal' ? syntax.items[0]?.value : undefined;
  if (typeof text !== 'string') return;
  try {
    judgePattern(text);
  } catch (error) {
    if (!(error instanceof FhirPathError)) throw error;
    faults.push(faultOf(error, syntax?.position));
  }
}
