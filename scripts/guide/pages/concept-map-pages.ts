/** A page for each map between codes. Source: R4 conceptmap.html */
import type { ConceptMap, ConceptMapGroup } from 'fhir/r4.js';
import { type Html, html } from '../../../src/model/html.js';
import { canonicalLink } from '../canonical-link.js';
import { codeSystemOf, conceptsOf, mapTitle, nameIn } from '../concepts.js';
import { type Page, resourcePath, type View } from '../guide.js';
import type { GuidePackage } from '../read-package.js';

export function conceptMapPages(of: GuidePackage): readonly Page[] {
  return of.conceptMaps.map((map) => ({
    path: resourcePath(of, 'ConceptMap', map.id),
    title: { zh: mapTitle(map, 'zh'), en: mapTitle(map, 'en') },
    body: (view) => body(view, map),
  }));
}

function body(view: View, { url = '', description, group = [] }: ConceptMap): Html {
  const { say } = view;
  return html`<p class="lead">${view.own(description)}</p>
<dl class="facts"><dt>${say('映射地址', 'Canonical')}</dt><dd><code class="long">${url}</code></dd></dl>
${group.map((one) => table(view, one))}`;
}

function table(view: View, { source = '', target = '', element }: ConceptMapGroup): Html {
  const { say } = view;
  const [from, to] = [namesOf(view, source), namesOf(view, target)];
  return html`<div class="wide"><table class="codes">
<caption>${canonicalLink(view, source)} → ${canonicalLink(view, target)}</caption>
<thead><tr><th scope="col">${say('代码', 'Code')}</th><th scope="col">${say('名称', 'Name')}</th><th scope="col">${say('关系', 'Relation')}</th><th scope="col">${say('对应代码', 'Counterpart')}</th><th scope="col">${say('对应名称', 'Name')}</th></tr></thead>
<tbody>
${element.flatMap(({ code = '', display, target: targets = [] }) =>
  targets.map(
    (
      one,
    ) => html`<tr><th scope="row"><code>${code}</code></th><td>${view.own(from.get(code) ?? display)}</td><td>${relation(view, one.equivalence)}</td><td><code>${one.code ?? ''}</code></td><td>${view.own(to.get(one.code ?? '') ?? one.display)}</td></tr>
`,
  ),
)}</tbody></table></div>`;
}

function namesOf({ guide, language }: View, url: string): ReadonlyMap<string, string> {
  const system = codeSystemOf(guide, url);
  return new Map((system === undefined ? [] : conceptsOf(system)).map((concept) => [concept.code, nameIn(concept, language)]));
}

/** In R4 the equivalence is read from the target to the source. Source: R4 valueset-concept-map-equivalence.html */
function relation({ say }: View, equivalence: string): string {
  if (equivalence === 'equivalent' || equivalence === 'equal') return say('相同', 'the same');
  if (equivalence === 'wider' || equivalence === 'subsumes') return say('对应代码更宽', 'the counterpart is wider');
  if (equivalence === 'narrower' || equivalence === 'specializes') return say('对应代码更窄', 'the counterpart is narrower');
  if (equivalence === 'inexact') return say('部分相同', 'they overlap');
  if (equivalence === 'unmatched' || equivalence === 'disjoint') return say('无对应', 'no counterpart');
  return say('有关', 'related');
}
