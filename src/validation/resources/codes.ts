/** Codes that a definition takes from a code system, as far as that is here. Source: R4 codesystem.html, valueset.html */
import { partsOf } from '../../definitions/canonicals.js';
import type { JsonObject } from '../../model/json.js';
import type { Severity } from '../../model/outcome.js';
import type { KnownCodes, KnownConcept } from '../../terminology/terminology.js';
import { inChinese, quoted, shorten } from '../rules/primitive.js';
import { type Ground, tell, textOf, within } from './ground.js';

/** The code system of a canonical or system and its version; undefined: nothing is known of it. */
export function contentOf(ground: Ground, system: string, version?: string): KnownCodes | undefined {
  const named = partsOf(system);
  return ground.compiler.terminology.codeSystem(named.url, named.version ?? version);
}

/** A code that a complete code system lacks: a warning where there may be a later version of it that does not. */
export function codeExists(ground: Ground, content: KnownCodes, system: string, code: string, severity: Severity = 'warning'): void {
  if (content.contains(code) !== 'out') return;
  const [name, found] = [shorten(system), shorten(code)];
  tell(ground, severity, 'code-invalid', [
    'code-unknown',
    `The code system ${name} has no code ${found}`,
    `代码系统 ${inChinese(name)} 没有代码 ${inChinese(found)}`,
  ]);
}

/** `display` beside `code` in `holder`, which the definitions call `owner`. Other languages are fine where the code system lists them. */
export function displayFits(ground: Ground, content: KnownCodes, owner: string, holder: JsonObject, severity: Severity): void {
  const [code, display] = [textOf(holder.code), textOf(holder.display)];
  if (code === undefined || display === undefined) return;
  const concept = content.find(code);
  if (concept?.display === undefined || displaysOf(concept).has(loose(display))) return;
  const [found, known] = [shorten(display), shorten(concept.display)];
  within(ground, owner, 'display', () =>
    tell(ground, severity, 'code-invalid', [
      'display-differs',
      `The display of ${shorten(code)} is ${known} in its code system, found ${found}`,
      `代码 ${quoted(code)} 在其代码系统中的显示名为 ${inChinese(known)}，实为 ${inChinese(found)}`,
    ]),
  );
}

function displaysOf({ display = '', designation = [] }: KnownConcept): ReadonlySet<string> {
  return new Set([loose(display), ...designation.map(({ value }) => loose(value))]);
}

function loose(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}
