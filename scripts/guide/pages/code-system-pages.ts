/** A page for each code system: every code in both languages, and its counterparts by each map. */
import type { CodeSystem, ConceptMap } from 'fhir/r4.js';
import { type Html, html } from '../../../src/model/html.js';
import { canonicalLink } from '../canonical-link.js';
import { conceptsOf, mapsFrom, mapTitle } from '../concepts.js';
import { type Page, resourcePath, type View, wordsOf } from '../guide.js';
import { inLanguage } from '../language.js';
import type { GuidePackage } from '../read-package.js';

export function codeSystemPages(of: GuidePackage): readonly Page[] {
  return of.codeSystems.map((system) => ({
    path: resourcePath(of, 'CodeSystem', system.id),
    title: wordsOf(system.title ?? system.name ?? ''),
    body: (view) => body(view, system),
  }));
}

function body(view: View, system: CodeSystem): Html {
  const { say, guide } = view;
  const concepts = conceptsOf(system);
  const maps = mapsFrom(guide, system.url ?? '');
  const { text, certainty } = apart(system.description ?? '');
  return html`<p class="lead">${view.own(text)}</p>
<dl class="facts">
<dt>${say('代码系统地址（system）', 'system')}</dt><dd><code class="long">${system.url ?? ''}</code></dd>
${alsoSeenAs(view, system)}
<dt>${say('版本', 'Version')}</dt><dd>${system.version ?? ''}</dd>
<dt>${say('代码数', 'Codes')}</dt><dd>${concepts.length}${system.content === 'complete' ? '' : say('（部分）', ' (a part)')}</dd>
${certainty !== undefined && html`<dt>${say('来源可信度', 'Certainty of the source')}</dt><dd>${certaintyInWords(view, certainty)}</dd>`}
${system.valueSet !== undefined && html`<dt>${say('全部代码的值集', 'Value set of all codes')}</dt><dd>${canonicalLink(view, system.valueSet)}</dd>`}
${maps.length > 0 && html`<dt>${say('与其他代码的对应', 'Maps')}</dt><dd>${maps.map((map, at) => html`${at > 0 && say('；', '; ')}${canonicalLink(view, map.url ?? '', mapTitle(map, view.language))}`)}</dd>`}
</dl>
<div class="wide"><table class="codes">
<caption>${system.content === 'complete' ? say('全部代码', 'All codes') : say('代码', 'Codes')}</caption>
<thead><tr><th scope="col">${say('代码', 'Code')}</th><th scope="col">${say('名称', 'Chinese')}</th><th scope="col">${say('英文名称', 'English')}</th>${maps.map((map) => html`<th scope="col">${targetName(map)}</th>`)}</tr></thead>
<tbody>
${concepts.map(
  ({
    code,
    display,
    english,
    synonyms,
    depth,
  }) => html`<tr class="d${Math.min(depth, 9)}"><th scope="row"><code>${code}</code></th><td lang="zh-CN">${display}${synonyms.length > 0 && html` <span class="synonym">（${synonyms.join('、')}）</span>`}</td><td lang="en">${english ?? ''}</td>${maps.map((map) => html`<td>${targets(map, system.url ?? '', code)}</td>`)}</tr>
`,
)}</tbody>
</table></div>`;
}

const mark = '来源可信度 Certainty of the source: ';

/** How sure the packages are of a table stands at the end of what they say of it. */
function apart(description: string): { readonly text: string; readonly certainty: string | undefined } {
  const [text = '', certainty] = description.split(mark);
  return { text: text.trim(), certainty: certainty?.replace(/\.$/, '') };
}

/** `A，多个来源一致 several sources agree`, perhaps more of it behind a semicolon. */
function certaintyInWords({ language, say }: View, certainty: string): string {
  const parts = certainty.split('；').map((part) => {
    const [, letter, words] = /^([A-Z])，(.*)$/.exec(part) ?? [];
    return words === undefined ? inLanguage(part, language) : `${letter}${say('，', ': ')}${inLanguage(words, language)}`;
  });
  return parts.join(say('；', '; '));
}

/** The same system under its other names, by the NamingSystems of the packages. */
function alsoSeenAs({ guide, say }: View, { url = '' }: CodeSystem): Html {
  const naming = guide.packages
    .flatMap(({ namingSystems }) => namingSystems)
    .find(({ uniqueId }) => uniqueId.some(({ value }) => value === url));
  const others = (naming?.uniqueId ?? []).filter(({ value }) => value !== url);
  if (others.length === 0) return html``;
  return html`<dt>${say('也见于', 'Also seen as')}</dt><dd>${others.map(({ value }, at) => html`${at > 0 && ' '}<code>${value}</code>`)}</dd>`;
}

function targetName({ group = [] }: ConceptMap): string {
  return [...new Set(group.map(({ target = '' }) => target.slice(target.lastIndexOf('/') + 1)))].join(' ');
}

function targets({ group = [] }: ConceptMap, system: string, code: string): Html {
  const found = group
    .filter(({ source }) => source === system)
    .flatMap(({ element }) => element.filter((one) => one.code === code).flatMap(({ target = [] }) => target));
  return html`${found.map((target, at) => html`${at > 0 && ' '}<code>${target.code ?? ''}</code>`)}`;
}
