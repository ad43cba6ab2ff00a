/** Step by step from the rows of a laboratory system to a report on the server, for people who know no FHIR. */
import type { Bundle, DiagnosticReport, Observation, Organization, Patient } from 'fhir/r4.js';
import { type Html, html } from '../../../src/model/html.js';
import { canonicalLink } from '../canonical-link.js';
import type { Page, View } from '../guide.js';
import { readingErrors } from '../reading-errors.js';
import { base, code, labReport, mistake, pieces, resourceOf } from '../tutorial.js';
import { reportSteps, resultSteps } from './lab-report-steps.js';
import type { Step } from './patient-steps.js';

export const sendLabReportPage: Page = {
  path: 'send-lab-report.html',
  title: { zh: '发送一份检验报告', en: 'Send a lab report' },
  body: (view) => html`${beginning(view)}
${whoAndWhere(view)}
${part(view, 'results', view.say('2. 每个检验项目是一个 Observation', '2. Each item is an Observation'), resourceOf<Observation>('Observation'), resultSteps)}
${part(view, 'report', view.say('3. 报告是一个 DiagnosticReport', '3. The report is a DiagnosticReport'), resourceOf<DiagnosticReport>('DiagnosticReport'), reportSteps)}
${whole(view)}
${mistakes(view)}`,
};

function beginning(view: View): Html {
  const { say, to } = view;
  return html`<p class="lead">${say(
    '一份检验报告由四种资源组成：患者 Patient、机构 Organization、每个项目一个 Observation、把它们合在一起的 DiagnosticReport。它们放进一个 Bundle 一次发送，要么全部入库，要么都不入库。',
    'A lab report is made of four kinds of resources: the Patient, the Organization, an Observation for each item, and the DiagnosticReport that holds them together. They go in one Bundle: all of it is stored or none.',
  )}</p>
<p>${say('还没有发送过患者，先看', 'If you have not sent a patient before, begin with ')}<a href="${to('send-patient.html')}">${say('发送一位患者', 'Send a Patient')}</a>${say('。', '.')}</p>`;
}

function whoAndWhere(view: View): Html {
  const { say } = view;
  return html`<section>
<h2 id="who">${say('1. 谁的报告，哪家医院', '1. Whose report, and from where')}</h2>
<p>${say('患者至少写证件号、姓名、性别、出生日期：', 'Of the patient at least a number, name, sex and birth date:')}</p>
${code(resourceOf<Patient>('Patient'))}
<p>${say('医院写执业许可证登记号（也可以用统一社会信用代码，见“标识”）和名称：', 'Of the hospital its licence number (or its credit code, see the page of identifiers) and its name:')}</p>
${code(resourceOf<Organization>('Organization'))}
</section>`;
}

function part(view: View, id: string, heading: string, resource: Observation | DiagnosticReport, steps: readonly Step[]): Html {
  const profile = resource.meta?.profile?.[0];
  return html`<section>
<h2 id="${id}">${heading}</h2>
${profile !== undefined && html`<p>${view.say('规范：', 'Profile: ')}${canonicalLink(view, profile)}</p>`}
${steps.map((step) => stepPart(view, resource, step))}
</section>`;
}

function stepPart({ language, say }: View, resource: object, { title, columns, properties, note }: Step): Html {
  return html`<article>
<h3>${title[language]}</h3>
${
  columns.length > 0 &&
  html`<table class="fields"><thead><tr><th scope="col">${say('您的字段', 'Your field')}</th><th scope="col">${say('例', 'Example')}</th></tr></thead><tbody>${columns.map(([name, value]) => html`<tr><th scope="row">${name[language]}</th><td>${value}</td></tr>`)}</tbody></table>
<p>${say('写成：', 'becomes:')}</p>`
}
${pieces(resource, properties)}
<p>${note[language]}</p>
</article>
`;
}

