/**
 * What the parts of a condition become: paths, values, comparisons and logic, as code. Source: FHIRPath N1
 */
import type { Property, TypeModel } from '../definitions/definitions.js';
import { systemKind } from '../fhirpath/system-types.js';
import { choiceText, has, hasAny, number, objectAt, resourceText, some, text } from './condition-run.js';
import { literal, type Source } from './source.js';

/** Code whose value is undefined where the collection would be empty. */
interface Value {
  readonly kind: 'boolean' | 'string' | 'date' | 'number' | 'integer';
  readonly code: string;
}

/** Items that lie at the end of a path, those that a filter lets through. */
export interface Items {
  readonly kind: 'items';
  readonly holder: string;
  readonly steps: readonly (readonly Property[])[];
  readonly filter: string | undefined;
}

export type Term = Value | Items | undefined;

/** What an expression stands in: one function of the source. */
export interface Scope {
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

function temporary({ temporaries }: Scope): string {
  const name = `t${temporaries.length}`;
  temporaries.push(name);
  return name;
}

export function call(scope: Scope, run: { readonly name: string }, ...args: readonly string[]): string {
  return `${scope.source.constant(run, run.name)}(${args.join(', ')})`;
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
export function focusOf({ type, holder }: Scope): Term {
  const kind = kindOf(type);
  return holder === 'sibling' && (kind === 'string' || kind === 'date') ? { kind, code: 'value' } : undefined;
}

/** `%resource.gender`: of which type the resource is, is known when it comes. */
export function resourceValue(name: string, scope: Scope): Value {
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
  const code = call(scope, resourceText, 'resource', literal(name), literal(`_${name}`), source.constant(isText, `is ${name} a text`));
  return { kind: 'string', code };
}

/** A path to one text or number at the most. */
export function singleOf(term: Term, scope: Scope): Value | undefined {
  if (term?.kind !== 'items') return term;
  const { steps, holder, filter } = term;
  const [last, ...before] = [...steps].reverse();
  const [first, ...others] = last ?? [];
  if (filter !== undefined || first === undefined) return undefined;
  if (others.length > 0 || before.some((step) => step.length > 1)) return before.length === 1 ? textInChoice(term, scope) : undefined;
  const kind = kindOf(first.type);
  if (kind === undefined || first.many || before.some(([step]) => step?.many)) return undefined;
  const inner = before.reverse().reduce((code, [step]) => call(scope, objectAt, code, literal(step?.name ?? '')), holder);
  return { kind, code: call(scope, kind === 'number' ? number : text, inner, literal(first.name), literal(`_${first.name}`)) };
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
  return { kind: 'string', code: call(scope, choiceText, holder, table, literal(name), literal(`_${name}`)) };
}

export function isNumber({ kind }: Value): boolean {
  return kind === 'number' || kind === 'integer';
}

export function compared(operator: string, a: Value, b: Value, scope: Scope): Value {
  const [x, y] = [temporary(scope), temporary(scope)];
  const code = `(${x} = ${a.code}, ${y} = ${b.code}, ${x} === undefined || ${y} === undefined ? undefined : ${x} ${operator} ${y})`;
  return { kind: 'boolean', code };
}

export function logicOf(operator: string, a: string, b: string, scope: Scope): Term {
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

export function negated(code: string, scope: Scope): string {
  const x = temporary(scope);
  return `((${x} = ${code}) === undefined ? undefined : !${x})`;
}

export function stepsOf({ steps }: Items, { source }: Scope): string {
  const paths = steps.map((properties) => properties.map(({ name }) => [name, `_${name}`] as const));
  return source.constant(paths, `path ${steps.map(([first]) => first?.element).join('.')}`);
}

export function thereOf(items: Items, scope: Scope): string {
  const { holder, steps, filter } = items;
  const [first, second] = steps;
  if (filter !== undefined || first === undefined || second !== undefined)
    return call(scope, some, holder, stepsOf(items, scope), filter ?? 'undefined', 'resource');
  const [only, other] = first;
  if (only !== undefined && other === undefined) return call(scope, has, holder, literal(only.name), literal(`_${only.name}`));
  const names = new Set(first.flatMap(({ name }) => [name, `_${name}`]));
  return call(scope, hasAny, holder, scope.source.constant(names, `names of ${only?.element}`));
}
