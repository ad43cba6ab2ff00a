/** The identifier systems of the packages: what `Identifier.system` has to be, and where each may stand. Source: R4 namingsystem.html */
import type { NamingSystem } from 'fhir/r4.js';
import { type Html, html } from '../../../src/model/html.js';
import { canonicalLink } from '../canonical-link.js';
import { isOfIdentifiers, type Page, type View, wordsOf } from '../guide.js';

export const identifiersPage: Page = {
  path: 'identifiers.html',
  title: { zh: '标识', en: 'Identifiers' },
  body: (view) => html`<p class="lead">${view.say(
    '每种号码都有自己的 system。FHIR 只看 system 与 value 两者相同才算同一个号码，所以 system 要照抄。',
    'Every kind of number has a system of its own. FHIR takes two numbers for the same only where system and value are the same: copy the system exactly.',
  )}</p>
<ul class="columns">${all(view).map((system) => html`<li><a href="#${system.id ?? ''}">${titleOf(view, system)}</a></li>`)}</ul>
${all(view).map((system) => entry(view, system))}`,
};

function all({ guide }: View): readonly NamingSystem[] {
  return guide.packages.flatMap(({ namingSystems }) => namingSystems.filter(isOfIdentifiers));
}

function titleOf({ language }: View, { description, name }: NamingSystem): string {
  return wordsOf(description ?? name)[language];
}

function entry(view: View, system: NamingSystem): Html {
  const { say } = view;
  const values = system.uniqueId.filter(({ type }) => type === 'uri' || type === 'other');
  const preferred = values.find((one) => one.preferred === true) ?? values[0];
  const others = system.uniqueId.filter((one) => one !== preferred);
  const code = system.type?.coding?.[0]?.code;
  return html`<section>
<h2 id="${system.id ?? ''}">${titleOf(view, system)}</h2>
<dl class="facts">
<dt>system</dt><dd><code class="long">${preferred?.value ?? ''}</code></dd>
${others.length > 0 && html`<dt>${say('也见于', 'Also seen as')}</dt><dd>${others.map(({ value }, at) => html`${at > 0 && ' '}<code>${value}</code>`)}</dd>`}
${code !== undefined && html`<dt>${say('类型', 'Type')}</dt><dd><code>${code}</code> (v2 0203)</dd>`}
${system.responsible !== undefined && html`<dt>${say('发号方', 'Issued by')}</dt><dd lang="zh-CN">${system.responsible}</dd>`}
${system.usage !== undefined && html`<dt>${say('说明', 'Notes')}</dt><dd>${view.own(system.usage)}</dd>`}
${places(view, new Set(values.map(({ value }) => value)))}
</dl>
</section>
`;
}

/** The elements of profiles that fix this system. */
function places(view: View, systems: ReadonlySet<string>): Html {
  const found = view.guide.packages.flatMap(({ profiles }) =>
    profiles.flatMap(({ url, differential }) =>
      (differential?.element ?? [])
        .filter(({ fixedUri, patternUri }) => systems.has(fixedUri ?? patternUri ?? ''))
        .map(({ id = '' }) => ({ url, id: id.replace(/\.system$/, '') })),
    ),
  );
  if (found.length === 0) return html``;
  return html`<dt>${view.say('用在', 'Used by')}</dt><dd>${found.map(({ url, id }, at) => html`${at > 0 && view.say('；', '; ')}${canonicalLink(view, url)} <code>${id}</code>`)}</dd>`;
}
