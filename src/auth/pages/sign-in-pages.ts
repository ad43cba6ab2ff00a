/** The pages by which somebody signs in: name and password, a code, a new password, an authenticator. */
import { renderSVG } from 'uqr';
import { type Html, html, trusted } from '../../model/html.js';
import { button, form, input } from './forms.js';
import { type PageContent, type Problem, say, type View } from './view.js';

export interface SignInPage {
  /** Where its forms lead. */
  readonly base: string;
  /** What is signed in for. */
  readonly client?: string;
  readonly name?: string;
  readonly problem?: Problem | undefined;
  /** Whether one can go back to the application without. */
  readonly refusable: boolean;
}

export function signInPage(view: View, { base, client, name, problem, refusable }: SignInPage): PageContent {
  const title = say(view, 'Sign in', '登录');
  return {
    title,
    ...(problem && { problem }),
    body: html`${client !== undefined && html`<p>${say(view, 'to go on to', '以继续访问')} <strong>${client}</strong></p>`}
${form(
  view,
  `${base}/sign-in`,
  html`${input(view, {
    id: 'name',
    label: say(view, 'Account name', '账户名'),
    autocomplete: 'username',
    maxlength: 200,
    problem,
    first: name === undefined,
    ...(name !== undefined && { value: name }),
  })}
${input(view, {
  id: 'password',
  label: say(view, 'Password', '密码'),
  type: 'password',
  autocomplete: 'current-password',
  problem,
  first: name !== undefined,
})}
<div class="actions"><button>${title}</button></div>`,
)}
${refusable && button(view, `${base}/refuse`, say(view, 'Go back to the app without signing in', '不登录，返回应用'), { kind: 'link' })}`,
  };
}

export function codePage(view: View, { base, name, problem }: SignInPage): PageContent {
  const recovery = problem?.field === 'recovery';
  return {
    title: say(view, 'Enter your code', '输入验证码'),
    ...(problem && { problem }),
    body: html`${whose(view, name)}
${form(
  view,
  `${base}/code`,
  html`${input(view, {
    id: 'code',
    label: say(view, 'Six-digit code', '六位验证码'),
    hint: say(view, 'The authenticator app on your phone shows it.', '请在手机身份验证器应用中查看。'),
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    maxlength: 20,
    problem,
    first: true,
  })}
<div class="actions"><button>${say(view, 'Continue', '继续')}</button></div>`,
)}
<details${recovery && html` open`}><summary>${say(view, 'I do not have my phone', '我的手机不在身边')}</summary>
${form(
  view,
  `${base}/code`,
  html`${input(view, {
    id: 'recovery',
    label: say(view, 'Recovery code', '恢复码'),
    hint: say(
      view,
      'One of those you were given when the authenticator was set up. Each works once.',
      '设置身份验证器时获得的恢复码，每个只能使用一次。',
    ),
    autocomplete: 'off',
    maxlength: 40,
    problem,
  })}
<div class="actions"><button class="second">${say(view, 'Use the recovery code', '使用恢复码')}</button></div>`,
)}</details>
${startAgain(view, base)}`,
  };
}

export function newPasswordPage(view: View, { base, name, problem }: SignInPage): PageContent {
  return {
    title: say(view, 'Choose your own password', '设置您自己的密码'),
    ...(problem && { problem }),
    body: html`${whose(view, name)}
<p>${say(view, 'The present one was set by somebody else.', '当前密码由他人设置，请先更换。')}</p>
${form(view, `${base}/password`, newPasswordFields(view, problem))}
${startAgain(view, base)}`,
  };
}

export function newPasswordFields(view: View, problem: Problem | undefined): Html {
  return html`${input(view, {
    id: 'new-password',
    label: say(view, 'New password', '新密码'),
    hint: say(
      view,
      '10 characters or more, of three kinds: small and capital letters, digits, others. From 16 characters on anything goes, such as a sentence.',
      '至少10个字符，包含小写字母、大写字母、数字、其他字符中的三类；16个字符以上不限，例如一句话。',
    ),
    type: 'password',
    autocomplete: 'new-password',
    problem,
  })}
${input(view, {
  id: 'repeated',
  label: say(view, 'The new password again', '再次输入新密码'),
  type: 'password',
  autocomplete: 'new-password',
  problem,
})}
<div class="actions"><button>${say(view, 'Set the password', '设置密码')}</button></div>`;
}

export interface EnrolPage extends SignInPage {
  readonly secret: string;
  readonly uri: string;
}

export function enrolPage(view: View, { base, name, problem, secret, uri }: EnrolPage): PageContent {
  return {
    title: say(view, 'Set up an authenticator', '设置身份验证器'),
    ...(problem && { problem }),
    body: html`${whose(view, name)}
<p>${say(
      view,
      'Signing in needs a second proof beside the password. Scan this with an authenticator app on your phone (one that knows TOTP), then type the code it shows.',
      '登录除密码外还需第二重验证。请用手机上的身份验证器应用（支持 TOTP）扫描下图，然后输入其显示的验证码。',
    )}</p>
<div role="img" aria-label="${say(view, 'QR code with the key below', '包含下方密钥的二维码')}">${drawing(uri)}</div>
<p>${say(view, 'Or type this key into the app:', '或在应用中输入此密钥：')} <span class="code">${(secret.match(/.{1,4}/g) ?? []).join(' ')}</span></p>
${form(
  view,
  `${base}/enrol`,
  html`${input(view, {
    id: 'code',
    label: say(view, 'Six-digit code', '六位验证码'),
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    maxlength: 20,
    problem,
  })}
<div class="actions"><button>${say(view, 'Continue', '继续')}</button></div>`,
)}
${startAgain(view, base)}`,
  };
}

export function recoveryCodesPage(view: View, { base, codes }: { readonly base: string; readonly codes: readonly string[] }): PageContent {
  return {
    title: say(view, 'Keep these recovery codes', '请妥善保存这些恢复码'),
    body: html`<p>${say(
      view,
      'Each signs you in once in place of a code of the authenticator, should your phone be lost. They are not shown again: write them down or print this page, and keep them where nobody else looks.',
      '手机丢失时，每个恢复码可代替验证码登录一次。它们不会再次显示：请抄写或打印本页，并存放在他人无法看到的地方。',
    )}</p>
<ul class="codes">${codes.map((code) => html`<li class="code">${code}</li>\n`)}</ul>
${form(view, `${base}/go-on`, html`<div class="actions"><button>${say(view, 'I have kept them', '我已保存')}</button></div>`)}`,
  };
}

function whose(view: View, name: string | undefined): Html {
  return html`<p>${say(view, 'Account:', '账户：')} <strong>${name}</strong></p>`;
}

function startAgain(view: View, base: string): Html {
  return button(view, `${base}/again`, say(view, 'Sign in with another account', '使用其他账户登录'), { kind: 'link' });
}

/** uqr draws rectangles and paths with attributes alone, which the policy of the page allows. */
function drawing(uri: string): Html {
  return trusted(renderSVG(uri, { border: 3, ecc: 'M' }).replace('<svg ', '<svg class="qr" aria-hidden="true" focusable="false" '));
}
