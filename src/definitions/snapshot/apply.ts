/**
 * A differential applied to a tree: what it says of each element is merged into what the base has, slices are made or found, and
 * whatever lies deeper than the base goes is taken from the types. Untouched branches stay the base's own.
 * Source: R4 profiling.html#snapshot, profiling.html#slicing
 */
import type { ElementDefinition } from 'fhir/r4.js';
import type { Applying, Where } from './applying.js';
import { withChoices } from './choices.js';
import type { Change } from './differential.js';
import { merge } from './merge.js';
import { widenings } from './narrow.js';
import { newElement } from './new-element.js';
import { notFound } from './not-found.js';
import { applySlices } from './slices.js';
import { type TreeNode, withSource } from './tree.js';
import { unfolded } from './unfold.js';

/** The node as the differential wants it. */
export function apply(node: TreeNode, change: Change, where: Where, applying: Applying): TreeNode {
  const { element } = change;
  const merged = element === undefined ? node : { ...node, element: mergedElement(node.element, element, change.at, where, applying) };
  const whole = change.children.size === 0 ? merged : applyChildren(merged, change, where, applying);
  return change.slices.size === 0 ? whole : applySlices(whole, node, change, where, applying);
}

function mergedElement(
  base: ElementDefinition,
  change: ElementDefinition,
  at: number,
  where: Where,
  { making, reasons, url }: Applying,
): ElementDefinition {
  for (const { field, message } of widenings(base, change, where.path, making.lookUp)) reasons.at(at, field, message);
  return merge(base, { ...change, ...(change.constraint === undefined ? {} : { constraint: withSource(change.constraint, url) }) });
}

function applyChildren(node: TreeNode, change: Change, where: Where, applying: Applying): TreeNode {
  const parent = unfolded(node, applying.making);
  const changes = withChoices(parent, change, where.inSlice);
  const places = new Map(parent.children.map(({ name }, place) => [name, place]));
  const children = [...parent.children];
  for (const [name, one] of changes) {
    if (applying.reasons.isFull) break;
    const place = places.get(name);
    const child = place === undefined ? undefined : children[place];
    const path = `${where.path}.${name}`;
    if (place !== undefined && child !== undefined) {
      children[place] = apply(child, one, { path, inSlice: where.inSlice, open: false }, applying);
    } else if (where.open) children.push(added(one, path, applying));
    else applying.reasons.at(one.at, 'path', notFound(path, parent));
  }
  return { ...parent, children };
}

function added(change: Change, path: string, applying: Applying): TreeNode {
  const node: TreeNode = { element: newElement(change.element, path, applying.url), name: change.name, children: [], slices: [] };
  return apply(node, { ...change, element: undefined }, { path, inSlice: false, open: true }, applying);
}
