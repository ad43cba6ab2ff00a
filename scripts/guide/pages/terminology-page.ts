/** Lists of all code systems, value sets and maps of the packages. */
import { type Html, html } from '../../../src/model/html.js';
import { conceptsOf, mapTitle } from '../concepts.js';
import { type Page, resourcePath, type View, wordsOf } from '../guide.js';
import type { GuidePackage } from '../read-package.js';
import { base, code } from '../tutorial.js';

export const terminologyPage: Page = {
  path: 'terminology.html',
  title: { zh: '代码', en: 'Codes' },
  body: (view) => html`<p class="lead">${view.say(
    '国家标准和行业标准的代码表：代码、中英文名称和与 FHIR 代码的对应。有国家 OID 的，代码系统写成 urn:oid:…。代码数后有“部分”的，这里只有一部分代码，写其他代码不算错；没有代码的（如 ICD-10），向发布单位取得后存为 CSV 导入：',
    'Code tables of national and health-sector standards: codes, names in Chinese and English, counterparts in FHIR. Where a table has a national OID, the system is urn:oid:…. Of some a part of the codes is here, and other codes are no error; those without codes, such as ICD-10, are to be had from their publishers and are loaded as CSV:',
  )}</p>
${code('npx lianyi load-codesystem icd10.csv --url https://lianyi.cn/fhir/CodeSystem/icd-10-nhc --version 2.0 --hierarchy prefix')}
<p>${view.say('导入后，诊断代码会被检查，也可以按编码、名称、拼音查找：', 'Then codes are checked, and found by code, name and pinyin:')}</p>
${code(`curl '${base}/ValueSet/$expand?url=https://lianyi.cn/fhir/ValueSet/icd-10-nhc&filter=gxy&count=10'`)}
${view.guide.packages.map((of) => packagePart(view, of))}`,
};

function packagePart(view: View, of: GuidePackage): Html {
  const { say, language } = view;
  return html`<section>
${view.guide.packages.length > 1 && html`<h2>${view.own(of.title)}</h2>`}
<h3>${say('代码系统', 'Code systems')}</h3>
<div class="wide"><table>
<thead><tr><th scope="col">${say('名称', 'Name')}</th><th scope="col">system</th><th scope="col">${say('代码数', 'Codes')}</th></tr></thead>
<tbody>${of.codeSystems.map(
    (
      one,
    ) => html`<tr><th scope="row"><a href="${view.to(resourcePath(of, 'CodeSystem', one.id))}">${wordsOf(one.title ?? '')[language]}</a></th><td><code>${one.url ?? ''}</code></td><td class="number">${conceptsOf(one).length}${one.content === 'complete' ? '' : conceptsOf(one).length > 0 && say('（部分）', ' (a part)')}</td></tr>
`,
  )}</tbody></table></div>
<h3>${say('值集', 'Value sets')}</h3>
<ul class="columns">${of.valueSets.map((one) => html`<li><a href="${view.to(resourcePath(of, 'ValueSet', one.id))}">${wordsOf(one.title ?? one.name ?? '')[language]}</a></li>`)}</ul>
${
  of.conceptMaps.length > 0 &&
  html`<h3>${say('代码之间的对应', 'Maps between codes')}</h3>
<ul class="columns">${of.conceptMaps.map((one) => html`<li><a href="${view.to(resourcePath(of, 'ConceptMap', one.id))}">${mapTitle(one, language)}</a></li>`)}</ul>`
}
</section>`;
}
