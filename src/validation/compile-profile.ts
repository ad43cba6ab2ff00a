/**
 * A profile as what it asks beyond the base type: only elements whose rules differ are looked at, so that the base walk and the profile's
 * together see each rule once. Source: R4 profiling.html
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import type { Property } from '../definitions/definitions.js';
import { isObject, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { compileSlicing } from './compile-slicing.js';
import { all, type Compiler, isPresent, type Profile } from './compiler.js';
import { type ElementNode, elementTree } from './element-tree.js';
import { type Place, placeOf, visit } from './places.js';
import { compileCardinality } from './rules/cardinality.js';
import { rules } from './rules/list.js';
import { enclose, type ItemCheck, type ObjectCheck, report, type Walk } from './walk.js';

export function compileProfile(structure: StructureDefinition, compiler: Compiler): Profile {
  const { url, version, type } = structure;
  const name = version === undefined ? url : `${url}|${version}`;
  let compiled: ItemCheck | undefined;
  return {
    name,
    type,
    check(value, sibling, walk) {
      const check = compiled ?? compileRoot(structure, name, compiler);
      compiled = check;
      if (isObject(value) && value !== walk.resource && value.resourceType !== undefined)
        inside(value, walk, () => check(value, sibling, walk));
      else check(value, sibling, walk);
    },
  };
}

/** A profile may be asked about another resource than the one in hand: an entry of a Bundle, the target of a reference. */
function inside(value: JsonObject, walk: Walk, check: () => void): void {
  const { resource, container } = walk;
  walk.resource = value;
  if (!Array.isArray(container.contained) || !container.contained.includes(value)) walk.container = value;
  check();
  walk.resource = resource;
  walk.container = container;
}

const nothing: ItemCheck = () => {};

function compileRoot(structure: StructureDefinition, profile: string, compiler: Compiler): ItemCheck {
  const tree = elementTree(structure);
  if (tree === undefined || structure.derivation === 'specialization') return nothing;
  const { type } = structure;
  const inherited = compiler.definitions.structureOf(type)?.snapshot?.element[0];
  const subject = { element: tree.element, inherited, type, owner: '', profile };
  const own = rules.map((rule) => rule(subject, compiler)).filter(isPresent);
  return all([...own, compileChildren(tree, type, undefined, profile, compiler)].filter(isPresent)) ?? nothing;
}

/** What a profile asks of the parts of a value of type `owner`. `before`: the element whose rules are checked already, for a slice. */
function compileChildren(
  node: ElementNode,
  owner: string,
  before: ElementNode | undefined,
  profile: string,
  compiler: Compiler,
): ItemCheck | undefined {
  if (node.children.length === 0) return undefined;
  const isPrimitive = compiler.definitions.kind(owner) === 'primitive';
  const holderType = isPrimitive ? 'Element' : owner;
  const checks = node.children.flatMap((child) => compileChild(child, holderType, childOf(before, child), profile, compiler));
  if (checks.length === 0) return undefined;
  return (value, sibling, walk) => {
    const holder = isPrimitive ? (sibling ?? none) : value;
    if (!isObject(holder)) return;
    for (const check of checks) check(holder, walk);
  };
}

const none: JsonObject = {};

function childOf(node: ElementNode | undefined, child: ElementNode): ElementNode | undefined {
  return node?.children.find((one) => one.name === child.name);
}

function compileChild(
  node: ElementNode,
  owner: string,
  before: ElementNode | undefined,
  profile: string,
  compiler: Compiler,
): readonly ObjectCheck[] {
  const properties = propertiesOf(owner, node.name, compiler);
  const [property] = properties;
  if (property === undefined) return [];
  const inherited = before?.element ?? compiler.elements(owner).get(property.element);
  const { allowed, refused } = divide(properties, node.element);
  const compileSlice = (slice: ElementNode, sliced: ElementNode, type: string) =>
    compileValue(slice, type, { owner, inherited: sliced.element, before: sliced, profile }, compiler);
  return [
    cardinality(node.element, inherited, properties, profile),
    typesNotAllowed(refused, owner, node.element, profile),
    ...allowed.map((one) => compileValues(node, one, { owner, inherited, before, profile }, compiler)),
    compileSlicing(node, allowed, { owner, profile, compileValue: compileSlice }, compiler),
  ].filter(isPresent);
}

/** An element by its name; old snapshots also name one type of a choice directly, like `valueQuantity`. */
function propertiesOf(owner: string, name: string, { definitions }: Compiler): readonly Property[] {
  const found = definitions.element(owner, name);
  if (found.length > 0) return found;
  const one = definitions.properties(owner).get(name);
  return one === undefined ? [] : [one];
}

