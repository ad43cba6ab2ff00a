/** The elements of a profile as a table that reads as a tree; on a narrow screen each row is a block of its own. */
import { type Html, html } from '../../src/model/html.js';
import { cardinality, flags, rules, shortText, types } from './element-cells.js';
import type { View } from './guide.js';
import type { TreeRow } from './tree-rows.js';

export function elementTree(view: View, rows: readonly TreeRow[], caption: string): Html {
  const { say } = view;
  const heads = [say('元素', 'Element'), say('标记', 'Flags'), say('次数', 'Card.'), say('类型', 'Type'), say('说明', 'What it is')];
  return html`<div class="wide"><table class="tree">
<caption>${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => treeRow(view, row, heads))}</tbody>
</table></div>`;
}

function treeRow(view: View, { element, depth, label, isOwn }: TreeRow, heads: readonly string[]): Html {
  const [name, slice] = label.split(':');
  const gone = element.max === '0';
  return html`<tr class="d${Math.min(depth, 9)}${!isOwn && ' above'}${gone && ' gone'}">
<th scope="row"><code>${name}${slice !== undefined && html`<wbr/>:<b>${slice}</b>`}</code></th>
<td data-head="${heads[1]}">${flags(view, element)}</td>
<td data-head="${heads[2]}">${cardinality(element)}</td>
<td data-head="${heads[3]}">${types(view, element)}</td>
<td data-head="${heads[4]}">${shortText(view, element)}${rules(view, element)}</td>
</tr>
`;
}
