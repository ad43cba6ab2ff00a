/**
 * What stands below an element that its own structure does not take apart: the elements of its type, of the one profile on that type,
 * or of the element it refers to. Source: R4 profiling.html#snapshot, elementdefinition.html#ElementDefinition.contentReference
 */
import type { ElementDefinition } from 'fhir/r4.js';
import { type Making, typeUrl } from './look-up.js';
import type { TreeNode } from './tree.js';

/** The node with its children at hand; without any where its type has none or is not known. */
export function unfolded(node: TreeNode, making: Making): TreeNode {
  if (node.children.length > 0) return node;
  const { contentReference } = node.element;
  if (contentReference !== undefined) return asReferred(node, contentReference, making);
  const children = childrenOf(node.element, making);
  return { ...node, children };
}

function childrenOf({ type = [] }: ElementDefinition, making: Making): readonly TreeNode[] {
  const [only, ...others] = type;
  if (only === undefined) return [];
  // What all types share is what any element has: id and extension.
  if (others.some(({ code }) => code !== only.code)) return making.tree(typeUrl('Element'))?.children ?? [];
  const [profile, ...more] = only.profile ?? [];
  const ofProfile = others.length > 0 || more.length > 0 || profile === undefined ? undefined : making.tree(profile);
  return (ofProfile ?? making.tree(typeUrl(only.code)))?.children ?? [];
}

/** `#Observation.referenceRange`: the element there lends its type and its children. */
function asReferred(node: TreeNode, contentReference: string, making: Making): TreeNode {
  const path = contentReference.slice(contentReference.indexOf('#') + 1).split('.');
  let found = making.tree(typeUrl(path[0] ?? ''));
  for (const name of path.slice(1)) found = found?.children.find((child) => child.name === name);
  if (found === undefined) return node;
  const { contentReference: _, ...element } = node.element;
  const { type } = found.element;
  return { ...node, element: { ...element, ...(type === undefined ? {} : { type }) }, children: found.children };
}
