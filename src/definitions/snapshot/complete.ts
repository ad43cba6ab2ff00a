/**
 * Whether a snapshot that came with a structure can be relied on: it begins with the root, lists elements depth first, names only
 * elements that its type has, and leaves none of the type's own out. Source: R4 elementdefinition.html, structuredefinition.html (sdf-3, sdf-8)
 */
import type { ElementDefinition, StructureDefinition } from 'fhir/r4.js';
import { type Message, message } from '../../model/message.js';
import { typeOf } from './choices.js';
import { type Making, typeUrl } from './look-up.js';
import type { Reason } from './reasons.js';
import { isUsable, type TreeNode } from './tree.js';
import { unfolded } from './unfold.js';

/** What is wrong with it; the first thing is enough. */
export function completeness(structure: StructureDefinition, making: Making): readonly Reason[] {
  const elements: readonly unknown[] = structure.snapshot?.element ?? [];
  const [root] = elements;
  if (!isUsable(root) || root.path.includes('.')) return [reason(0, noRoot())];
  const type = structure.derivation === 'constraint' ? making.tree(typeUrl(structure.type)) : undefined;
  if (type !== undefined && root.path !== type.name) return [reason(0, otherRoot(root.path, type.name))];
  return inOrder(elements, type, making) ?? missingChildren(elements, type);
}

interface Open {
  readonly path: string;
  /** The type's own element here; undefined where that is not known. */
  node: TreeNode | undefined;
}

function inOrder(elements: readonly unknown[], type: TreeNode | undefined, making: Making): readonly Reason[] | undefined {
  const open: Open[] = [];
  for (const [at, element] of elements.entries()) {
    if (!isUsable(element)) return [reason(at, noElement())];
    const depth = element.path.split('.').length - 1;
    const parent = open[depth - 1];
    const cut = element.path.lastIndexOf('.');
    if (at > 0 && parent?.path !== element.path.slice(0, Math.max(cut, 0))) return [reason(at, outOfOrder(element.path))];
    const name = element.path.slice(cut + 1);
    const node = parent === undefined ? type : below(parent, name, making);
    if (parent?.node !== undefined && node === undefined) return [reason(at, unknownElement(element.path))];
    open.length = depth;
    open[depth] = { path: element.path, node: node === undefined ? undefined : withType(node, element) };
  }
  return undefined;
}

function below(parent: Open, name: string, making: Making): TreeNode | undefined {
  if (parent.node === undefined) return undefined;
  parent.node = unfolded(parent.node, making);
  const { children } = parent.node;
  return children.find((child) => child.name === name) ?? children.find((child) => typeOf(child, name) !== undefined);
}

/** The children are those of the type that the profile leaves. */
function withType(node: TreeNode, { type, contentReference }: ElementDefinition): TreeNode {
  if (type === undefined || contentReference !== undefined || node.children.length > 0) return node;
  return { ...node, element: { ...node.element, type } };
}

function missingChildren(elements: readonly unknown[], type: TreeNode | undefined): readonly Reason[] {
  const paths = new Set(elements.map((element) => (isUsable(element) ? element.path : '')));
  const missing = type?.children.find(({ name, element }) => {
    const shorthands = name.endsWith('[x]')
      ? (element.type ?? []).map(({ code }) => name.slice(0, -3) + code.charAt(0).toUpperCase() + code.slice(1))
      : [];
    return ![name, ...shorthands].some((one) => paths.has(`${type.name}.${one}`));
  });
  return type === undefined || missing === undefined ? [] : [reason(0, leftOut(`${type.name}.${missing.name}`))];
}

function reason(at: number, text: Message): Reason {
  return { message: text, expression: `StructureDefinition.snapshot.element[${at}]` };
}

function noRoot() {
  return message('snapshot-root', 'A snapshot begins with the element of the type itself', 'snapshot 应以类型本身的元素开头');
}

function otherRoot(found: string, expected: string) {
  return message(
    'snapshot-root',
    `The snapshot begins with ${found}; expected was ${expected}`,
    `snapshot 以 ${found} 开头；应为 ${expected}`,
  );
}

function noElement() {
  return message('snapshot-element', 'This is no ElementDefinition with a path', '此处不是带 path 的 ElementDefinition');
}

function outOfOrder(path: string) {
  return message('snapshot-order', `${path} does not stand below its parent`, `${path} 不在其上级元素之下`);
}

function unknownElement(path: string) {
  return message('snapshot-element-unknown', `There is no element ${path}`, `没有元素 ${path}`);
}

function leftOut(path: string) {
  return message('snapshot-incomplete', `The snapshot leaves ${path} out`, `snapshot 缺少 ${path}`);
}
