/** What every page is given: its language, where it stands, and the token its forms carry. */

import { type Html, html, trusted } from '../../model/html.js';
import type { Language, Message } from '../../model/message.js';
import { style } from './style.js';

export interface View {
  readonly language: Language;
  /** What the server is called. */
  readonly software: string;
  /** Path of the page, with its query, as it is asked for again in the other language. */
  readonly self: string;
  /** Proves that a form was made here for this browser. */
  readonly token: string;
}

export interface Problem {
  /** Id of the field, where one is at fault. */
  readonly field?: string;
  readonly text: Message;
}

export interface PageContent {
  readonly title: string;
  readonly problem?: Problem;
  readonly body: Html;
}

/** In the language of the page. */
export function say({ language }: View, en: string, zh: string): string {
  return language === 'zh' ? zh : en;
}

export function tell(view: View, text: Message): string {
  return say(view, text.en, text.zh);
}

export function renderPage(view: View, { title, problem, body }: PageContent): string {
  const heading = problem === undefined ? title : say(view, `Error: ${title}`, `错误：${title}`);
  return html`<!doctype html>
<html lang="${view.language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<title>${heading} - ${view.software}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<style>${trusted(style)}</style>
</head>
<body>
<header><p>${view.software}</p><nav aria-label="${say(view, 'Language', '语言')}">${otherLanguage(view)}</nav></header>
<main>
${problem && summary(view, problem)}
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.toString();
}

function otherLanguage({ language, self }: View): Html {
  const to = (tag: string) => `${self}${self.includes('?') ? '&' : '?'}lang=${tag}`;
  return language === 'zh'
    ? html`<a href="${to('en')}" lang="en" hreflang="en">English</a>`
    : html`<a href="${to('zh')}" lang="zh-CN" hreflang="zh-CN">中文</a>`;
}

function summary(view: View, { field, text }: Problem): Html {
  const words = tell(view, text);
  return html`<div class="summary" role="alert" tabindex="-1" autofocus>
<h2>${say(view, 'There is a problem', '出现问题')}</h2>
<p>${field === undefined ? words : html`<a href="#${field}">${words}</a>`}</p>
</div>`;
}
