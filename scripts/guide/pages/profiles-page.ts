/** Lists of all profiles, extensions and search parameters of the packages. */
import type { StructureDefinition } from 'fhir/r4.js';
import { type Html, html } from '../../../src/model/html.js';
import { type Page, resourcePath, type View, wordsOf } from '../guide.js';
import type { GuidePackage } from '../read-package.js';

export const profilesPage: Page = {
  path: 'profiles.html',
  title: { zh: '规范', en: 'Profiles' },
  body: (view) => html`<p class="lead">${view.say(
    '规范说明一种资源在区域平台上怎样填写：哪些必填，用哪些代码，有哪些校验。数据用 meta.profile 写明遵循哪个规范。',
    'A profile says how a resource is filled in on a regional platform: what is needed, which codes, which checks. Data says in meta.profile which one it follows.',
  )}</p>
${view.guide.packages.map((of) => packagePart(view, of))}`,
};

function packagePart(view: View, of: GuidePackage): Html {
  const { say } = view;
  return html`<section>
${view.guide.packages.length > 1 && html`<h2>${view.own(of.title)}</h2>`}
${list(view, of, say('资源规范', 'Profiles of resources'), of.profiles)}
${list(view, of, say('扩展', 'Extensions'), of.extensions)}
${
  of.searchParameters.length > 0 &&
  html`<h3>${say('检索参数', 'Search parameters')}</h3>
<dl class="compact">${of.searchParameters.map(({ code, base, description }) => html`<dt><code>${base.join('、')}?${code}=…</code></dt><dd>${view.own(description)}</dd>`)}</dl>`
}
</section>`;
}

function list(view: View, of: GuidePackage, heading: string, structures: readonly StructureDefinition[]): Html {
  if (structures.length === 0) return html``;
  return html`<h3>${heading}</h3>
<dl class="compact">${structures.map(
    ({ id, title, name, type, description }) =>
      html`<dt><a href="${view.to(resourcePath(of, 'StructureDefinition', id))}">${wordsOf(title ?? name)[view.language]}</a>${type !== 'Extension' && html` <span class="kind">${type}</span>`}</dt><dd>${view.own(description)}</dd>`,
  )}</dl>`;
}
