/**
 * A profile as what it asks beyond the base type: only elements whose rules differ are looked at, so that the base walk and the profile's
 * together see each rule once. Source: R4 profiling.html
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { canonicalOf } from '../definitions/canonicals.js';
import type { Property } from '../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { type Message, message } from '../model/message.js';
import { compileSlicing } from './compile-slicing.js';
import { type Compiler, isPresent, type Profile } from './compiler.js';
import { type ElementNode, elementTree, tooLarge } from './element-tree.js';
import { type Place, placeOf } from './places.js';
import { type ChildParts, type Count, type NodeParts, nodeCheck, type Values } from './profile-source.js';
import { compileCardinality } from './rules/cardinality.js';
import { rulesOf } from './rules-of.js';
import { enclose, type ItemCheck, type ObjectCheck, report, type Walk } from './walk.js';

export function compileProfile(structure: StructureDefinition, compiler: Compiler): Profile {
  const { type } = structure;
  const name = canonicalOf(structure);
  let compiled: ItemCheck | undefined;
  let inHand: Json | undefined;
  return {
    name,
    type,
    compile() {
      compiled ??= compileRoot(structure, name, compiler);
    },
    check(value, sibling, walk) {
      // Profiles that ask for one another in a circle are met where each is met by itself.
      if (value !== undefined && value === inHand) return;
      const check = compiled ?? compileRoot(structure, name, compiler);
      compiled = check;
      const before = inHand;
      inHand = value;
      if (isObject(value) && value !== walk.resource && value.resourceType !== undefined)
        inside(value, walk, () => check(value, sibling, walk));
      else check(value, sibling, walk);
      inHand = before;
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
  const large = tooLarge(structure);
  if (large !== undefined) return notCompiled(large, profile);
  const tree = elementTree(structure);
  if (tree === undefined || structure.derivation === 'specialization') return nothing;
  const { type } = structure;
  const inherited = compiler.definitions.structureOf(type)?.snapshot?.element[0];
  return compileValue(tree, type, { owner: '', inherited, before: undefined, profile }, compiler) ?? nothing;
}

function notCompiled(why: Message, profile: string): ItemCheck {
  const text = message('profile-not-compiled', `${profile} was not checked: ${why.en}`, `未按规范 ${profile} 校验；${why.zh}`);
  return (_value, _sibling, walk) => report(walk, 'warning', 'too-costly', text, { profile });
}

/** What a profile asks of the parts of a value of type `owner`. `before`: the element whose rules are checked already, for a slice. */
function childrenOf(
  node: ElementNode,
  owner: string,
  before: ElementNode | undefined,
  profile: string,
  compiler: Compiler,
): readonly ChildParts[] {
  const holder = compiler.definitions.kind(owner) === 'primitive' ? 'Element' : owner;
  return node.children.map((child) => childParts(child, holder, childOf(before, child), profile, compiler)).filter(isPresent);
}

function childOf(node: ElementNode | undefined, child: ElementNode): ElementNode | undefined {
  return node?.children.find((one) => one.name === child.name);
}

function childParts(
  node: ElementNode,
  owner: string,
  before: ElementNode | undefined,
  profile: string,
  compiler: Compiler,
): ChildParts | undefined {
  const properties = propertiesOf(owner, node.name, compiler);
  const [property] = properties;
  if (property === undefined) return undefined;
  const inherited = before?.element ?? compiler.elements(owner).get(property.element);
  const { allowed, refused } = divide(properties, node.element);
  const compileSlice = (slice: ElementNode, sliced: ElementNode, type: string) =>
    compileValue(slice, type, { owner, inherited: sliced.element, before: sliced, profile }, compiler);
  const parts: ChildParts = {
    label: node.element.id ?? node.element.path,
    count: cardinality(node.element, inherited, properties, profile),
    refused: typesNotAllowed(refused, owner, node.element, profile),
    values: allowed.map((one) => valuesOf(node, one, { owner, inherited, before, profile }, compiler)).filter(isPresent),
    slicing: compileSlicing(node, allowed, { owner, profile, compileValue: compileSlice }, compiler),
  };
  const isEmpty = parts.count === undefined && parts.refused === undefined && parts.values.length === 0 && parts.slicing === undefined;
  return isEmpty ? undefined : parts;
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
): Count | undefined {
  const isHigher = (element.min ?? 0) > (inherited?.min ?? 0);
  const isLower = element.max !== undefined && element.max !== inherited?.max;
  const [min, max] = [isHigher ? (element.min ?? 0) : 0, isLower ? element.max : undefined];
  const check = compileCardinality({ properties, path: element.path, min, max, profile });
  if (check === undefined) return undefined;
  const most = max === undefined || max === '*' ? Number.POSITIVE_INFINITY : Number(max);
  return { check, key: properties.length === 1 ? properties[0]?.name : undefined, min, max: most };
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
  const types = (element.type ?? []).map((one) => one.code);
  const text = message(
    'type-not-allowed',
    `${element.path} may be ${types.join(', ')} here, found ${step.type}`,
    `${element.path} 在此只能为 ${types.join('、')}，实为 ${step.type}`,
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

function valuesOf(node: ElementNode, property: Property, around: Around, compiler: Compiler): Values | undefined {
  const check = compileValue(node, property.type, around, compiler);
  if (check === undefined) return undefined;
  return { place: placeOf(around.owner, property), isPrimitive: compiler.definitions.kind(property.type) === 'primitive', check };
}

/** All that a node asks of one value of one of its types. */
function compileValue(node: ElementNode, type: string, around: Around, compiler: Compiler): ItemCheck | undefined {
  return nodeCheck(nodeParts(node, type, around, compiler), compiler);
}

function nodeParts(node: ElementNode, type: string, { owner, inherited, before, profile }: Around, compiler: Compiler): NodeParts {
  const subject = { element: node.element, inherited, type, owner, profile };
  const own = rulesOf(subject, compiler);
  const resources = type === 'Resource' ? resourceTypes(node.element, profile) : undefined;
  const childType = type === 'Resource' ? (node.element.type?.[0]?.code ?? type) : type;
  return {
    label: node.element.id ?? node.element.path,
    isPrimitive: compiler.definitions.kind(childType) === 'primitive',
    rules: resources === undefined ? own : [...own, resources],
    children: childrenOf(node, childType, before, profile, compiler),
  };
}

/** Where any resource may stand, a profile may name the types: `Bundle.entry:patient.resource` is a Patient. */
function resourceTypes(element: ElementDefinition, profile: string): ItemCheck | undefined {
  const codes = new Set(element.type?.map((one) => one.code));
  if (codes.size === 0 || codes.has('Resource') || codes.has('DomainResource')) return undefined;
  return (value, _sibling, walk) => {
    const found = isObject(value) ? value.resourceType : undefined;
    if (typeof found !== 'string' || codes.has(found)) return;
    const types = [...codes];
    const text = message(
      'type-not-allowed',
      `${element.path} may be ${types.join(', ')} here, found ${found}`,
      `${element.path} 在此只能为 ${types.join('、')}，实为 ${found}`,
    );
    report(walk, 'error', 'structure', text, { profile });
  };
}
