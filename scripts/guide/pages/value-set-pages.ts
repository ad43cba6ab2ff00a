/** A page for each value set: of what it is composed, and the codes where they are in the packages. Source: R4 valueset.html#compositions */
import type { ValueSet, ValueSetComposeInclude } from 'fhir/r4.js';
import { type Html, html } from '../../../src/model/html.js';
import { canonicalLink } from '../canonical-link.js';
import { codeSystemOf, conceptsOf, nameIn } from '../concepts.js';
import { strength } from '../element-cells.js';
import { type Page, resourcePath, type View, wordsOf } from '../guide.js';
import type { GuidePackage } from '../read-package.js';

export function valueSetPages(of: GuidePackage): readonly Page[] {
  return of.valueSets.map((valueSet) => ({
    path: resourcePath(of, 'ValueSet', valueSet.id),
    title: wordsOf(valueSet.title ?? valueSet.name ?? ''),
    body: (view) => body(view, valueSet),
  }));
}

function body(view: View, { url = '', version, description, compose }: ValueSet): Html {
  const { say } = view;
  return html`<p class="lead">${view.own(description)}</p>
<dl class="facts">
<dt>${say('值集地址', 'Canonical')}</dt><dd><code class="long">${url}</code></dd>
<dt>${say('版本', 'Version')}</dt><dd>${version ?? ''}</dd>
</dl>
<section>
<h2 id="codes">${say('包括', 'Holds')}</h2>
${(compose?.include ?? []).map((include) => part(view, include))}
</section>
${compose?.exclude !== undefined && html`<section><h2 id="excluded">${say('除外', 'Without')}</h2>${compose.exclude.map((exclude) => part(view, exclude))}</section>`}
${boundBy(view, url)}`;
}

function part(view: View, { system: url, version, concept, filter = [], valueSet = [] }: ValueSetComposeInclude): Html {
  const { say } = view;
  const system = url === undefined || version === undefined ? url : `${url}|${version}`;
  const conditions = filter.map(({ property, op, value }) => html`<code>${property} ${op} ${value}</code>`);
  const sets = valueSet.map((one) => canonicalLink(view, one));
  const from = system === undefined ? '' : html`${say('代码系统 ', 'Codes of ')}${canonicalLink(view, system, systemName(view, system))}`;
  const where =
    conditions.length === 0
      ? ''
      : html`${say('，条件：', ', where ')}${conditions.map((one, at) => html`${at > 0 && say('，', ', ')}${one}`)}`;
  const all = concept === undefined && conditions.length === 0 && sets.length === 0;
  return html`<p>${from}${where}${sets.length > 0 && html`${say(' 值集 ', ' Value set ')}${sets.map((one, at) => html`${at > 0 && say('、', ', ')}${one}`)}`}${all && say(' 的全部代码', ', all of them')}</p>
${codes(view, system, all ? undefined : (concept ?? []))}`;
}

function systemName({ guide, language }: View, url: string): string | undefined {
  const title = codeSystemOf(guide, url)?.title;
  return title === undefined ? undefined : wordsOf(title)[language];
}

/** `chosen` undefined: all of the system. */
function codes(view: View, url: string | undefined, chosen: readonly { code: string; display?: string }[] | undefined): Html {
  const system = codeSystemOf(view.guide, url ?? '');
  const known = new Map((system === undefined ? [] : conceptsOf(system)).map((concept) => [concept.code, concept]));
  const rows =
    chosen === undefined
      ? [...known.values()]
      : chosen.map(({ code, display = '' }) => known.get(code) ?? { code, display, english: undefined });
  if (rows.length === 0) return html``;
  return html`<details${rows.length <= 60 && html` open=""`}><summary>${view.say(`${rows.length} 个代码`, `${rows.length} codes`)}</summary>
<div class="wide"><table class="codes"><tbody>
${rows.map(
  (row) => html`<tr><th scope="row"><code>${row.code}</code></th><td>${view.own(nameIn(row, view.language))}</td></tr>
`,
)}</tbody></table></div></details>`;
}

/** The elements whose codes it says. */
function boundBy(view: View, url: string): Html {
  const uses = view.guide.packages.flatMap(({ profiles, extensions }) =>
    [...profiles, ...extensions].flatMap((structure) =>
      (structure.differential?.element ?? [])
        .filter(({ binding }) => binding?.valueSet?.split('|')[0] === url)
        .map(({ id = '', binding }) => ({ structure, id, strength: binding?.strength ?? '' })),
    ),
  );
  if (uses.length === 0) return html``;
  return html`<section>
<h2 id="used-by">${view.say('用在', 'Used by')}</h2>
<ul>${uses.map((use) => html`<li>${canonicalLink(view, use.structure.url)} <code>${use.id}</code> <span class="strength">${strength(view, use.strength)}</span></li>`)}</ul>
</section>`;
}
