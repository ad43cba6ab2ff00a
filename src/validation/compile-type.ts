/**
 * A type's base definition as one check: each property by its name, what must be there, choices, the rules of each element, and the
 * type's own invariants. Source: R4 structuredefinition.html, elementdefinition.html
 */
import type { ElementDefinition } from 'fhir/r4.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { all, type Compiler, isPresent, type ValueCheck } from './compiler.js';
import { primitiveOf } from './primitives.js';
import { compileCardinality } from './rules/cardinality.js';
import { rules } from './rules/list.js';
import { primitiveCheck } from './rules/primitive.js';
import { resourceCheck } from './rules/resource.js';
import { checkPart, kindOf, type Part } from './shape.js';
import { stepTo } from './step.js';
import { type ItemCheck, type ObjectCheck, report, type Walk } from './walk.js';

export function compileType(type: string, compiler: Compiler): ValueCheck {
  if (type === 'Resource') return resourceCheck(compiler);
  if (compiler.definitions.kind(type) === 'primitive') return primitiveCheck(type, compiler);
  return objectCheck(type, compiler);
}

interface Compiled {
  readonly type: string;
  readonly isResource: boolean;
  readonly parts: ReadonlyMap<string, Part>;
  /** The primitive ones by what stands beside them: `_birthDate`. */
  readonly siblings: ReadonlyMap<string, Part>;
  /** How many values each element has. */
  readonly counts: readonly ObjectCheck[];
  /** Bits of the elements that must be there. Where all are, only `otherCounts` is left to ask. */
  readonly required: number;
  readonly otherCounts: readonly ObjectCheck[];
  /** The rules of the type itself. */
  readonly own: ItemCheck | undefined;
}

function objectCheck(type: string, compiler: Compiler): ValueCheck {
  const compiled = compileObject(type, compiler);
  const { required, counts, otherCounts, own } = compiled;
  return (value, _sibling, walk) => {
    if (!isObject(value)) return notAnObject(type, value, walk);
    const there = checkParts(compiled, value, walk);
    if (there < 0) return isEmpty(walk);
    for (const check of (there & required) === required ? otherCounts : counts) check(value, walk);
    own?.(value, undefined, walk);
    return true;
  };
}

/** Bits of the elements that are there; -1 where the object holds nothing, or an id alone. */
function checkParts({ type, isResource, parts, siblings }: Compiled, value: JsonObject, walk: Walk): number {
  let there = 0;
  let hasContent = isResource;
  const hasSiblings = anySibling(value);
  for (const key in value) {
    const main = value[key];
    let part = parts.get(key);
    if (part !== undefined) {
      checkPart(part, main, hasSiblings && part.primitive ? value[part.siblingKey] : undefined, walk);
    } else {
      part = siblings.get(key);
      // What stands under `_name` is looked at together with `name`, where that is there.
      if (part !== undefined && value[part.step.key] !== undefined) continue;
      if (part !== undefined) checkPart(part, undefined, main, walk);
      else if (key !== 'resourceType' || !isResource) unknownProperty(type, key, walk);
    }
    if (key !== 'id') hasContent = true;
    if (part === undefined || part.bit === 0 || main === undefined) continue;
    if (part.choice && (there & part.bit) !== 0) twoChoices(type, part, walk);
    there |= part.bit;
  }
  return hasContent ? there : -1;
}

/** Objects with siblings are rare, and a look-up for each primitive is not free. */
function anySibling(value: JsonObject): boolean {
  for (const key in value) if (key.charCodeAt(0) === 0x5f) return true;
  return false;
}

function rootSubject(type: string, compiler: Compiler) {
  const structure = compiler.definitions.structureOf(type);
  const element: ElementDefinition = structure?.snapshot?.element[0] ?? { path: type };
  return { element, inherited: undefined, type, owner: '', profile: undefined };
}

