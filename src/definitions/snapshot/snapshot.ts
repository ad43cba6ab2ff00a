/**
 * Makes the snapshot of a StructureDefinition out of its differential and what it rests on. Pure and bounded: chains that lead back to
 * themselves, structures that would grow without end and all that contradicts the base are refused with reasons.
 * Source: R4 profiling.html#snapshot, structuredefinition.html
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { message } from '../../model/message.js';
import { apply } from './apply.js';
import { completeness } from './complete.js';
import { changesOf } from './differential.js';
import type { LookUp, Making } from './look-up.js';
import { type Reason, Reasons } from './reasons.js';
import { listOf, type TreeNode, treeOf } from './tree.js';

export type SnapshotResult =
  | { readonly kind: 'made'; readonly structure: StructureDefinition }
  | { readonly kind: 'refused'; readonly reasons: readonly Reason[] };

/** R4's largest snapshot has some 700 elements. */
const mostElements = 20_000;
/** Profiles on profiles on profiles. */
const longestChain = 30;

/**
 * The structure with a snapshot that can be relied on: its own where that is complete (the author's tool made it and may know more),
 * else one made from the differential.
 */
export function withSnapshot(structure: StructureDefinition, lookUp: LookUp): SnapshotResult {
  const { snapshot, differential } = structure;
  if (snapshot === undefined) return generateSnapshot(structure, lookUp);
  const missing = completeness(structure, making(remembered(lookUp), new Map(), [structure.url]));
  if (missing.length === 0) return { kind: 'made', structure };
  return differential === undefined ? { kind: 'refused', reasons: missing } : generateSnapshot(structure, lookUp);
}

/** The structure with a snapshot made anew from its differential, whether it has one or not. */
export function generateSnapshot(structure: StructureDefinition, lookUp: LookUp): SnapshotResult {
  return generate(structure, making(remembered(lookUp), new Map(), [structure.url]));
}

/** The same types and targets are asked for again and again, and looking up may mean reading. */
function remembered(lookUp: LookUp): LookUp {
  const found = new Map<string, StructureDefinition | undefined>();
  return (canonical) => {
    if (!found.has(canonical)) found.set(canonical, lookUp(canonical));
    return found.get(canonical);
  };
}

interface Chained extends Making {
  readonly trees: Map<string, TreeNode | undefined>;
  /** The structures that are being made, the one that was asked for first. */
  readonly chain: readonly string[];
}

function making(lookUp: LookUp, trees: Chained['trees'], chain: readonly string[]): Chained {
  const chained: Chained = { lookUp, trees, chain, tree: (canonical) => treeUnder(canonical, chained) };
  return chained;
}

function treeUnder(canonical: string, from: Chained): TreeNode | undefined {
  const { lookUp, trees, chain } = from;
  if (trees.has(canonical)) return trees.get(canonical);
  const structure = lookUp(canonical);
  if (structure === undefined || chain.includes(structure.url) || chain.length >= longestChain) return undefined;
  const own = structure.snapshot === undefined ? undefined : treeOf(structure);
  const tree = own ?? treeMade(structure, making(lookUp, trees, [...chain, structure.url]), new Reasons());
  trees.set(canonical, tree);
  return tree;
}

function generate(structure: StructureDefinition, from: Chained): SnapshotResult {
  const reasons = new Reasons();
  const tree = treeMade(structure, from, reasons);
  if (tree === undefined) return { kind: 'refused', reasons: reasons.all };
  const element = listOf(tree, mostElements);
  if (element !== undefined) return { kind: 'made', structure: { ...structure, snapshot: { element } } };
  return { kind: 'refused', reasons: [{ message: tooLarge('snapshot'), expression: 'StructureDefinition.differential' }] };
}

/** undefined where there are reasons against it. */
function treeMade(structure: StructureDefinition, from: Chained, reasons: Reasons): TreeNode | undefined {
  const start = startOf(structure, from, reasons);
  const elements: readonly unknown[] = structure.differential?.element ?? [];
  if (elements.length === 0) reasons.add(noDifferential(), 'StructureDefinition.differential');
  if (elements.length > mostElements) reasons.add(tooLarge('differential'), 'StructureDefinition.differential');
  if (start === undefined || reasons.all.length > 0) return undefined;
  const changes = changesOf(elements, start.name, reasons);
  const where = { path: start.name, inSlice: false, open: structure.derivation !== 'constraint' };
  const tree = apply(start, changes, where, { url: structure.url, making: from, reasons, apply });
  return reasons.all.length > 0 ? undefined : tree;
}

