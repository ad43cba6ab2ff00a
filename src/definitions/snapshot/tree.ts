/**
 * The elements of a snapshot as a tree that is never changed, so that whole branches can be shared: children under their parent, slices
 * beside the element they slice. Paths and ids are written when the tree becomes a list again.
 * Source: R4 elementdefinition.html#interpretation, elementdefinition.html#id
 */
import type { ElementDefinition, ElementDefinitionConstraint, StructureDefinition } from 'fhir/r4.js';
import { deepest, isReadable, isSliceName } from './readable.js';

export interface TreeNode {
  readonly element: ElementDefinition;
  /** Last part of the path: `value[x]`. */
  readonly name: string;
  readonly children: readonly TreeNode[];
  readonly slices: readonly TreeNode[];
}

const trees = new WeakMap<StructureDefinition, TreeNode>();

/** What others inherit from a structure; undefined where it has no snapshot that can be read. */
export function treeOf(structure: StructureDefinition): TreeNode | undefined {
  const known = trees.get(structure);
  if (known !== undefined) return known;
  const elements: readonly unknown[] = structure.snapshot?.element ?? [];
  if (!elements.every(isUsable)) return undefined;
  const tree = grow(elements.map((element) => heritage(element, structure.url)));
  if (tree !== undefined) trees.set(structure, tree);
  return tree;
}

/** An element that can be placed. */
export function isUsable(element: unknown): element is ElementDefinition {
  return isReadable(element) && element.path.split('.', deepest + 1).length <= deepest && isSliceName(element.sliceName ?? '');
}

/** An heir is told where an element and its constraints come from. */
function heritage(element: ElementDefinition, url: string): ElementDefinition {
  const { path, min = 0, max = '*', constraint } = element;
  return {
    ...element,
    base: element.base ?? { path, min, max },
    ...(constraint === undefined ? {} : { constraint: withSource(constraint, url) }),
  };
}

/** Source: R4 elementdefinition.html#ElementDefinition.constraint.source */
export function withSource(constraints: readonly ElementDefinitionConstraint[], url: string): ElementDefinitionConstraint[] {
  return constraints.map((one) => (one.source === undefined ? { ...one, source: url } : one));
}

interface Growing extends TreeNode {
  readonly children: Growing[];
  readonly slices: Growing[];
}

/** A snapshot lists its elements depth first, so the last node of each depth is the parent of what follows deeper. */
function grow(elements: readonly ElementDefinition[]): TreeNode | undefined {
  const open: Open[] = [];
  for (const element of elements) {
    const depth = element.path.split('.').length - 1;
    const name = element.path.slice(element.path.lastIndexOf('.') + 1);
    const node: Growing = { element, name, children: [], slices: [] };
    const parent = open[depth - 1];
    if (parent !== undefined) place(node, parent);
    open.length = depth;
    open[depth] = { node, byName: new Map() };
  }
  return open[0]?.node;
}

interface Open {
  readonly node: Growing;
  /** The children, each with its slices of all depths. */
  readonly byName: Map<string, { readonly node: Growing; readonly slices: Map<string, Growing> }>;
}

function place(node: Growing, parent: Open): void {
  const { sliceName } = node.element;
  const whole = parent.byName.get(node.name);
  if (whole === undefined || sliceName === undefined) {
    parent.node.children.push(node);
    parent.byName.set(node.name, { node, slices: new Map() });
    return;
  }
  const outer = outerNames(sliceName).find((name) => whole.slices.has(name));
  const sliced = outer === undefined ? whole.node : whole.slices.get(outer);
  sliced?.slices.push(node);
  whole.slices.set(sliceName, node);
}

/** Of `a/b/c`: `a/b`, then `a`. */
export function outerNames(sliceName: string): readonly string[] {
  const parts = sliceName.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, parts.length - 1 - at).join('/'));
}

/** The list again, each element under its path and id; undefined where it would be longer than `atMost`. */
export function listOf(tree: TreeNode, atMost: number): ElementDefinition[] | undefined {
  const list: ElementDefinition[] = [];
  const fits = (node: TreeNode, path: string, id: string): boolean => {
    if (list.length >= atMost) return false;
    list.push(placed(node.element, path, id));
    return (
      node.children.every((child) => fits(child, `${path}.${child.name}`, `${id}.${child.name}${suffix(child)}`)) &&
      node.slices.every((slice) => fits(slice, path, `${unsliced(id, node)}${suffix(slice)}`))
    );
  };
  return fits(tree, tree.name, tree.name) ? list : undefined;
}

function suffix({ element: { sliceName } }: TreeNode): string {
  return sliceName === undefined ? '' : `:${sliceName}`;
}

function unsliced(id: string, node: TreeNode): string {
  return id.slice(0, id.length - suffix(node).length);
}

function placed({ id: _id, path: _path, extension, ...rest }: ElementDefinition, path: string, id: string): ElementDefinition {
  return { id, ...(extension === undefined ? {} : { extension }), path, ...rest };
}
