/** The page of an account's owner: which applications are connected, the password, the authenticator, signing out. */
import { describeScope, parseScopes, type ScopeTypes } from '../../access/scopes.js';
import { type Html, html } from '../../model/html.js';
import type { Account } from '../accounts.js';
import type { GrantShown } from '../interactions.js';
import { button, form, input } from './forms.js';
import { patientName } from './people.js';
import type { PatientCandidate } from './rooms.js';
import { newPasswordFields } from './sign-in-pages.js';
import { type PageContent, type Problem, say, tell, type View } from './view.js';

export interface AccountPage {
  readonly base: string;
  /** Path of the page that asks whether to sign out. */
  readonly signOut: string;
  readonly account: Account;
  readonly grants: readonly GrantShown[];
  /** By id, as far as they are known. */
  readonly patients: ReadonlyMap<string, PatientCandidate>;
  readonly types: ScopeTypes;
  /** Whether its role may not do without a second factor. */
  readonly factorNeeded: boolean;
  readonly done?: string;
  readonly problem?: Problem | undefined;
}

export function accountPage(view: View, page: AccountPage): PageContent {
  const { base, account, grants, done, problem, signOut } = page;
  return {
    title: say(view, 'Connected apps', '已连接的应用'),
    ...(problem && { problem }),
    body: html`${done !== undefined && html`<p class="done" role="status">${done}</p>`}
<p>${say(view, 'You are signed in as', '当前登录：')} <strong>${account.displayName ?? account.name}</strong></p>
${
  grants.length === 0
    ? html`<p>${say(view, 'No app has access by your leave.', '目前没有应用获得您的授权。')}</p>`
    : html`<ul class="list">${grants.map((grant) => grantItem(view, page, grant))}</ul>`
}
<h2>${say(view, 'Authenticator', '身份验证器')}</h2>
${authenticator(view, page)}
<h2>${say(view, 'Password', '密码')}</h2>
<details${['password', 'new-password', 'repeated'].includes(problem?.field ?? '') && html` open`}><summary>${say(view, 'Change the password', '更改密码')}</summary>
${form(view, `${base}/change-password`, html`${presentPassword(view, 'password', problem)}${newPasswordFields(view, problem)}`)}</details>
<form method="get" action="${signOut}"><div class="actions"><button class="second">${say(view, 'Sign out', '退出登录')}</button></div></form>`,
  };
}

function grantItem(
  view: View,
  { base, types, patients }: AccountPage,
  { id, client, scopes, patient, emergency, madeAt, expires }: GrantShown,
): Html {
  const whom = patient && patientName(view, patients.get(patient) ?? { id: patient });
  const words = parseScopes(scopes.join(' '), types).map((scope) => html`<li>${tell(view, describeScope(scope))}</li>\n`);
  return html`<li><strong>${client.name}</strong>
<p class="detail">${say(view, `since ${day(madeAt)}, `, `授权日期 ${day(madeAt)}，`)}${lasting(view, madeAt, expires)}${
    whom !== undefined && say(view, `, for the patient: ${whom}`, `，患者：${whom}`)
  }${emergency && say(view, ', emergency access', '，紧急访问')}</p>
<details><summary>${say(view, 'What it may do', '权限内容')}</summary><ul>${words}</ul></details>
${button(view, `${base}/revoke`, say(view, `Take back the access of ${client.name}`, `撤销对${client.name}的授权`), { kind: 'danger', fields: { grant: id } })}</li>
`;
}

function authenticator(view: View, { base, account, factorNeeded, problem }: AccountPage): Html {
  const { totp } = account;
  const setUp = html`<details${problem?.field === 'proof' && html` open`}><summary>${
    totp === undefined
      ? say(view, 'Set up an authenticator', '设置身份验证器')
      : say(view, 'Set up another authenticator', '更换身份验证器')
  }</summary>${form(view, `${base}/set-up`, html`${presentPassword(view, 'proof', problem)}<div class="actions"><button>${say(view, 'Continue', '继续')}</button></div>`)}</details>`;
  if (totp === undefined) {
    return html`<p>${say(view, 'None is set up: the password alone signs you in.', '尚未设置：目前仅凭密码登录。')}</p>${setUp}`;
  }
  const left = totp.recovery.length;
  const remove = html`<details${problem?.field === 'removal' && html` open`}><summary>${say(view, 'Do without', '停用')}</summary>${form(
    view,
    `${base}/remove-factor`,
    html`${presentPassword(view, 'removal', problem)}<div class="actions"><button class="danger">${say(view, 'Remove the authenticator', '移除身份验证器')}</button></div>`,
  )}</details>`;
  return html`<p>${say(view, `Set up. Recovery codes left: ${left}.`, `已设置。剩余恢复码：${left}个。`)}</p>${setUp}${!factorNeeded && remove}`;
}

function presentPassword(view: View, id: string, problem: Problem | undefined): Html {
  const label = say(view, 'Present password', '当前密码');
  return input(view, { id, label, type: 'password', autocomplete: 'current-password', problem });
}

/** Of what ends within a day the date would tell nothing. */
function lasting(view: View, madeAt: number, expires: number): string {
  const minutes = Math.round((expires - madeAt) / 60_000);
  if (minutes >= 24 * 60) return say(view, `until ${day(expires)}`, `有效期至 ${day(expires)}`);
  if (minutes < 60) return say(view, `for ${minutes} minutes`, `为时${minutes}分钟`);
  const hours = Math.round(minutes / 60);
  return say(view, `for ${hours === 1 ? 'an hour' : `${hours} hours`}`, `为时${hours}小时`);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
