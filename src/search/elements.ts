/**
 * Which elements a search parameter leads to, read off its expression without evaluating it: their types, whether they can
 * repeat, and where they are defined. R4's expressions are paths with `as`, `ofType`, `where`, and unions of these.
 */
import type { Property, TypeModel } from '../definitions/definitions.js';

export interface ParameterElement {
  /** FHIR type name of the value. */
  readonly type: string;
  /** The type that defines the element (`Patient`, `HumanName`, `Patient.contact`) and the element's name in it. */
  readonly owner: string;
  readonly element: string;
  /** It, or something on the way to it, can repeat. */
  readonly many: boolean;
}

/** The parts of a union, each as it stands; `Patient.name | Person.name` are two. */
export function unionParts(expression: string): readonly string[] {
  if (!expression.includes('|')) return expression === '' ? [] : [expression.trim()];
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i <= expression.length; i++) {
    const character = expression[i];
    if (character === "'") quoted = !quoted;
    if (!quoted && character === '(') depth++;
    if (!quoted && character === ')') depth--;
    if (character !== undefined && (character !== '|' || depth > 0 || quoted)) continue;
    parts.push(expression.slice(start, i).trim());
    start = i + 1;
  }
  return parts.filter((part) => part !== '');
}

const rootName = /^[(\s]*([A-Z]\w*)/;

/** Whether a part can say anything about a type: it begins at the type, at one it descends from, or at no type. */
export function concerns(model: TypeModel, type: string, part: string): boolean {
  const root = rootName.exec(part)?.[1];
  return root === undefined || isA(model, type, root) || model.kind(root) !== 'resource';
}

function isA(model: TypeModel, type: string, ancestor: string): boolean {
  for (let current: string | undefined = type; current !== undefined; current = model.baseOf(current))
    if (current === ancestor) return true;
  return false;
}

/** What the parts of an expression lead to; undefined where one is more than a path: then nothing is known. */
export function resolveElements(model: TypeModel, type: string, parts: readonly string[]): readonly ParameterElement[] | undefined {
  const found: ParameterElement[] = [];
  for (const part of parts) {
    const elements = resolvePath(model, type, part);
    if (elements === undefined) return undefined;
    found.push(...elements);
  }
  return found;
}

const step = /^\.?(?:(\w+)\(((?:[^()']|'[^']*'|\([^()]*\))*)\)|(\w+)|\[(\d+)\])/;

function resolvePath(model: TypeModel, type: string, path: string): readonly ParameterElement[] | undefined {
  let current: readonly ParameterElement[] = [{ type, owner: '', element: '', many: false }];
  let rest = path.trim();
  if (rest.startsWith('(')) {
    const end = closing(rest);
    const inner = resolvePath(model, type, rest.slice(1, end));
    if (inner === undefined) return undefined;
    current = inner;
    rest = rest.slice(end + 1).trim();
  } else if (/^[A-Z]/.test(rest)) rest = rest.replace(/^\w+/, '');
  while (rest !== '') {
    const as = /^\s+as\s+(\w+)$/.exec(rest);
    if (as) return ofType(model, current, as[1] ?? '');
    const match = step.exec(rest);
    if (match === null) return undefined;
    const next = walk(model, current, match);
    if (next === undefined) return undefined;
    current = next;
    rest = rest.slice(match[0].length);
  }
  return current;
}

function walk(model: TypeModel, from: readonly ParameterElement[], match: RegExpExecArray): readonly ParameterElement[] | undefined {
  const [, call, argument = '', name] = match;
  if (call === 'as' || call === 'ofType') return ofType(model, from, argument.trim());
  if (call === 'where' || call === 'first') return from;
  if (call !== undefined) return undefined;
  if (name === undefined) return from;
  return from.flatMap((parent) => {
    const properties: readonly Property[] = model.element(parent.type, name);
    return properties.map((property) => ({ type: property.type, owner: parent.type, element: name, many: parent.many || property.many }));
  });
}

function ofType(model: TypeModel, elements: readonly ParameterElement[], type: string): readonly ParameterElement[] {
  return elements.filter((element) => isA(model, element.type, type));
}

function closing(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')' && --depth === 0) return i;
  }
  return text.length;
}