/** The types a choice keeps in this profile, and those it loses. */
function divide(properties: readonly Property[], { type, contentReference }: ElementDefinition) {
  const codes = new Set(type?.map((one) => one.code));
  const isChoice = properties.some((property) => property.choice);
  if (!isChoice || type === undefined || contentReference !== undefined) return { allowed: properties, refused: [] };
  return {
    allowed: properties.filter((property) => codes.has(property.type)),
    refused: properties.filter((property) => !codes.has(property.type)),
  };
}

function cardinality(
  element: ElementDefinition,
  inherited: ElementDefinition | undefined,
  properties: readonly Property[],
  profile: string,
): ObjectCheck | undefined {
  const min = element.min ?? 0;
  const isHigher = min > (inherited?.min ?? 0);
  const isLower = element.max !== undefined && element.max !== inherited?.max;
  return compileCardinality({ properties, path: element.path, min: isHigher ? min : 0, max: isLower ? element.max : undefined, profile });
}

function typesNotAllowed(
  refused: readonly Property[],
  owner: string,
  element: ElementDefinition,
  profile: string,
): ObjectCheck | undefined {
  // Where no value at all is allowed, the cardinality says so already.
  if (refused.length === 0 || element.max === '0') return undefined;
  const places = new Map<string, Place>();
  for (const property of refused) {
    const place = placeOf(owner, property);
    places.set(property.name, place).set(place.siblingKey, place);
  }
  return (holder, walk) => {
    for (const key in holder) {
      const place = places.get(key);
      if (place !== undefined) typeNotAllowed(place, element, profile, walk);
    }
  };
}

function typeNotAllowed({ step }: Place, element: ElementDefinition, profile: string, walk: Walk): void {
  const types = element.type?.map((one) => one.code).join(', ');
  const text = message(
    'type-not-allowed',
    `${element.path} may be ${types} here, found ${step.type}`,
    `${element.path} 在此只能为 ${types}，实为 ${step.type}`,
  );
  const from = walk.findings.length;
  report(walk, 'error', 'structure', text, { profile });
  enclose(walk, from, step, -1);
}

interface Around {
  readonly owner: string;
  readonly inherited: ElementDefinition | undefined;
  readonly before: ElementNode | undefined;
  readonly profile: string;
}

function compileValues(node: ElementNode, property: Property, around: Around, compiler: Compiler): ObjectCheck | undefined {
  const check = compileValue(node, property.type, around, compiler);
  if (check === undefined) return undefined;
  const place = placeOf(around.owner, property);
  return (holder, walk) => {
    if (holder[place.key] !== undefined || holder[place.siblingKey] !== undefined) checkAll(place, holder, check, walk);
  };
}

function checkAll(place: Place, holder: JsonObject, check: ItemCheck, walk: Walk): void {
  visit(place, holder, (value, sibling, index) => {
    const from = walk.findings.length;
    check(value, sibling, walk);
    if (walk.findings.length !== from) enclose(walk, from, place.step, index);
  });
}

/** All that a node asks of one value of one of its types. */
export function compileValue(node: ElementNode, type: string, around: Around, compiler: Compiler): ItemCheck | undefined {
  const { owner, inherited, before, profile } = around;
  const subject = { element: node.element, inherited, type, owner, profile };
  const own = rules.map((rule) => rule(subject, compiler)).filter(isPresent);
  const resources = type === 'Resource' ? resourceTypes(node.element, profile) : undefined;
  const inner = compileChildren(node, type === 'Resource' ? (node.element.type?.[0]?.code ?? type) : type, before, profile, compiler);
  return all([...own, resources, inner].filter(isPresent));
}

/** Where any resource may stand, a profile may name the types: `Bundle.entry:patient.resource` is a Patient. */
function resourceTypes(element: ElementDefinition, profile: string): ItemCheck | undefined {
  const codes = new Set(element.type?.map((one) => one.code));
  if (codes.size === 0 || codes.has('Resource') || codes.has('DomainResource')) return undefined;
  return (value, _sibling, walk) => {
    const found = isObject(value) ? value.resourceType : undefined;
    if (typeof found !== 'string' || codes.has(found)) return;
    const types = [...codes].join(', ');
    const text = message(
      'type-not-allowed',
      `${element.path} may be ${types} here, found ${found}`,
      `${element.path} 在此只能为 ${types}，实为 ${found}`,
    );
    report(walk, 'error', 'structure', text, { profile });
  };
}
