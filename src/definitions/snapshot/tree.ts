/**
 * The elements of a snapshot as a tree that is never changed, so that whole branches can be shared: children under their parent, slices
 * beside the element they slice. Paths and ids are written when the tree becomes a list again.
 * Source: R4 elementdefinition.html#interpretation, elementdefinition.html#id
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { isObject } from '../../model/json.js';

export interface TreeNode {
  readonly element: ElementDefinition;
  /** Last part of the path: `value[x]`. */
  readonly name: string;
  readonly children: readonly TreeNode[];
  readonly slices: readonly TreeNode[];
}

function hasPath(element: unknown): element is ElementDefinition {
  return isObject(element) && typeof element.path === 'string';
}

interface Growing extends TreeNode {
  readonly children: Growing[];
  readonly slices: Growing[];
}

const trees = new WeakMap<StructureDefinition, TreeNode>();

/** What others inherit from a structure; undefined where it has no snapshot that can be read. */
export function treeOf(structure: StructureDefinition): TreeNode | undefined {
  const known = trees.get(structure);
  if (known !== undefined) return known;
  const elements: readonly unknown[] = structure.snapshot?.element ?? [];
  if (!elements.every(hasPath)) return undefined;
  const tree = grow(elements.map((element, at) => heritage(element, structure.url, at === 0)));
  if (tree !== undefined) trees.set(structure, tree);
  return tree;
}

/** An heir is told where an element and its constraints come from. */
function heritage(element: ElementDefinition, url: string, isRoot: boolean): ElementDefinition {
  const { path, min = 0, max = '*' } = element;
  const constraint = element.constraint?.map((one) => (one.source === undefined ? { ...one, source: url } : one));
  const { extension, ...rest } = element;
  const kept = extension?.filter((one) => !isRoot || !ownOnly.has(one.url)) ?? [];
  return {
    ...rest,
    ...(kept.length === 0 ? {} : { extension: kept }),
    base: element.base ?? { path, min, max },
    ...(constraint === undefined ? {} : { constraint }),
  };
}

/** How ripe a whole definition is says nothing about those that rest on it. */
const ownOnly = new Set(
  ['standards-status', 'normative-version', 'fmm', 'fmm-no-warnings', 'wg'].map(
    (name) => `http://hl7.org/fhir/StructureDefinition/structuredefinition-${name}`,
  ),
);

/** A snapshot lists its elements depth first, so the last node of each depth is the parent of what follows deeper. */
function grow(elements: readonly ElementDefinition[]): TreeNode | undefined {
  const open: Growing[] = [];
  for (const element of elements) {
    const parts = element.path.split('.');
    const depth = parts.length - 1;
    const node: Growing = { element, name: parts[depth] ?? '', children: [], slices: [] };
    const parent = open[depth - 1];
    const sliced = element.sliceName === undefined ? undefined : slicedBy(parent, node.name, element.sliceName);
    if (sliced !== undefined) sliced.slices.push(node);
    else parent?.children.push(node);
    open.length = depth;
    open[depth] = node;
  }
  return open[0];
}

function slicedBy(parent: Growing | undefined, name: string, sliceName: string): Growing | undefined {
  let node = parent?.children.findLast((child) => child.name === name);
  for (let slash = sliceName.indexOf('/'); node !== undefined && slash >= 0; slash = sliceName.indexOf('/', slash + 1)) {
    const outer = sliceName.slice(0, slash);
    node = node.slices.find((slice) => slice.element.sliceName === outer) ?? node;
  }
  return node;
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
