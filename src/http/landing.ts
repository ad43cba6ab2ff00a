/**
 * The page at `/` for people who come with a browser: what answers here and how to go on. In the style of the guide, without scripts; of
 * what is stored it says nothing, for anybody may read it.
 */
import { type Html, html } from '../model/html.js';
import type { Language } from '../model/message.js';

export interface Landing {
  readonly software: { readonly name: string; readonly version: string };
  /** The FHIR base. */
  readonly fhir: string;
  /** Where people see what they have allowed; absent where access is not controlled. */
  readonly grants: string | undefined;
}

type Say = (en: string, zh: string) => string;

export function landingPage(landing: Landing, language: Language): Html {
  const { software, fhir, grants } = landing;
  const say: Say = (en, zh) => (language === 'zh' ? zh : en);
  return html`<!DOCTYPE html>
<html lang="${say('en', 'zh-CN')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${say(`${software.name}, a FHIR server`, '联医 FHIR 服务器')}</title>
<link rel="stylesheet" href="guide/style.css">
<link rel="icon" href="guide/icon.svg">
</head>
<body>
<header>
<p class="brand">${software.name} 联医</p>
<p class="switch">${language === 'zh' ? html`<a href="?lang=en" lang="en" hreflang="en">English</a>` : html`<a href="?lang=zh" lang="zh-CN" hreflang="zh-CN">中文</a>`}</p>
</header>
<main>
<h1>${say('A FHIR R4 server answers here', '这里是一台 FHIR R4 服务器')}</h1>
<p class="lead">${say(
    'Programs of hospitals and regional platforms send patients, visits, laboratory reports and other records to this address and search them. What breaks the rules of R4 or of the profiles it names is refused, with the reason.',
    '医院和区域平台的程序向此地址发送患者、就诊、检验报告等健康记录并进行检索。违反 R4 或所声明规范的数据会被拒收，并说明原因。',
  )}</p>
<dl class="facts">
<dt>${say('FHIR base', 'FHIR 地址')}</dt><dd><code>${fhir}</code></dd>
<dt>${say('Version', '版本')}</dt><dd>${software.name} ${software.version}${say(', FHIR 4.0.1', '，FHIR 4.0.1')}</dd>
<dt>${say('Access', '访问控制')}</dt><dd>${
    grants === undefined
      ? say('off: whoever reaches this address may read and write everything', '未启用：能访问此地址者均可读写全部数据')
      : say('SMART on FHIR: every request for data needs a token', 'SMART on FHIR：访问数据须携带令牌')
  }</dd>
</dl>
<div class="cards">
${card('guide/', say('Guide', '实施指南'), say('How to send a patient and a laboratory report, step by step; all profiles and codes.', '一步步说明怎样发送患者和检验报告；全部规范和代码。'))}
${card(`${fhir}/metadata`, say('CapabilityStatement', '能力声明'), say('What this server can do, as FHIR says it.', '按 FHIR 的方式说明本服务器支持的功能。'))}
${grants !== undefined && card(`${fhir}/.well-known/smart-configuration`, say('SMART configuration', 'SMART 配置'), say('Where apps get their tokens.', '应用从这里得知如何获取令牌。'))}
${grants !== undefined && card(grants, say('My account', '我的账户'), say('Sign in, see which apps you have allowed, and take it back.', '登录，查看已授权的应用，撤销授权。'))}
${card('health', say('Health', '运行状态'), say('Whether the store answers and its indexes are complete.', '存储是否可用、索引是否就绪。'))}
</div>
<h2>${say('First requests', '试一试')}</h2>
${grants === undefined ? openExamples(fhir, say) : guardedExamples(fhir, say)}
</main>
</body>
</html>
`;
}

function card(to: string, title: string, text: string): Html {
  return html`<article>
<h2><a href="${to}">${title}</a></h2>
<p>${text}</p>
</article>`;
}

/** Somebody who can be found by the searches that follow. */
const patient = `{"resourceType":"Patient","name":[{"text":"张三丰"}],"gender":"male","birthDate":"1990-03-07"}`;

function openExamples(fhir: string, say: Say): Html {
  const links = [
    ['Patient?name=zsf', say('By the initials of the pinyin', '按拼音首字母检索')],
    ['Patient?name=zhangsanfeng&birthdate=ge1980', say('By pinyin and year of birth', '按拼音和出生年份检索')],
    ['CodeSystem/$lookup?system=urn:oid:2.16.156.10011.2.3.3.4&code=2', say('What a national code means', '查询国家标准代码的含义')],
    [
      'ValueSet/$expand?url=https://lianyi.cn/fhir/ValueSet/gb-3304&filter=wwe',
      say('Ethnic groups by the initials of their pinyin', '按拼音首字母筛选民族代码'),
    ],
  ] as const;
  return html`<p>${say('Store a made-up patient:', '存入一位虚构的患者：')}</p>
${lines(`curl -H 'Content-Type: application/fhir+json' ${fhir}/Patient \\\n  -d '${patient}'`)}
<p>${say('Then, here in the browser:', '然后可直接在浏览器中打开：')}</p>
<ul>
${links.map(([path, what]) => html`<li>${what}${say(': ', '：')}<a href="${fhir}/${path}"><code>${path}</code></a></li>\n`)}</ul>`;
}

function guardedExamples(fhir: string, say: Say): Html {
  return html`<p>${say('Without a token, for everybody:', '无需令牌：')}</p>
${lines(`curl ${fhir}/metadata\ncurl ${fhir}/.well-known/smart-configuration`)}
<p>${say(
    'With a token that whoever keeps the server makes for ten minutes, where it is installed:',
    '携带令牌（由管理员在服务器所在机器上签发，十分钟内有效）：',
  )}</p>
${lines(`TOKEN=$(npx lianyi token --scope 'system/*.rs' --institution '*')\ncurl -H "Authorization: Bearer $TOKEN" '${fhir}/Patient?name=zsf'`)}`;
}

function lines(text: string): Html {
  return html`<pre tabindex="0"><code>${text}</code></pre>`;
}
