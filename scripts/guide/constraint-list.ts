/** The constraints that the packages add, in words and as FHIRPath. Source: R4 conformance-rules.html#constraints */
import type { ElementDefinitionConstraint, StructureDefinition } from 'fhir/r4.js';
import { type Html, html } from '../../src/model/html.js';
import type { Language } from '../../src/model/message.js';
import { isOwn } from './element-cells.js';
import type { View } from './guide.js';

interface Rule {
  readonly constraint: ElementDefinitionConstraint;
  readonly places: readonly string[];
}

const translation = 'http://hl7.org/fhir/StructureDefinition/translation';

export function constraintList(view: View, structure: StructureDefinition): Html {
  const { say } = view;
  const rules = rulesOf(view, structure);
  if (rules.length === 0) return html``;
  return html`<section>
<h2 id="rules">${say('约束', 'Rules')}</h2>
<p>${say('“错误”会使资源不被接收，“警告”只作提示。', 'An error keeps a resource from being stored; a warning only tells.')}</p>
<dl class="rules">
${rules.map(
  ({
    constraint,
    places,
  }) => html`<dt id="rule-${constraint.key}"><code>${constraint.key}</code> <span class="severity ${constraint.severity}">${constraint.severity === 'error' ? say('错误', 'error') : say('警告', 'warning')}</span></dt>
<dd><p>${wording(constraint, view.language)}</p>
<p class="where">${say('在 ', 'On ')}${places.map((place, at) => html`${at > 0 && ', '}<code>${place}</code>`)}</p>
${constraint.expression !== undefined && html`<details><summary>FHIRPath</summary><pre><code>${constraint.expression}</code></pre></details>`}</dd>
`,
)}</dl>
</section>`;
}

/** Each once, with the elements that obey it. */
function rulesOf(view: View, structure: StructureDefinition): readonly Rule[] {
  const byKey = new Map<string, { constraint: ElementDefinitionConstraint; places: string[] }>();
  for (const { id = '', constraint = [] } of structure.snapshot?.element ?? []) {
    for (const one of constraint) {
      if (!isOwn(view, one.source)) continue;
      const rule = byKey.get(one.key) ?? { constraint: one, places: [] };
      rule.places.push(id);
      byKey.set(one.key, rule);
    }
  }
  // A rule on all identifiers stands on each slice too: the shortest place says it.
  return [...byKey.values()].map(({ constraint, places }) => ({
    constraint,
    places: places.filter((place) => !places.some((other) => place !== other && place.startsWith(`${other}:`))),
  }));
}

export function wording({ human, _human }: ElementDefinitionConstraint, language: Language): string {
  if (language === 'en') return human;
  const translations = (_human?.extension ?? []).filter(({ url }) => url === translation);
  const chinese = translations.find(({ extension = [] }) =>
    extension.some(({ url, valueCode }) => url === 'lang' && valueCode?.startsWith('zh')),
  );
  return chinese?.extension?.find(({ url }) => url === 'content')?.valueString ?? human;
}
