/**
 * A type's base definition as one check: each property by its name, what must be there, choices, the rules of each element, and the
 * type's own invariants. Source: R4 structuredefinition.html, elementdefinition.html
 */
import type { ElementDefinition } from 'fhir/r4.js';
import type { Property } from '../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { all, type Compiler, isPresent, type ValueCheck } from './compiler.js';
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

function objectCheck(type: string, compiler: Compiler): ValueCheck {
  const parts = partsOf(type, compiler);
  const siblings = new Map([...parts.values()].filter((part) => part.primitive).map((part) => [part.siblingKey, part]));
  const whole = wholeChecks(type, compiler);
  const isResource = compiler.definitions.kind(type) === 'resource';
  const own = all(rules.map((rule) => rule(rootSubject(type, compiler), compiler)).filter(isPresent));
  return (value, _sibling, walk) => {
    if (!isObject(value)) return notAnObject(type, value, walk);
    let choices = 0;
    let hasContent = isResource;
    const hasSiblings = anySibling(value);
    for (const key in value) {
      const part = parts.get(key) ?? siblings.get(key);
      if (part === undefined) {
        hasContent = true;
        if (key !== 'resourceType' || !isResource) unknownProperty(type, key, walk);
        continue;
      }
      const main = value[part.step.key];
      // What stands under `_name` is looked at together with `name`, where that is there.
      if (key === part.siblingKey && main !== undefined) continue;
      checkPart(part, main, hasSiblings && part.primitive ? value[part.siblingKey] : undefined, walk);
      if (key !== 'id') hasContent = true;
      if (part.choice !== 0) {
        if ((choices & part.choice) !== 0) twoChoices(type, part, walk);
        choices |= part.choice;
      }
    }
    if (!hasContent) return isEmpty(walk);
    for (const check of whole) check(value, walk);
    if (own !== undefined) own(value, undefined, walk);
    return true;
  };
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

function partsOf(type: string, compiler: Compiler): ReadonlyMap<string, Part> {
  const elements = compiler.elements(type);
  const bits = new Map<string, number>();
  const parts = new Map<string, Part>();
  for (const property of compiler.definitions.properties(type).values()) {
    if (property.choice && !bits.has(property.element)) bits.set(property.element, 1 << bits.size);
    const element = elements.get(property.element) ?? { path: `${type}.${property.element}` };
    parts.set(property.name, {
      step: stepTo(type, property),
      many: property.many,
      primitive: compiler.definitions.kind(property.type) === 'primitive',
      siblingKey: `_${property.name}`,
      check: valueCheck(type, property, element, compiler),
      choice: bits.get(property.element) ?? 0,
    });
  }
  return parts;
}

/** The shape of the property's type first; only a value of that shape is looked at by the rules of the element. */
function valueCheck(owner: string, property: Property, element: ElementDefinition, compiler: Compiler): ItemCheck {
  const type = property.name === 'id' && compiler.definitions.kind(owner) === 'resource' ? 'id' : property.type;
  const shape = compiler.type(type);
  const subject = { element, inherited: undefined, type: property.type, owner, profile: undefined };
  const own = all(rules.map((rule) => rule(subject, compiler)).filter(isPresent));
  if (own === undefined) return shape;
  return (value, sibling, walk) => {
    if (shape(value, sibling, walk)) own(value, sibling, walk);
  };
}

function wholeChecks(type: string, compiler: Compiler): readonly ObjectCheck[] {
  const checks: ObjectCheck[] = [];
  for (const [name, element] of compiler.elements(type)) {
    const properties = compiler.definitions.element(type, name);
    const max = properties.some((property) => property.many) ? element.max : undefined;
    const check = compileCardinality({ properties, path: element.path, min: element.min ?? 0, max, profile: undefined });
    if (check !== undefined) checks.push(check);
  }
  return checks;
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
