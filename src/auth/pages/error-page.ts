/** The pages that end things: an error, and signing out. */

import { html } from '../../model/html.js';
import { type Message, message } from '../../model/message.js';
import { type PageContent, say, type View } from './view.js';

export function errorPage(view: View, text: Message, detail?: string): PageContent {
  return {
    title: say(view, 'This did not work', '无法继续'),
    problem: { text },
    body: html`${detail !== undefined && html`<p class="detail"><code>${detail}</code></p>`}<p>${say(
      view,
      'Close this page, or go back to the app and begin again there.',
      '请关闭此页面，或返回应用重新开始。',
    )}</p>`,
  };
}

/** What an OAuth error means for whoever sees it; its own words follow for whoever made the application. */
export function oauthText(code: string): Message {
  return texts[code] ?? message('app-error', 'The app asked in a way that this server cannot answer.', '该应用的请求无法被本服务器处理。');
}

const texts: Readonly<Record<string, Message>> = {
  invalid_client: message('unknown-client', 'This server does not know the app.', '本服务器未登记该应用。'),
  invalid_redirect_uri: message(
    'bad-redirect',
    'The app wants to be answered at an address that it has not registered.',
    '该应用请求的回调地址未登记。',
  ),
  server_error: message('server-error', 'Something went wrong here. Try again in a while.', '服务器出现问题，请稍后重试。'),
  temporarily_unavailable: message('busy', 'The server is busy. Try again in a while.', '服务器繁忙，请稍后重试。'),
};

export interface SignOutForm {
  readonly action: string;
  readonly xsrf: string;
  readonly client?: string;
}

export function signOutPage(view: View, { action, xsrf, client }: SignOutForm): PageContent {
  const title = say(view, 'Sign out?', '是否退出登录？');
  return {
    title,
    body: html`${client !== undefined && html`<p>${say(view, 'The app asks for it:', '应用请求退出登录：')} <strong>${client}</strong></p>`}
<p>${say(view, 'Apps that stay connected only while you are signed in lose their access.', '仅在登录期间保持连接的应用将失去访问权限。')}</p>
<form method="post" action="${action}"><input type="hidden" name="xsrf" value="${xsrf}">
<div class="actions"><button name="logout" value="yes">${say(view, 'Sign out', '退出登录')}</button><button class="second" name="stay" value="yes">${say(view, 'Stay signed in', '保持登录')}</button></div></form>`,
  };
}

export function signedOutPage(view: View, client: string | undefined): PageContent {
  return {
    title: say(view, 'You are signed out', '您已退出登录'),
    body: html`<p>${client !== undefined ? say(view, `You can go back to ${client}, or close this page.`, `您可以返回${client}，或关闭此页面。`) : say(view, 'You can close this page.', '您可以关闭此页面。')}</p>`,
  };
}
