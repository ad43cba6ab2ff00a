/** An element that a differential names and nothing has. */
import { message } from '../../model/message.js';
import type { TreeNode } from './tree.js';

export function notFound(path: string, parent: TreeNode) {
  const known = parent.children.slice(0, 40).map(({ name }) => name);
  const there = known.length === 0 ? 'nothing is known to stand there' : `there are ${known.join(', ')}`;
  const thereZh = known.length === 0 ? '该处没有已知元素' : `该处有 ${known.join('、')}`;
  return message('differential-element-unknown', `There is no element ${path}; ${there}`, `没有元素 ${path}；${thereZh}`);
}
