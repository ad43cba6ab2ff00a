/**
 * What the rules of single resource types stand on: they read JSON by hand, of which only the walk knows the shape, so each looks at what
 * it finds and passes over what is of another form. Source: R4 validation.html#general ("business rules")
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import type { IssueCode, Severity } from '../../model/outcome.js';
import type { Compiler } from '../compiler.js';
import { stepTo } from '../step.js';
import { enclose, report, type Step, type Walk } from '../walk.js';

export interface Ground {
  readonly walk: Walk;
  readonly compiler: Compiler;
}

/** Looks at a whole resource of one type. Never throws; what it takes grows with the resource and no faster. */
export type ResourceRule = (resource: JsonObject, ground: Ground) => void;

/** A property of a type with the item of its array, where it is one: `['item', 2]`. */
export type PartName = string | readonly [name: string, index: number];

/** What `look` finds stands at this part of an `owner`. */
export function within(ground: Ground, owner: string, part: PartName, look: () => void): void {
  const { walk, compiler } = ground;
  const from = walk.findings.length;
  look();
  if (walk.findings.length === from) return;
  const [name, index] = typeof part === 'string' ? [part, -1] : part;
  enclose(walk, from, stepOf(owner, name, compiler), index);
}

/** Looks at each object of a property; `type` is what the definitions call it. */
export function eachPart(
  ground: Ground,
  owner: string,
  holder: JsonObject,
  name: string,
  look: (part: JsonObject, type: string, index: number) => void,
): void {
  const value = holder[name];
  const { type } = stepOf(owner, name, ground.compiler);
  if (isObject(value)) within(ground, owner, name, () => look(value, type, -1));
  if (!Array.isArray(value)) return;
  value.forEach((part: Json, index: number) => {
    if (isObject(part)) within(ground, owner, [name, index], () => look(part, type, index));
  });
}

function stepOf(owner: string, name: string, { definitions }: Compiler): Step {
  const property = definitions.properties(owner).get(name);
  return property === undefined ? { key: name, text: name, owner, element: name, type: 'Element' } : stepTo(owner, property);
}

/** The objects of a property that may be an array. */
export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  if (Array.isArray(value)) return value.filter(isObject);
  return isObject(value) ? [value] : [];
}

export function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Names as a sentence can hold them. */
export function listed(names: readonly string[], comma: ', ' | '、' = ', '): string {
  const shown = names.slice(0, 10).map((name) => (name.length > 80 ? `${name.slice(0, 80)}…` : name));
  return `${shown.join(comma)}${names.length > 10 ? `${comma}…` : ''}`;
}

/** The name and value of a choice: `choiceIn(answer, 'value')` is `['valueCoding', {…}]`. */
export function choiceIn(holder: JsonObject, element: string): readonly [name: string, value: Json] | undefined {
  for (const name in holder) {
    const value = holder[name];
    if (name.length > element.length && name.startsWith(element) && value !== undefined) return [name, value];
  }
  return undefined;
}

/** The extensions of one url. */
export function extensionsOf(holder: JsonObject, url: string): readonly JsonObject[] {
  return objectsIn(holder.extension).filter((extension) => extension.url === url);
}

/** The value of the first extension of a url, whatever its type. */
export function extensionValue(holder: JsonObject, url: string): Json | undefined {
  const [extension] = extensionsOf(holder, url);
  return extension === undefined ? undefined : choiceIn(extension, 'value')?.[1];
}

/** `tell(ground, 'error', 'invalid', 'id', english, chinese)`: one finding. */
export function tell(
  { walk }: Ground,
  severity: Severity,
  code: IssueCode,
  text: readonly [id: string, en: string, zh: string],
  detail?: string,
): void {
  report(walk, severity, code, message(...text), detail === undefined ? {} : { detail });
}
