/** Step by step from a row of a hospital's own table to a Patient on the server, for people who know no FHIR. */
import type { Extension } from 'fhir/r4.js';
import { type Html, html } from '../../../src/model/html.js';
import { canonicalLink } from '../canonical-link.js';
import { codeSystemOf } from '../concepts.js';
import { type Page, type View, wordsOf } from '../guide.js';
import { readingErrors } from '../reading-errors.js';
import { base, code, mistake, patient, pieces } from '../tutorial.js';
import { patientSteps, type Step } from './patient-steps.js';

export const sendPatientPage: Page = {
  path: 'send-patient.html',
  title: { zh: '发送一位患者', en: 'Send a Patient' },
  body: (view) => html`${beginning(view)}
<section>
<h2 id="fields">${view.say('1. 把自己的字段写成 JSON', '1. From your fields to JSON')}</h2>
${patientSteps.map((step) => stepPart(view, step))}
</section>
${whole(view)}
${sending(view)}
${mistakes(view)}`,
};

function beginning(view: View): Html {
  const { say } = view;
  return html`<p class="lead">${say(
    '本页从患者表的一行开始，写出一个 FHIR 的 Patient（患者），用 curl 发送，再看懂服务器的回答。约需二十分钟。',
    'From one row of a table of patients to a FHIR Patient, sent with curl, and how to read the answer. It takes about twenty minutes.',
  )}</p>
<p>${say(
    'FHIR 里的数据是一个个“资源”（resource），每个资源是一段 JSON，有固定的属性名。患者的资源叫 Patient。完整的规则见规范 ',
    'Data in FHIR is made of resources, each a JSON with fixed property names. That of a patient is called Patient. All rules stand in the profile ',
  )}${canonicalLink(view, patient.meta?.profile?.[0] ?? '', 'cn-patient')}${say('。', '.')}</p>
<p class="note">${say('需要准备：服务器地址（本页写作 ', 'You need: the address of the server (here ')}<code>${base}</code>${say('）；服务器要求登录时，还要一个访问令牌。文件一律存为 UTF-8。必须有的只是号码、姓名和性别，其他的有就写。', '), and an access token where the server asks who you are. Files are saved as UTF-8. Only a number, the name and the sex must be there; the rest where you have it.')}</p>`;
}

function stepPart(view: View, { title, columns, properties, note, codes }: Step): Html {
  const { language, say } = view;
  return html`<article>
<h3>${title[language]}</h3>
${
  columns.length > 0 &&
  html`<table class="fields"><thead><tr><th scope="col">${say('您的字段', 'Your field')}</th><th scope="col">${say('例', 'Example')}</th></tr></thead><tbody>${columns.map(([name, value]) => html`<tr><th scope="row">${name[language]}</th><td>${value}</td></tr>`)}</tbody></table>
<p>${say('写成：', 'becomes:')}</p>`
}
${pieces(patient, properties)}
<p>${note[language]}${codes !== undefined && html`${say('代码表：', ' All codes: ')}${canonicalLink(view, codes, tableName(view, codes))}${say('。', '.')}`}</p>
</article>
`;
}

function tableName({ guide, language }: View, system: string): string {
  return wordsOf(codeSystemOf(guide, system)?.title ?? system)[language];
}

function whole({ say, file }: View): Html {
  return html`<section>
<h2 id="whole">${say('2. 完整的 JSON', '2. The whole JSON')}</h2>
<p>${say('把各段放进一对大括号，用逗号隔开，存为 ', 'Put the parts into one pair of braces with commas between them and save it as ')}<code>patient.json</code>${say('；也可以直接', '; or ')}<a href="${file('patient.json')}">${say('下载', 'download it')}</a>${say('。', '.')}</p>
<div id="patient-json">${code(patient)}</div>
</section>`;
}

