/** The first page: for whom this is and where to begin. */
import { html } from '../../../src/model/html.js';
import { isOfIdentifiers, type Page, resourcePath, wordsOf } from '../guide.js';

export const homePage: Page = {
  path: 'index.html',
  title: { zh: '联医实施指南', en: 'Lianyi implementation guide' },
  body: (view) => {
    const { say, to, guide, language } = view;
    return html`<p class="lead">${say(
      '把医院系统的数据送到区域平台，从这里开始。不需要事先懂 FHIR。',
      'To send the data of a hospital’s systems to the regional platform, begin here. No knowledge of FHIR is needed.',
    )}</p>
<section class="cards">
<article><h2><a href="${to('send-patient.html')}">${say('发送一位患者', 'Send a Patient')}</a></h2><p>${say('从自己表里的姓名、性别、身份证号开始，一步步写成一个可以发送的 JSON。', 'From name, sex and identity number in your own table to a JSON that can be sent, step by step.')}</p></article>
<article><h2><a href="${to('send-lab-report.html')}">${say('发送一份检验报告', 'Send a lab report')}</a></h2><p>${say('患者、检验项目、结果和报告一次发送，要么全部入库，要么都不入库。', 'Patient, results and report in one request: all of it is stored or none.')}</p></article>
<article><h2><a href="${to('data-elements.html')}">${say('按数据元查找', 'By data element')}</a></h2><p>${say('WS 445 的数据元写到 FHIR 的哪里。', 'Where the data elements of WS 445 stand in FHIR.')}</p></article>
<article><h2><a href="${to('a-z.html')}">${say('按名称查找', 'By name')}</a></h2><p>${say('规范、代码表、标识和数据元的索引。', 'An index of profiles, code tables, identifiers and data elements.')}</p></article>
</section>
${guide.packages.map(
  (of) => html`<section>
<h2>${wordsOf(of.title.replace(' / ', ' '))[language]}</h2>
<p>${view.own(of.description)}</p>
<dl class="facts">
<dt>${say('规范包', 'Package')}</dt><dd><code>${of.name}</code> ${of.version} (FHIR R4 4.0.1)</dd>
<dt>${say('地址', 'Canonical')}</dt><dd><code>${of.canonical}</code></dd>
<dt>${say('许可', 'Licence')}</dt><dd>${of.license}</dd>
<dt>${say('内容', 'Holds')}</dt><dd>${say(`${of.profiles.length} 个规范，${of.extensions.length} 个扩展，${of.codeSystems.length} 张代码表，${of.conceptMaps.length} 个对应表，${of.namingSystems.filter(isOfIdentifiers).length} 种标识，${of.examples.length} 个示例`, `${of.profiles.length} profiles, ${of.extensions.length} extensions, ${of.codeSystems.length} code tables, ${of.conceptMaps.length} maps, ${of.namingSystems.filter(isOfIdentifiers).length} identifier systems, ${of.examples.length} examples`)}</dd>
</dl>
<ul class="columns">${of.profiles.map(({ id, title, name, type }) => html`<li><a href="${to(resourcePath(of, 'StructureDefinition', id))}">${wordsOf(title ?? name)[language]}</a> <span class="kind">${type}</span></li>`)}</ul>
</section>`,
)}`;
  },
};