function compileObject(type: string, compiler: Compiler): Compiled {
  const bits = new Map<string, number>();
  const bitOf = (element: string): number => {
    const bit = bits.get(element) ?? (bits.size < MAX_BITS ? 1 << bits.size : 0);
    bits.set(element, bit);
    return bit;
  };
  for (const property of compiler.definitions.properties(type).values()) if (property.choice) bitOf(property.element);
  const counts: ObjectCheck[] = [];
  const otherCounts: ObjectCheck[] = [];
  let required = 0;
  for (const [name, element] of compiler.elements(type)) {
    const { check, isOnlyRequired } = count(type, name, element, compiler);
    if (check === undefined) continue;
    counts.push(check);
    const bit = isOnlyRequired ? bitOf(name) : 0;
    if (bit === 0) otherCounts.push(check);
    required |= bit;
  }
  const parts = partsOf(type, bits, compiler);
  // An attribute of XML has no place for an id or extensions, and a narrative has its id in its text. Source: R4 xml.html
  const plain = new Set<string>();
  for (const property of compiler.definitions.properties(type).values()) {
    if (property.attribute || property.type === 'xhtml') plain.add(property.name);
  }
  return {
    type,
    isResource: compiler.definitions.kind(type) === 'resource',
    parts,
    siblings: new Map(
      [...parts.values()].filter((part) => part.primitive && !plain.has(part.step.key)).map((part) => [part.siblingKey, part]),
    ),
    counts,
    required,
    otherCounts,
    own: all(rules.map((rule) => rule(rootSubject(type, compiler), compiler)).filter(isPresent)),
  };
}

/** The sign is left out: below 0 means that there is nothing at all. */
const MAX_BITS = 31;

/** `isOnlyRequired`: that there is one value is all that it asks. */
function count(type: string, name: string, element: ElementDefinition, compiler: Compiler) {
  const properties = compiler.definitions.element(type, name);
  const max = properties.some((property) => property.many) ? element.max : undefined;
  const check = compileCardinality({ properties, path: element.path, min: element.min ?? 0, max, profile: undefined });
  return { check, isOnlyRequired: element.min === 1 && (max === undefined || max === '*') };
}

function partsOf(type: string, bits: ReadonlyMap<string, number>, compiler: Compiler): ReadonlyMap<string, Part> {
  const elements = compiler.elements(type);
  const parts = new Map<string, Part>();
  for (const property of compiler.definitions.properties(type).values()) {
    const { name, element, many, choice } = property;
    const valueType = name === 'id' && compiler.definitions.kind(type) === 'resource' ? 'id' : property.type;
    const primitive = compiler.definitions.kind(property.type) === 'primitive';
    const subject = {
      element: elements.get(element) ?? { path: `${type}.${element}` },
      inherited: undefined,
      type: property.type,
      owner: type,
      profile: undefined,
    };
    const part: Part = {
      step: stepTo(type, property),
      many,
      primitive,
      siblingKey: `_${name}`,
      isSound: primitive ? primitiveOf(valueType).isSound : undefined,
      base: compiler.type(valueType),
      own(value, sibling, walk) {
        part.own = all(rules.map((rule) => rule(subject, compiler)).filter(isPresent));
        part.own?.(value, sibling, walk);
      },
      choice,
      bit: bits.get(element) ?? 0,
    };
    parts.set(name, part);
  }
  return parts;
}

function notAnObject(type: string, value: Json | undefined, walk: Walk): false {
  const [en, zh] = kindOf(value);
  report(
    walk,
    'error',
    'structure',
    message('wrong-json-type', `Expected an object of type ${type}, found ${en}`, `应为 ${type} 类型的对象，实为${zh}`),
  );
  return false;
}

/** Source: R4 element.html#ele-1, json.html#null ("objects are never empty") */
function isEmpty(walk: Walk): false {
  const text = message(
    'empty-object',
    'The object has no content; leave the property out when there is no value',
    '对象没有内容；没有值时应省略该属性',
  );
  report(walk, 'error', 'structure', text);
  return false;
}

function unknownProperty(type: string, key: string, walk: Walk): void {
  const name = key.length > 64 ? `${key.slice(0, 64)}…` : key;
  const text = message('unknown-element', `${type} has no element "${name}"`, `${type} 没有元素“${name}”`);
  report(walk, 'error', 'structure', text, { detail: key });
}

function twoChoices(type: string, part: Part, walk: Walk): void {
  const { element, key } = part.step;
  const text = message(
    'choice-twice',
    `${type}.${element}[x] has more than one value (${key} is one of them); only one is allowed`,
    `${type}.${element}[x] 有多个值（如 ${key}）；只允许一个`,
  );
  report(walk, 'error', 'structure', text, { detail: element });
}