function whole({ say, file }: View): Html {
  return html`<section>
<h2 id="whole">${say('4. 放进一个 Bundle 发送', '4. Put it into a Bundle and send it')}</h2>
<p>${say(
    '每个资源是 entry 的一项：fullUrl 是 urn:uuid: 加一个随机的 UUID，资源之间用它互相引用，入库时服务器换成真正的地址；request 写明怎样入库：患者和机构是“没有才新建”（ifNoneExist），已有的保持原样，不会被这里的几行覆盖；结果和报告是“按条件更新”，同一份报告再发一遍不会重复。',
    'Each resource is an item of entry: fullUrl is urn:uuid: and a random UUID by which the resources refer to each other, and which the server replaces by the true addresses; request says how it is stored: Patient and Organization are created only where they are not there yet (ifNoneExist), so that these few lines never take the place of a fuller record; results and report are conditional updates, so that the same report sent again is not stored twice.',
  )}</p>
<p><a href="${file('lab-report.json')}">${say('下载 lab-report.json', 'Download lab-report.json')}</a></p>
<details><summary>${say('完整的 JSON', 'The whole JSON')}</summary><div id="lab-report-json">${code(labReport)}</div></details>
<p>${say('发送到服务器的根地址，不带资源名：', 'It goes to the base of the server, without the name of a resource:')}</p>
${code(`curl -i -X POST '${base}' \\\n  -H 'Content-Type: application/fhir+json' -H 'Accept-Language: zh-CN' \\\n  --data-binary @lab-report.json`)}
<p>${say('回答 200 和一个 Bundle：每一项的 response.status 是 201（新建）或 200（更新，或本来就有），response.location 是它的地址。然后可以读出报告和它的结果：', 'The answer is 200 and a Bundle: response.status of each item is 201 (created) or 200 (updated, or there already), response.location its address. Then the report can be read with its results:')}</p>
${code(`curl '${base}/DiagnosticReport?identifier=JY202611260001&_include=DiagnosticReport:result'`)}
</section>`;
}

function mistakes(view: View): Html {
  const { say } = view;
  const observation = resourceOf<Observation>('Observation');
  const { valueQuantity, ...valueless } = observation;
  const { code: _code, ...nameless } = observation;
  return html`<section>
<h2 id="errors">${say('5. 出错了怎么办', '5. When something is wrong')}</h2>
${readingErrors(view)}
<p>${say('在 Bundle 里，expression 从 Bundle.entry 开始：Bundle.entry[2] 是第三项。一处错误，整个 Bundle 都不入库；改正后原样再发。发送时遇到第一个有错的资源就停下；把同一个文件 POST 到 /Bundle/$validate，可以一次看到全部问题。', 'In a Bundle the expression begins with Bundle.entry: Bundle.entry[2] is the third item. One error and nothing of the Bundle is stored; mend it and send it again. Sending stops at the first resource with errors; the same file sent by POST to /Bundle/$validate shows all of them at once.')}</p>
<h3>${say('常见的错误', 'Common mistakes')}</h3>
${mistake(view, say('单位不是 UCUM 代码', 'A unit that is no UCUM code'), '"code": "mmol/升"', withFirst({ ...observation, valueQuantity: { ...valueQuantity, code: 'mmol/升' } }))}
${mistake(view, say('只写了单位，没有写 UCUM 代码', 'The unit as printed, without its UCUM code'), '"valueQuantity": {"value": 72, "unit": "次/分"}', withFirst({ ...observation, valueQuantity: { value: 72, unit: '次/分' } }))}
${mistake(view, say('结果写成了文字', 'The number as a text'), '"value": "6.3"', withFirst({ ...observation, valueQuantity: { ...valueQuantity, value: '6.3' } }))}
${mistake(view, say('没有结果，也没有写明原因', 'No value and no reason for that'), say('没有 valueQuantity', 'nothing under valueQuantity'), withFirst(valueless))}
${mistake(view, say('没有项目代码', 'No code of the item'), say('没有 code', 'nothing under code'), withFirst(nameless))}
</section>`;
}

/** The Bundle with another first Observation. */
function withFirst(observation: object): Bundle {
  const entry = [...(labReport.entry ?? [])];
  const at = entry.findIndex(({ resource }) => resource?.resourceType === 'Observation');
  return { ...labReport, entry: entry.map((one, index) => (index === at ? { ...one, resource: observation as Observation } : one)) };
}
