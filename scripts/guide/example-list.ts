/** The examples of a profile: what is valid, and what is not with the errors that the server finds in it. */
import { type Html, html } from '../../src/model/html.js';
import type { Issue } from '../../src/model/outcome.js';
import { examplePath, type View } from './guide.js';
import type { Example, GuidePackage } from './read-package.js';

export function exampleList(view: View, of: GuidePackage, profile: string | undefined): Html {
  const examples = of.examples.filter((example) => example.profile === profile);
  if (examples.length === 0) return html``;
  const { say } = view;
  const [valid, invalid] = [examples.filter(({ isValid }) => isValid), examples.filter(({ isValid }) => !isValid)];
  return html`<section>
<h2 id="examples">${say('示例', 'Examples')}</h2>
<h3>${say('可以接收的', 'Accepted')}</h3>
${valid.map((example) => shown(view, of, example, html``))}
<h3>${say('会被拒绝的，及报告的错误', 'Refused, with the errors that are told')}</h3>
${invalid.map((example) => shown(view, of, example, issueList(view, errorsOf(view.guide.judge(example.resource)))))}
</section>`;
}

function shown(view: View, of: GuidePackage, { profile, name, text }: Example, errors: Html): Html {
  return html`<article class="example">
<h4><code>${name}</code></h4>
${errors}
<details><summary>JSON</summary>
<pre><code>${text}</code></pre></details>
<p class="file"><a href="${view.file(examplePath(of, profile, name))}">${view.say('下载此文件', 'This file')}</a></p>
</article>
`;
}

export function errorsOf(issues: readonly Issue[]): readonly Issue[] {
  return issues.filter(({ severity }) => severity === 'error' || severity === 'fatal');
}

export function issueList({ language, say }: View, issues: readonly Issue[]): Html {
  return html`<ul class="issues">
${issues.map(
  ({
    message,
    expression,
  }) => html`<li><span class="severity error">${say('错误', 'error')}</span> ${message[language]}${expression !== undefined && html` <span class="where">${say('位置', 'at')} <code>${expression}</code></span>`}</li>
`,
)}</ul>`;
}
