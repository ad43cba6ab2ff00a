/** The table of data elements (WS 363, WS 445) and where they stand in FHIR. */
import { type Html, html } from '../../../src/model/html.js';
import { canonicalLink, typeLink } from '../canonical-link.js';
import { codeSystemOf } from '../concepts.js';
import { type Page, type View, wordsOf } from '../guide.js';
import type { DataElement, DataElements, DataElementTarget } from '../read-package.js';

export const dataElementsPage: Page = {
  path: 'data-elements.html',
  title: { zh: '数据元与 FHIR 元素对照', en: 'Data elements in FHIR' },
  body: (view) =>
    html`${view.guide.packages.flatMap(({ dataElements }) => (dataElements === undefined ? [] : tables(view, dataElements)))}`,
};

function tables(view: View, { sources, formats, rows }: DataElements): Html {
  const groups = [...new Set(rows.map(({ group }) => group))];
  return html`<p class="lead">${view.say(
    '从医院自己的表或 WS 445 数据集出发：每个数据元写到哪个资源的哪个元素。同一数据元在不同数据集里角色不同，要连同数据集一起看。',
    'From the tables of a hospital, or the data sets of WS 445: which element of which resource each data element becomes. The same data element has other roles in other data sets.',
  )}</p>
<p>${sources[view.language]}</p>
<p>${formats[view.language]}</p>
<p>${view.say('跳到', 'To')} ${groups.map((group) => html`<a href="#${group}">${group}</a> `)}</p>
${groups.map((group) =>
  groupTable(
    view,
    group,
    rows.filter((row) => row.group === group),
  ),
)}`;
}

function groupTable(view: View, group: string, rows: readonly DataElement[]): Html {
  const { say } = view;
  const heads = [
    say('数据元', 'Data element'),
    say('名称', 'Name'),
    say('格式', 'Format'),
    'FHIR',
    say('说明', 'Notes'),
    say('可信度', 'Certainty'),
  ];
  return html`<section>
<h2 id="${group}">${typeLink(group)}</h2>
<div class="wide"><table class="stacked">
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows.map(
  (
    row,
  ) => html`<tr><th scope="row"><code>${row.de}</code></th><td data-head="${heads[1]}">${view.language === 'zh' ? row.name : html`${row.english} <span lang="zh-CN">${row.name}</span>`}${row.part !== undefined && say(`（${row.part.zh}）`, ` (${row.part.en})`)}</td><td data-head="${heads[2]}"><code>${row.format}</code></td><td data-head="FHIR">${row.to.map((target) => html`<p>${place(view, target)}</p>`)}</td><td data-head="${heads[4]}">${row.note?.[view.language] ?? ''}</td><td data-head="${heads[5]}">${row.certainty}</td></tr>
`,
)}</tbody></table></div>
</section>`;
}

export function place(view: View, { path, extension, identifierSystem, codeSystem, loinc, unit }: DataElementTarget): Html {
  const { say, guide, language } = view;
  const title = (url: string) => wordsOf(guide.structure(url)?.title ?? codeSystemOf(guide, url)?.title ?? '')[language] || undefined;
  return html`<code>${path}</code>${extension !== undefined && html` ${say('扩展 ', 'extension ')}${canonicalLink(view, extension, title(extension))}`}${
    identifierSystem !== undefined && html` <code>system</code> <code>${identifierSystem}</code>`
  }${codeSystem !== undefined && html` ${say('代码 ', 'codes ')}${canonicalLink(view, codeSystem, title(codeSystem))}`}${
    loinc !== undefined && html` LOINC ${loinc.join(' / ')}`
  }${unit !== undefined && html` UCUM <code>${unit}</code>`}`;
}
