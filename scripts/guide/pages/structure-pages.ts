/** A page for each profile and each extension: the same parts, an extension with where it may stand. */
import type { SearchParameter, StructureDefinition } from 'fhir/r4.js';
import { type Html, html } from '../../../src/model/html.js';
import { canonicalLink, typeLink } from '../canonical-link.js';
import { constraintList } from '../constraint-list.js';
import { strength } from '../element-cells.js';
import { elementTree } from '../element-tree.js';
import { exampleList } from '../example-list.js';
import { type Page, resourcePath, type View, wordsOf } from '../guide.js';
import type { GuidePackage } from '../read-package.js';
import { allRows, ownRows } from '../tree-rows.js';

export function structurePages(of: GuidePackage): readonly Page[] {
  return [...of.profiles, ...of.extensions].map((structure) => ({
    path: resourcePath(of, 'StructureDefinition', structure.id),
    title: wordsOf(structure.title ?? structure.name),
    body: (view) => body(view, of, structure),
  }));
}

function body(view: View, of: GuidePackage, structure: StructureDefinition): Html {
  const { say } = view;
  const isExtension = structure.type === 'Extension';
  return html`<p class="lead">${view.own(structure.description)}</p>
${facts(view, of, structure)}
${needed(view, structure)}
<section>
<h2 id="differential">${say('这个规范写明的元素', 'What this profile says')}</h2>
${elementTree(view, ownRows(structure), say('规范写明的元素及其上级；灰色的只为显示位置', 'Elements the profile says something of; grey ones only show the place'))}
<details><summary id="snapshot">${say('全部元素', 'All elements')}</summary>
${elementTree(view, allRows(structure), say('包括从基础规范继承的元素；每个元素都有的 id 和 extension 从略', 'With what is inherited; id and extension, which every element has, are left out'))}
</details>
</section>
${constraintList(view, structure)}
${bindings(view, structure)}
${isExtension ? usedBy(view, structure) : extensions(view, structure)}
${!isExtension && searchParameters(view, of, structure)}
${exampleList(view, of, structure.id)}`;
}

function facts(view: View, of: GuidePackage, structure: StructureDefinition): Html {
  const { say } = view;
  const rows: readonly (readonly [string, Html | string])[] = [
    [say('规范地址', 'Canonical'), html`<code class="long">${structure.url ?? ''}</code>`],
    [say('所在规范包', 'Package'), `${of.name} ${of.version}`],
    [say('资源类型', 'Type'), typeLink(structure.type)],
    [say('建立在', 'Built on'), canonicalLink(view, structure.baseDefinition ?? '')],
    ...(structure.context === undefined
      ? []
      : [[say('可以出现在', 'May stand on'), structure.context.map(({ expression }) => expression).join(say('、', ', '))] as const]),
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** What somebody has to fill in, in one line each. */
function needed(view: View, structure: StructureDefinition): Html {
  const { say } = view;
  const rows = ownRows(structure).filter(({ element, depth }) => depth === 1 && element.sliceName === undefined && (element.min ?? 0) > 0);
  if (rows.length === 0 || structure.type === 'Extension') return html``;
  const name = (path: string) => (view.language === 'zh' ? view.guide.chineseName(path) : undefined);
  return html`<p>${say('必须填写：', 'To be filled in: ')}${rows.map(({ element, label }, at) => html`${at > 0 && say('、', ', ')}<code>${label}</code>${name(element.path) !== undefined && `（${name(element.path)}）`}`)}${say('。', '.')}</p>`;
}

function bindings(view: View, structure: StructureDefinition): Html {
  const { say } = view;
  const bound = ownRows(structure).flatMap(({ element, isOwn }) =>
    isOwn && element.binding?.valueSet ? [{ element, binding: element.binding }] : [],
  );
  if (bound.length === 0) return html``;
  return html`<section>
<h2 id="bindings">${say('使用的代码', 'Codes')}</h2>
<div class="wide"><table>
<thead><tr><th scope="col">${say('元素', 'Element')}</th><th scope="col">${say('值集', 'Value set')}</th><th scope="col">${say('强度', 'Strength')}</th></tr></thead>
<tbody>${bound.map(
    ({
      element,
      binding,
    }) => html`<tr><th scope="row"><code>${element.id ?? ''}</code></th><td>${canonicalLink(view, binding.valueSet ?? '')}</td><td>${strength(view, binding.strength)}</td></tr>
`,
  )}</tbody></table></div>
</section>`;
}

function extensions(view: View, structure: StructureDefinition): Html {
  const used = ownRows(structure).flatMap(({ element }) =>
    (element.type ?? []).flatMap(({ code, profile = [] }) =>
      code === 'Extension' ? profile.map((url) => ({ url, place: element.path.replace(/\.extension$/, '') })) : [],
    ),
  );
  if (used.length === 0) return html``;
  return html`<section>
<h2 id="extensions">${view.say('扩展', 'Extensions')}</h2>
<ul>${used.map(({ url, place }) => html`<li><code>${place}</code>${view.say('：', ': ')}${canonicalLink(view, url, titleOf(view, url))}</li>`)}</ul>
</section>`;
}

function titleOf({ guide, language }: View, url: string): string | undefined {
  const { title } = guide.structure(url) ?? {};
  return title === undefined ? undefined : wordsOf(title)[language];
}

function usedBy(view: View, { url }: StructureDefinition): Html {
  const users = view.guide.packages.flatMap(({ profiles }) =>
    profiles.filter(({ snapshot }) => snapshot?.element.some(({ type }) => type?.some(({ profile }) => profile?.includes(url)))),
  );
  if (users.length === 0) return html``;
  return html`<section>
<h2 id="used-by">${view.say('使用它的规范', 'Profiles that use it')}</h2>
<ul>${users.map(({ url: user, title }) => html`<li>${canonicalLink(view, user, wordsOf(title ?? user)[view.language])}</li>`)}</ul>
</section>`;
}

function searchParameters(view: View, of: GuidePackage, { type }: StructureDefinition): Html {
  const found = of.searchParameters.filter(({ base }) => base.includes(type as SearchParameter['base'][number]));
  if (found.length === 0) return html``;
  return html`<section>
<h2 id="search">${view.say('检索参数', 'Search parameters')}</h2>
<p>${view.say('除 R4 的检索参数外，还可按以下参数检索：', 'Beside those of R4:')}</p>
<dl>${found.map(({ code, type: kind, description }) => html`<dt><code>${type}?${code}=…</code> <span class="kind">${kind}</span></dt><dd>${view.own(description)}</dd>`)}</dl>
</section>`;
}