function sending({ say }: View): Html {
  const number = patient.identifier?.[0];
  return html`<section>
<h2 id="sending">${say('3. 发送', '3. Send it')}</h2>
<p>${say('先检查，不入库：', 'First have it checked; nothing is stored:')}</p>
${code(`curl -X POST '${base}/Patient/$validate' \\\n  -H 'Content-Type: application/fhir+json' -H 'Accept-Language: zh-CN' \\\n  --data-binary @patient.json`)}
<p>${say(
    '回答里总有一条 dom-6 的 warning（资源宜有叙述文本），不影响入库，可以不理；其他 warning 值得一看。没有 error，就发送：',
    'The answer always has a warning dom-6 (that a resource should have narrative); it hinders nothing. Other warnings are worth reading. Where there is no error, send it:',
  )}</p>
${code(`curl -i -X PUT '${base}/Patient?identifier=${number?.system}|${number?.value}' \\\n  -H 'Content-Type: application/fhir+json' -H 'Accept-Language: zh-CN' \\\n  --data-binary @patient.json`)}
<p>${say(
    '这叫“按条件更新”：服务器上还没有这个身份证号的患者就新建（201 Created），已有就更新（200 OK）。同一位患者发两遍不会变成两个人；用 POST 每发一遍就多一个人。',
    'This is a conditional update: where the server has no patient with this identity number it creates one (201 Created), else it updates that one (200 OK). Sending the same patient twice does not make two, as POST would.',
  )}</p>
<p>${say(
    'Windows 的命令提示符里，命令写成一行（去掉行末的 \\），单引号换成双引号。',
    'In the command prompt of Windows the command goes on one line (without the \\ at the ends), with double quotes in the place of single ones.',
  )}</p>
<p>${say('服务器要求登录时，每个请求再加一行：', 'Where the server asks who you are, each request has one more line:')}</p>
${code(`  -H "Authorization: Bearer $TOKEN"`)}
<p>${say('回答的 Location 头里有服务器给的地址，如 ', 'The header Location of the answer holds the address that the server gave it, such as ')}<code>${base}/Patient/abc/_history/1</code>${say('。以后可以读取，或按姓名、拼音、证件号查找：', '. Later it can be read, or found by name, pinyin or number:')}</p>
${code(`curl '${base}/Patient?name=zhangxiuying'\ncurl '${base}/Patient?identifier=${number?.value}'`)}
</section>`;
}

function mistakes(view: View): Html {
  const { say } = view;
  const [card, ...numbers] = patient.identifier ?? [];
  const wrong = `${card?.value?.slice(0, -1)}3`;
  const { name: _name, ...nameless } = patient;
  return html`<section>
<h2 id="errors">${say('4. 出错了怎么办', '4. When something is wrong')}</h2>
${readingErrors(view)}
<h3>${say('常见的错误', 'Common mistakes')}</h3>
${mistake(view, say('身份证号抄错一位', 'One digit of the identity number is wrong'), wrong, { ...patient, identifier: [{ ...card, value: wrong }, ...numbers] })}
${mistake(view, say('日期没有写成 年-月-日', 'A date that is not year-month-day'), '"birthDate": "19851231"', { ...patient, birthDate: '19851231' })}
${mistake(view, say('性别直接写了国标代码', 'The national code as gender'), '"gender": "2"', { ...patient, gender: '2' })}
${mistake(view, say('写了民族名称，没有写代码', 'The name of the ethnic group as its code'), '"code": "汉族"', { ...patient, extension: [named(patient.extension?.[0])] })}
${mistake(view, say('用了 FHIR 没有的属性名', 'A property that FHIR does not have'), '"sex": "2"', { ...patient, sex: '2' })}
${mistake(view, say('没有姓名', 'No name'), say('没有 name', 'nothing under name'), nameless)}
</section>`;
}

/** With the name in the place of the code. */
function named(extension: Extension | undefined): Extension {
  return { ...extension, url: extension?.url ?? '', valueCoding: { system: extension?.valueCoding?.system, code: '汉族' } };
}
