/** The page on which somebody agrees: who asks, where it goes, on whom, and each thing that is asked for in plain words. */
import { describeScope, type ResourceScope, type SmartScope } from '../../access/scopes.js';
import { type Html, html } from '../../model/html.js';
import type { Account } from '../accounts.js';
import type { Asked } from '../interactions.js';
import type { Emergency } from '../launch-context.js';
import { otherAccountButton } from './choice-pages.js';
import { categoryWords, finerScopes } from './finer-scopes.js';
import { button, check, form } from './forms.js';
import { encounterLine, patientCard } from './people.js';
import type { EncounterCandidate, PatientCandidate } from './rooms.js';
import { type PageContent, type Problem, say, tell, type View } from './view.js';

export interface ConsentPage {
  readonly base: string;
  readonly asked: Asked;
  readonly account: Account;
  readonly patient?: PatientCandidate;
  readonly encounter?: EncounterCandidate;
  readonly emergency?: Emergency;
  /** Whether the patient may be changed here. */
  readonly choosable: boolean;
  readonly problem?: Problem | undefined;
}

/** Tell the application of what was chosen on the pages before: given with the choice itself. */
const ofTheChoice = new Set(['launch', 'launch/patient', 'launch/encounter', '__btg']);
const staying = new Set(['offline_access', 'online_access']);

export function isOfTheChoice({ text }: SmartScope): boolean {
  return ofTheChoice.has(text);
}

/** Emergency access is short, and nothing of it stays. */
export function isOffered(scope: SmartScope, emergency: Emergency | undefined): boolean {
  return !isOfTheChoice(scope) && !(emergency !== undefined && staying.has(scope.text));
}

export function consentPage(view: View, page: ConsentPage): PageContent {
  const { base, asked, account, patient, encounter, emergency, choosable, problem } = page;
  const offered = asked.scopes.filter((scope) => isOffered(scope, emergency));
  const records = offered.filter((scope) => scope.kind === 'resource');
  const others = offered.filter((scope) => scope.kind === 'named');
  return {
    title: say(view, `Allow “${asked.client.name}” to use your access?`, `是否允许“${asked.client.name}”使用您的权限？`),
    ...(problem && { problem }),
    body: html`${whoAsks(view, asked)}
<p>${say(view, 'You are signed in as', '当前登录：')} <strong>${account.displayName ?? account.name}</strong></p>
${emergency && html`<div class="warning"><p><strong>${say(view, 'Emergency access for 15 minutes, recorded and reviewed.', '紧急访问，为时15分钟，将被记录并审查。')}</strong></p><p>${emergency.reason}</p></div>`}
${patient && patientCard(view, patient)}
${encounter && html`<div class="chosen"><p class="hint">${say(view, 'Visit', '就诊')}</p><p>${encounterLine(view, encounter)}</p></div>`}
${choosable && button(view, `${base}/other-patient`, say(view, 'Choose another patient', '选择其他患者'), { kind: 'link' })}
${form(
  view,
  `${base}/consent`,
  html`${records.length > 0 && html`<fieldset id="scopes"><legend>${say(view, 'Records', '健康记录')}</legend>${records.map((scope, at) => recordScope(view, scope, at))}</fieldset>`}
${others.length > 0 && html`<fieldset><legend>${say(view, 'About you and your stay', '身份与会话')}</legend>${others.map((scope, at) => namedScope(view, scope, at))}</fieldset>`}
<p class="hint">${say(view, 'What you leave unticked is not given. You can take it back at any time on the page of your connected apps.', '未勾选的权限不会授予。您可随时在“已连接的应用”页面撤销授权。')}</p>
<div class="actions"><button name="agree" value="yes">${say(view, 'Allow', '允许')}</button><button class="second" name="agree" value="no">${say(view, 'Refuse', '拒绝')}</button></div>`,
)}
${asked.demandedAccount === undefined && otherAccountButton(view, base)}`,
  };
}

function whoAsks(view: View, { client }: Asked): Html {
  return html`<p>${say(view, 'What you allow goes to', '您授权的数据将发送至')} <strong class="code">${client.redirectOrigin}</strong></p>
${client.uri !== undefined && html`<p class="detail">${say(view, 'The app says of itself:', '该应用自述网址：')} <span class="code">${client.uri}</span></p>`}
${link(client.policyUri, say(view, 'Its privacy policy', '其隐私政策'))}${link(client.tosUri, say(view, 'Its terms', '其服务条款'))}`;
}

/** What an application registers as an address may be none. */
function link(address: string | undefined, words: string): Html {
  const safe = address !== undefined && /^https?:\/\//i.test(address);
  return html`${safe && html`<p><a href="${address}" rel="noreferrer noopener" target="_blank">${words}</a></p>`}`;
}

function recordScope(view: View, scope: ResourceScope, at: number): Html {
  const id = `scope-${at}`;
  const finer = finerScopes(scope);
  return html`${check({
    id,
    name: 'scope',
    value: scope.text,
    checked: true,
    label: html`<strong>${tell(view, describeScope(scope))}</strong>`,
    detail: html`${categoryWords(scope).map((words) => html`${say(view, 'Only:', '仅限：')} ${tell(view, words)} `)}<code>${scope.text}</code>`,
  })}
${
  finer.length > 0 &&
  html`<details class="finer"><summary>${say(view, 'Give only a part of it', '仅授予其中一部分')}</summary>
<fieldset><legend class="hidden">${say(view, 'Only this of it:', '仅授予：')} ${tell(view, describeScope(scope))}</legend>
${finer.map(({ text, words }, place) => check({ id: `${id}-${place}`, name: 'finer', value: text, label: tell(view, words) }))}
<p class="hint">${say(view, 'Where you tick something here, only that is given.', '在此勾选后，仅授予所勾选的部分。')}</p></fieldset></details>`
}`;
}

function namedScope(view: View, scope: SmartScope, at: number): Html {
  return check({
    id: `named-${at}`,
    name: 'scope',
    value: scope.text,
    checked: true,
    label: html`<strong>${tell(view, describeScope(scope))}</strong>`,
    detail: html`<code>${scope.text}</code>`,
  });
}
