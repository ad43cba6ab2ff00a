/** What the ticks of a consent page come to: some of what was asked for, or finer parts of it; never more, whatever the form says. */
import { coveredBy, parseScope, type ResourceScope, type ScopeTypes, type SmartScope } from '../../access/scopes.js';
import { finerScopes } from './finer-scopes.js';

/** `offered`: what the page showed. Where something finer is ticked of a scope, only that is given of it. */
export function givenScopes(
  offered: readonly SmartScope[],
  ticked: { readonly scope: readonly string[]; readonly finer: readonly string[] },
  types: ScopeTypes,
): readonly string[] {
  const given = offered.flatMap((scope) => {
    const finer = scope.kind === 'resource' ? finerOf(scope, ticked.finer) : [];
    if (finer.length > 0) return finer;
    return ticked.scope.includes(scope.text) ? [scope.text] : [];
  });
  return [...new Set(given)].filter((text) => {
    const parsed = parseScope(text, types);
    return parsed !== undefined && coveredBy(offered, parsed);
  });
}

/** Reading alone, ticked beside categories, means those categories read alone. */
function finerOf(scope: ResourceScope, ticked: readonly string[]): readonly string[] {
  const chosen = finerScopes(scope)
    .map(({ text }) => text)
    .filter((text) => ticked.includes(text));
  const readOnly = chosen.find((text) => !text.includes('?'));
  const categories = chosen.filter((text) => text.includes('?'));
  if (readOnly === undefined || categories.length === 0) return chosen;
  return categories.map((text) => `${readOnly}${text.slice(text.indexOf('?'))}`);
}