/** What the differential is applied to: the base, or for a new type the base under the new name. */
function startOf(structure: StructureDefinition, from: Chained, reasons: Reasons): TreeNode | undefined {
  const { baseDefinition, derivation, type } = structure;
  const isProfile = derivation === 'constraint';
  const tree = baseDefinition === undefined ? undefined : baseTree(baseDefinition, from, reasons);
  const base = tree === undefined ? undefined : { ...tree, element: inherited(tree.element) };
  if (baseDefinition !== undefined && base === undefined) return undefined;
  if (isProfile) {
    if (base === undefined) reasons.add(noBase(), 'StructureDefinition.baseDefinition');
    else if (base.name !== typeName(type)) reasons.add(otherType(type, base.name), 'StructureDefinition.type');
    return base;
  }
  return newRoot(typeName(type), base, structure.differential?.element[0]);
}

function baseTree(baseDefinition: string, from: Chained, reasons: Reasons): TreeNode | undefined {
  const tree = from.tree(baseDefinition);
  if (tree !== undefined) return tree;
  const structure = from.lookUp(baseDefinition);
  const isCircle = structure !== undefined && from.chain.includes(structure.url);
  const text = structure === undefined ? unknownBase(baseDefinition) : isCircle ? circle(baseDefinition) : unusableBase(baseDefinition);
  reasons.add(text, 'StructureDefinition.baseDefinition');
  return undefined;
}

/** How ripe a whole definition is says nothing about those that rest on it. */
const ownOnly = new Set(
  ['standards-status', 'normative-version', 'fmm', 'fmm-no-warnings', 'wg'].map(
    (name) => `http://hl7.org/fhir/StructureDefinition/structuredefinition-${name}`,
  ),
);

function inherited({ extension, ...root }: ElementDefinition): ElementDefinition {
  const kept = extension?.filter(({ url }) => !ownOnly.has(url)) ?? [];
  return kept.length === 0 ? root : { extension: kept, ...root };
}

/** Logical models are named by a url. */
function typeName(type: string): string {
  return type.slice(Math.max(type.lastIndexOf('/'), type.lastIndexOf('#')) + 1);
}

function newRoot(name: string, base: TreeNode | undefined, said: Partial<ElementDefinition> = {}): TreeNode {
  const { min = 0, max = '*' } = said;
  const own: ElementDefinition = { path: name, min, max, base: { path: name, min, max }, isModifier: false };
  if (base === undefined) return { element: own, name, children: [], slices: [] };
  return { ...base, name, element: { ...base.element, ...own } };
}

function noDifferential() {
  return message(
    'differential-missing',
    'There is no usable snapshot and no differential to make one from',
    '既没有可用的 snapshot，也没有可据以生成的 differential',
  );
}

function noBase() {
  return message('base-missing', 'A profile needs a baseDefinition', '规范需要 baseDefinition');
}

function otherType(found: string, expected: string) {
  return message(
    'base-of-other-type',
    `The type is ${found}, but the base is one of ${expected}: a profile has the type of its base`,
    `类型为 ${found}，而基础定义的类型为 ${expected}；二者应相同`,
  );
}

function unknownBase(url: string) {
  return message('base-unknown', `The base ${url} is not known here`, `此处没有基础定义 ${url}`);
}

function circle(url: string) {
  return message('base-circle', `The base ${url} leads back to this structure`, `基础定义 ${url} 又回到了本结构`);
}

function unusableBase(url: string) {
  return message(
    'base-unusable',
    `The base ${url} has no snapshot and none can be made of it`,
    `基础定义 ${url} 没有 snapshot，也无法生成`,
  );
}

function tooLarge(what: 'snapshot' | 'differential') {
  return message('snapshot-too-large', `The ${what} has more than ${mostElements} elements`, `${what} 超过 ${mostElements} 个元素`);
}
