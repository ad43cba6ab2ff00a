/** The pages on which somebody chooses what an application is to work on: a patient, a visit; and why the glass is broken. */

import { type Html, html } from '../../model/html.js';
import type { AskingClient } from '../interactions.js';
import { button, check, form, input } from './forms.js';
import { encounterLine, patientCard, patientDetails, patientName } from './people.js';
import type { EncounterCandidate, Found, PatientCandidate } from './rooms.js';
import { type PageContent, type Problem, say, type View } from './view.js';

interface ChoicePage {
  readonly base: string;
  readonly client: Pick<AskingClient, 'name'>;
  /** Whether another account would do. */
  readonly switchable: boolean;
  readonly problem?: Problem | undefined;
}

export interface PatientPage extends ChoicePage {
  /** Absent: those there are stand here already, and nothing is searched. */
  readonly searched?: string;
  readonly found: Found<PatientCandidate>;
}

export function patientPage(view: View, page: PatientPage): PageContent {
  const { base, client, searched, found, problem } = page;
  return {
    title: say(view, 'Choose a patient', '选择患者'),
    ...(problem && { problem }),
    body: html`<p>${say(view, 'The app you open works on one patient:', '您打开的应用将处理一位患者的数据：')} <strong>${client.name}</strong></p>
${searched !== undefined && searchForm(view, base, searched)}
${(searched === undefined || searched !== '') && results(view, base, found)}
${leaving(view, page)}`,
  };
}

function searchForm(view: View, base: string, searched: string): Html {
  return html`<form method="get" action="${base}" role="search">${input(view, {
    id: 'q',
    label: say(view, 'Search for a patient', '查找患者'),
    hint: say(
      view,
      'By name, pinyin or its initials (zhangsan, zs), or identity number.',
      '可输入姓名、拼音或首字母（zhangsan、zs）、证件号。',
    ),
    type: 'search',
    value: searched,
    autocomplete: 'off',
    inputmode: 'search',
    maxlength: 100,
    first: true,
  })}
<div class="actions"><button class="second">${say(view, 'Search', '查找')}</button></div></form>`;
}

function results(view: View, base: string, { candidates, more }: Found<PatientCandidate>): Html {
  if (candidates.length === 0) {
    return html`<p class="warning" role="status">${say(view, 'No patient whom you may see fits.', '在您有权查看的范围内未找到符合的患者。')}</p>`;
  }
  return html`<h2>${say(view, 'Patients', '患者')}</h2>
${more && html`<p class="warning" role="status">${say(view, 'There are more: type more of the name, or the number.', '结果过多，仅显示一部分：请输入更完整的姓名或证件号。')}</p>`}
${form(
  view,
  `${base}/patient`,
  html`<ul class="people">${candidates.map(
    (one) =>
      html`<li><button class="person" name="patient" value="${one.id}"><strong>${patientName(view, one)}</strong>${patientDetails(view, one)}</button></li>\n`,
  )}</ul>`,
)}`;
}

export interface EncounterPage extends ChoicePage {
  readonly patient?: PatientCandidate;
  readonly found: Found<EncounterCandidate>;
}

export function encounterPage(view: View, page: EncounterPage): PageContent {
  const { base, client, patient, found, problem } = page;
  const { candidates, more } = found;
  return {
    title: say(view, 'Choose a visit', '选择就诊'),
    ...(problem && { problem }),
    body: html`${patient && patientCard(view, patient)}
<p>${say(view, 'The app you open asks which visit it is about:', '您打开的应用需要确定所处理的就诊：')} <strong>${client.name}</strong></p>
${candidates.length === 0 && html`<p class="warning" role="status">${say(view, 'There is no visit that you may see.', '没有您有权查看的就诊记录。')}</p>`}
${more && html`<p class="hint">${say(view, 'Only the newest are shown.', '仅显示最近的就诊。')}</p>`}
${
  candidates.length > 0 &&
  form(
    view,
    `${base}/encounter`,
    html`<ul class="people">${candidates.map((one) => html`<li><button class="person" name="encounter" value="${one.id}">${encounterLine(view, one)}</button></li>\n`)}</ul>`,
  )
}
${button(view, `${base}/encounter`, say(view, 'Go on without a visit', '不选择就诊，继续'), { kind: 'second', fields: { none: 'yes' } })}
${leaving(view, page)}`,
  };
}

export interface EmergencyPage extends ChoicePage {
  readonly reason?: string;
  readonly purpose?: string;
}

/** Source: v3-ActReason */
export const purposes = ['ETREAT', 'BTG'] as const;

export function emergencyPage(view: View, page: EmergencyPage): PageContent {
  const { base, client, problem, reason = '', purpose } = page;
  const title = say(view, 'Emergency access', '紧急访问');
  return {
    title,
    ...(problem && { problem }),
    body: html`<p>${say(view, 'This app asks for access past the usual limits:', '该应用请求超出常规限制的访问：')} <strong>${client.name}</strong></p>
<div class="warning"><p><strong>${say(view, 'What you do with it is recorded under your name and reviewed.', '您的每次访问都将记入您名下并接受审查。')}</strong></p>
<p>${say(
      view,
      'It opens records of other institutions, of patients you do not treat, and those a patient has closed, for 15 minutes. Use it only where waiting would harm the patient.',
      '将在15分钟内开放其他机构、非您诊治的患者以及患者已限制访问的记录。仅当等待会危及患者时使用。',
    )}</p></div>
${form(
  view,
  `${base}/emergency`,
  html`<fieldset id="purpose"${problem?.field === 'purpose' && html` aria-describedby="purpose-wrong"`}><legend>${say(view, 'What for', '用途')}</legend>
${problem?.field === 'purpose' && html`<p class="wrong" id="purpose-wrong">${say(view, problem.text.en, problem.text.zh)}</p>`}
${check({
  id: 'purpose-etreat',
  name: 'purpose',
  type: 'radio',
  value: 'ETREAT',
  label: say(view, 'Emergency treatment', '急诊救治'),
  checked: purpose === 'ETREAT',
  required: true,
})}
${check({
  id: 'purpose-btg',
  name: 'purpose',
  type: 'radio',
  value: 'BTG',
  label: say(view, 'Another pressing need', '其他紧急需要'),
  checked: purpose === 'BTG',
  required: true,
})}</fieldset>
${input(view, {
  id: 'reason',
  label: say(view, 'Reason', '原因'),
  hint: say(
    view,
    'In your own words, 10 characters or more; it is kept with the record.',
    '请用您自己的话说明（至少5个字），将随记录保存。',
  ),
  value: reason,
  autocomplete: 'off',
  maxlength: 500,
  long: true,
  problem,
})}
<div class="actions"><button class="danger">${say(view, 'Open in an emergency', '紧急开放')}</button></div>`,
)}
${button(view, `${base}/emergency`, say(view, 'Go on with my usual access', '以常规权限继续'), { kind: 'second', fields: { none: 'yes' } })}
${leaving(view, page)}`,
  };
}

function leaving(view: View, { base, switchable }: ChoicePage): Html {
  return html`${switchable && otherAccountButton(view, base)}${button(view, `${base}/refuse`, say(view, 'Cancel and go back to the app', '取消并返回应用'), { kind: 'link' })}`;
}

export function otherAccountButton(view: View, base: string): Html {
  return button(view, `${base}/other-account`, say(view, 'I am somebody else: sign in again', '我不是该用户：重新登录'), { kind: 'link' });
}
