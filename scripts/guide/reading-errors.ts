/** How to read what the server answers, for people who see an OperationOutcome for the first time. */
import { type Html, html } from '../../src/model/html.js';
import type { View } from './guide.js';

export function readingErrors({ say }: View): Html {
  const parts: readonly (readonly [string, string])[] = [
    [
      'severity',
      say(
        'error 是错误，有一个，整个请求就没有入库；warning 是提醒，不妨碍入库',
        'error: with a single one nothing of the request was stored; warning: hinders nothing',
      ),
    ],
    [
      'details.text',
      say(
        '一句话：发现了什么，应该是什么。请求头 Accept-Language 为 zh-CN 时是中文',
        'one sentence: what was found and what was expected; in the language of the header Accept-Language',
      ),
    ],
    [
      'expression',
      say(
        '在哪里：从资源名开始的路径，[0] 是第一个。Patient.identifier[0].value 是第一个标识的号码',
        'where: a path from the resource on, [0] is the first. Patient.identifier[0].value is the number of the first identifier',
      ),
    ],
    [
      'details.coding.code',
      say(
        '这种错误的固定名称，程序可以据此判断；以 cn- 开头的是规范里的约束',
        'a fixed name for the kind of fault, for programs; those that begin with cn- are rules of a profile',
      ),
    ],
    [
      'diagnostics',
      say('在发送的文本里的行和列，以及提出要求的规范', 'line and column of the text that was sent, and the profile that asks for it'),
    ],
  ];
  return html`<h3 id="reading">${say('怎样读错误', 'How to read an error')}</h3>
<p>${say('有错误时服务器回答状态码 400 或 422 和一个 OperationOutcome。它的 issue 列表里每一项是一个问题，先看这几处：', 'Where something is wrong the server answers with status 400 or 422 and an OperationOutcome. Each item of its list issue is one problem. Look at these parts first:')}</p>
<dl class="facts">${parts.map(([name, text]) => html`<dt><code>${name}</code></dt><dd>${text}</dd>`)}</dl>
<p>${say('入库成功的回答里没有 warning；想在发送时看到，加请求头 Prefer: return=OperationOutcome。', 'What was stored is answered without warnings; the header Prefer: return=OperationOutcome shows them.')}</p>
<p>${say('状态码 401：没有令牌或令牌过期；403：没有权限；412：按条件找到了不止一个资源；429：请求太密，过 Retry-After 秒再发；5xx：服务器的问题，稍后原样再发。', 'Status 401: no token, or one that has expired; 403: not permitted; 412: the condition met more than one resource; 429: too many requests, try again after the seconds of Retry-After; 5xx: a fault of the server, send the same again later.')}</p>`;
}
