/**
 * A snapshot's flat list of elements as a tree: children under their parent, slices beside the element they slice.
 * Source: R4 elementdefinition.html, profiling.html#slicing
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { type Message, message } from '../model/message.js';

/** R4's largest snapshots have some hundreds of elements, six levels deep. */
const MAX_ELEMENTS = 10_000;
const MAX_DEPTH = 50;

/** Why a snapshot is too large to be compiled; undefined where it is not. */
export function tooLarge({ snapshot }: StructureDefinition): Message | undefined {
  const elements = snapshot?.element ?? [];
  if (elements.length > MAX_ELEMENTS) {
    return message(
      'profile-too-large',
      `The snapshot has ${elements.length} elements; at most ${MAX_ELEMENTS} can be compiled`,
      `snapshot 有 ${elements.length} 个元素；至多可编译 ${MAX_ELEMENTS} 个`,
    );
  }
  const depth = elements.reduce((most, { path }) => Math.max(most, path.split('.').length), 0);
  if (depth <= MAX_DEPTH) return undefined;
  return message(
    'profile-too-deep',
    `The snapshot has elements ${depth} levels deep; at most ${MAX_DEPTH} can be compiled`,
    `snapshot 的元素深达 ${depth} 层；至多可编译 ${MAX_DEPTH} 层`,
  );
}

export interface ElementNode {
  readonly element: ElementDefinition;
  /** Last part of the path, a choice without its `[x]`: `value`. */
  readonly name: string;
  readonly children: ElementNode[];
  readonly slices: ElementNode[];
}

const trees = new WeakMap<StructureDefinition, ElementNode>();

/** The tree of a structure's snapshot; undefined when it has none. */
export function elementTree(structure: StructureDefinition): ElementNode | undefined {
  const known = trees.get(structure);
  if (known !== undefined) return known;
  const tree = build(structure.snapshot?.element ?? []);
  if (tree !== undefined) trees.set(structure, tree);
  return tree;
}

/** A snapshot lists its elements depth first, so the last node of each depth is the parent of what follows deeper. */
function build(elements: readonly ElementDefinition[]): ElementNode | undefined {
  const open: ElementNode[] = [];
  for (const element of elements) {
    const parts = element.path.split('.');
    const depth = parts.length - 1;
    const node = newNode(element, parts[depth] ?? '');
    const parent = open[depth - 1];
    const sliced = element.sliceName === undefined ? undefined : slicedBy(parent, element.path, element.sliceName);
    if (sliced !== undefined) sliced.slices.push(node);
    else parent?.children.push(node);
    open.length = depth;
    open[depth] = node;
  }
  return open[0];
}

function newNode(element: ElementDefinition, part: string): ElementNode {
  return { element, name: part.endsWith('[x]') ? part.slice(0, -3) : part, children: [], slices: [] };
}

/** The node a slice belongs to: the element itself, or for a name like `outer/inner` the slice `outer` of it. */
function slicedBy(parent: ElementNode | undefined, path: string, name: string): ElementNode | undefined {
  const whole = parent?.children.find((child) => child.element.path === path);
  const outer = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : undefined;
  if (whole === undefined || outer === undefined) return whole;
  return findSlice(whole, outer) ?? whole;
}

function findSlice(node: ElementNode, name: string): ElementNode | undefined {
  for (const slice of node.slices) {
    if (slice.element.sliceName === name) return slice;
    const found = findSlice(slice, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
