/** What all pages have around them: head, way to the other pages, the switch to the other language. No scripts: links are enough. */
import { type Html, html } from '../../src/model/html.js';
import type { Language } from '../../src/model/message.js';
import { type Guide, type Page, type View, viewOf } from './guide.js';
import { htmlLanguage } from './language.js';

const ways: readonly { readonly path: string; readonly zh: string; readonly en: string }[] = [
  { path: 'index.html', zh: '首页', en: 'Home' },
  { path: 'send-patient.html', zh: '发送患者', en: 'Send a Patient' },
  { path: 'send-lab-report.html', zh: '发送检验报告', en: 'Send a lab report' },
  { path: 'profiles.html', zh: '规范', en: 'Profiles' },
  { path: 'terminology.html', zh: '代码', en: 'Codes' },
  { path: 'identifiers.html', zh: '标识', en: 'Identifiers' },
  { path: 'data-elements.html', zh: '数据元', en: 'Data elements' },
  { path: 'region.html', zh: '地方规范包', en: 'A region’s package' },
  { path: 'a-z.html', zh: '索引', en: 'Index' },
];

/** The whole page in one language. */
export function pageText(guide: Guide, page: Page, language: Language): string {
  const view = viewOf(guide, page.path, language);
  const other: Language = language === 'zh' ? 'en' : 'zh';
  const title = page.title[language];
  return html`<!DOCTYPE html>
<html lang="${htmlLanguage[language]}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>${page.path === 'index.html' ? '' : `${title} · `}${view.say('联医实施指南', 'Lianyi implementation guide')}</title>
<link rel="stylesheet" href="${view.file('style.css')}"/>
<link rel="icon" href="${view.file('icon.svg')}"/>
<link rel="alternate" hreflang="${htmlLanguage[other]}" href="${view.file(`${other}/${page.path}`)}"/>
</head>
<body>
<a class="skip" href="#content">${view.say('跳到正文', 'Skip to the content')}</a>
<header>
<p class="brand"><a href="${view.to('index.html')}">${view.say('联医实施指南', 'Lianyi implementation guide')}</a></p>
<p class="switch"><a lang="${htmlLanguage[other]}" hreflang="${htmlLanguage[other]}" href="${view.file(`${other}/${page.path}`)}">${other === 'zh' ? '中文' : 'English'}</a></p>
<nav aria-label="${view.say('主要栏目', 'Main')}"><ul>${ways.map((way) => wayTo(view, page, way))}</ul></nav>
</header>
<main id="content">
<h1>${title}</h1>
${page.body(view)}
</main>
<footer>
<p>${view.say('由规范包生成：', 'Made from the packages ')}${guide.packages.map(({ name, version }) => `${name} ${version}`).join(view.say('、', ', '))}${view.say('。非官方实施指南，未经任何主管部门认可；示例中的人员和号码均为虚构。', '. Not an official guide and endorsed by nobody; the people and numbers of the examples are made up.')}</p>
</footer>
</body>
</html>
`.toString();
}

function wayTo({ to, say }: View, { path: here }: Page, { path, zh, en }: (typeof ways)[number]): Html {
  const isHere = path === here;
  return html`<li><a href="${to(path)}"${isHere && html` aria-current="page"`}>${say(zh, en)}</a></li>`;
}
