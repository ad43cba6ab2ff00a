/**
 * A type's base definition as one check: each property by its name, what must be there, choices, the rules of each element, and the
 * type's own invariants. Source: R4 structuredefinition.html, elementdefinition.html
 */
import type { ElementDefinition } from 'fhir/r4.js';
import { type Definitions, judgedBy } from '../definitions/definitions.js';
import type { Json } from '../model/json.js';
import { message } from '../model/message.js';
import { ownText } from '../model/own-text.js';
import { type Compiler, isPresent, type RuleCheck, type ValueCheck } from './compiler.js';
import { type Primitive, primitiveOf } from './primitives.js';
import { compileCardinality } from './rules/cardinality.js';
import { primitiveCheck } from './rules/primitive.js';
import { resourceCheck } from './rules/resource.js';
import { rulesOf } from './rules-of.js';
import { checkPart, kindOf, type Part } from './shape.js';
import { stepTo } from './step.js';
import { type TypeParts, typeCheck } from './type-source.js';
import { type ObjectCheck, report, type Walk } from './walk.js';

export function compileType(type: string, compiler: Compiler): ValueCheck {
  if (type === 'Resource') return resourceCheck(compiler);
  if (compiler.definitions.kind(type) === 'primitive') return primitiveCheck(type, compiler);
  return objectCheck(type, compiler);
}

function objectCheck(type: string, compiler: Compiler): ValueCheck {
  return typeCheck(compileObject(type, compiler), compiler);
}

function rootSubject(type: string, compiler: Compiler) {
  const structure = compiler.definitions.structureOf(type);
  const element: ElementDefinition = structure?.snapshot?.element[0] ?? { path: type };
  return { element, inherited: undefined, type, owner: '', profile: undefined };
}

function compileObject(type: string, compiler: Compiler): TypeParts {
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
  return {
    type,
    isResource: compiler.definitions.kind(type) === 'resource',
    parts,
    counts,
    required,
    otherCounts,
    rules: rulesOf(rootSubject(type, compiler), compiler),
    notAnObject: (value, walk) => notAnObject(type, value, walk),
    isEmpty,
    other: otherProperty(type, parts, compiler),
    twoChoices: (part, walk) => twoChoices(type, part, walk),
  };
}

/** What has no case of its own: `_name`, and what the type does not know. */
function otherProperty(type: string, parts: ReadonlyMap<string, Part>, { definitions }: Compiler): TypeParts['other'] {
  const siblings = new Map<string, Part>();
  for (const property of definitions.properties(type).values()) {
    const part = parts.get(property.name);
    // An attribute of XML has no place for an id or extensions, and a narrative has its id in its text. Source: R4 xml.html
    const isPlain = property.attribute || property.type === 'xhtml';
    if (part?.primitive && !isPlain) siblings.set(part.siblingKey, part);
  }
  return (key, value, there, walk) => {
    const part = siblings.get(key);
    if (part === undefined) {
      unknownProperty(type, key, walk);
      return there;
    }
    const main = value[part.step.key];
    checkPart(part, main, value[key], walk);
    // With a value the element is counted where that stands.
    if (main !== undefined) return there;
    if (part.choice && (there & part.bit) !== 0) twoChoices(type, part, walk);
    return there | part.bit;
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
    const own = rulesOf(subject, compiler);
    const part: Part = {
      step: stepTo(type, property),
      many,
      primitive,
      siblingKey: `_${name}`,
      json: primitive ? primitiveOf(valueType).json : undefined,
      isFine: primitive ? fineness(primitiveOf(valueType), own, compiler.definitions) : undefined,
      base: compiler.type(valueType),
      rules: own,
      choice,
      bit: bits.get(element) ?? 0,
    };
    parts.set(name, part);
  }
  return parts;
}

const MAX_LEARNED = 500;

/** Codes are the same few again and again: what form and rules have found nothing against is known from then on. */
function fineness(
  { isSound, isValid, json }: Primitive,
  own: readonly RuleCheck[],
  { generation }: Pick<Definitions, 'generation'>,
): Part['isFine'] {
  const isFormed = json === 'boolean' ? () => true : ((isSound as typeof isValid | undefined) ?? isValid);
  if (own.length === 0) return json === 'boolean' ? true : isFormed;
  const fine = own.map((rule) => rule.isFine).filter(isPresent);
  if (fine.length < own.length) return undefined;
  const learned = new Set<Json>();
  let since = judgedBy(generation);
  return (value) => {
    const now = judgedBy(generation);
    if (since !== now) {
      since = now;
      learned.clear();
    }
    if (learned.has(value)) return true;
    if (!isFormed(value) || !fine.every((isFine) => isFine(value))) return false;
    if (learned.size < MAX_LEARNED) learned.add(typeof value === 'string' ? ownText(value) : value);
    return true;
  };
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
  report(walk, 'error', 'structure', text, { detail: key });
}
