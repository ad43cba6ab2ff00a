/**
 * `:in`, `:not-in`, `:above` and `:below` on tokens: the codes that a value set stands for, or that a code subsumes, put in the place of
 * what was asked. A code system that a value set takes whole is matched by its name. Source: R4 search.html#token, #mimetype
 */
import { message } from '../../model/message.js';
import { type FhirError, fault, type Issue } from '../../model/outcome.js';
import type { Predicate } from '../../store/port.js';
import { isObstacle } from '../../terminology/obstructed.js';
import { MOST_SELECTED } from '../../terminology/select.js';
import type { Obstacle } from '../../terminology/terminology.js';
import type { SearchContext } from '../context.js';
import { addToken } from '../entry-list.js';
import { localize } from '../local.js';
import { withMany } from '../many-codes.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import type { Parameters } from '../search.js';
import { alternatives, splitEscaped, unescapeValue } from '../values.js';
import { codeIn, impliedCode, impliedSystems, systemIn, type TokenValue } from './token-values.js';
import type { Asked, Indexer } from './type.js';

export function matchIn(asked: Asked, context: SearchContext): Predicate {
  const values = asked.values.flatMap((value) => inValueSet(asked, unescapeValue(asked.name, value), context));
  return withMany(asked.parameter, values, context.definitions, context.codeSystems.live);
}

function inValueSet(asked: Asked, value: string, context: SearchContext): readonly TokenValue[] {
  const selection = context.codeSystems.select(canonicalOf(asked, value, context));
  if (isObstacle(selection)) throw impossible(asked, value, selection);
  const { parameter } = asked;
  const values: TokenValue[] = [];
  for (const why of selection.wholes.values()) {
    if (context.approximately === undefined) throw impossible(asked, value, why);
    context.approximately(bySystemAlone(asked, value, why));
  }
  for (const system of selection.wholes.keys()) values.push(...systemIn(parameter, system, context));
  for (const [system, codes] of selection.codes) {
    if (codes.size > MOST_SELECTED) throw tooLarge(asked, value);
    for (const code of codes) values.push(...codeIn(system, code, context), ...impliedCode(parameter, system, code, context));
  }
  return values;
}

/** Value sets that the parameters name, worked out in steps: a large one takes a while. */
export function* readySelections(parameters: Parameters, context: SearchContext): Generator<undefined, void> {
  for (const [name, value] of parameters) {
    if (!/:(?:not-)?in$/.test(name)) continue;
    for (const one of alternatives(value)) yield* context.codeSystems.selecting(canonicalOf({ name }, unescapeValue(name, one), context));
  }
}

/** `ValueSet/[id]` of this server, or a canonical. */
function canonicalOf({ name }: Pick<Asked, 'name'>, value: string, { codeSystems, baseUrl }: SearchContext): string {
  const here = localize(value, baseUrl);
  const [type, id = '', ...more] = here.split('/');
  if (type === 'ValueSet' && more.length === 0) {
    const canonical = codeSystems.valueSetAt(id);
    if (canonical === undefined) throw unknownValueSet(name, here);
    return canonical;
  }
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(here)) return here;
  throw malformed(name, value, 'the URL of a value set or ValueSet/id', '值集的 URL 或 ValueSet/id');
}

/** `system|code`; the system may be left out where the element draws on one alone. */
export function matchRelated(asked: Asked, direction: 'below' | 'above', context: SearchContext): Predicate {
  const { parameter } = asked;
  const values = asked.values.flatMap((value) => relatedTo(asked, direction, value, context));
  const codes = withMany(parameter, values, context.definitions, context.codeSystems.live);
  if (direction === 'above' || !isMimeType(parameter, context)) return codes;
  return { kind: 'any', of: [codes, { kind: 'match', param: baseTypesOf(parameter.code), match: { kind: 'token', values } }] };
}

function relatedTo(asked: Asked, direction: 'below' | 'above', value: string, context: SearchContext): readonly TokenValue[] {
  const { parameter, name } = asked;
  const parts = splitEscaped(value, '|').map((part) => unescapeValue(name, part));
  const [system = '', code = ''] = parts.length === 1 ? [soleSystem(parameter, context), ...parts] : parts;
  if (parts.length > 2 || system === '' || code === '') {
    throw malformed(
      name,
      value,
      'system|code, because codes are above and below others in their code system',
      'system|code，因为代码的上下位关系取决于其代码系统',
    );
  }
  if (system === MIME_TYPES) return relatedMimeTypes(direction, code);
  const found = context.codeSystems.related(direction, system, code);
  if (isObstacle(found)) throw impossible(asked, value, found);
  if (found.size > MOST_SELECTED) throw tooLarge(asked, value);
  return [...found].flatMap((one) => [...codeIn(system, one, context), ...impliedCode(parameter, system, one, context)]);
}

function soleSystem(parameter: Parameter, context: SearchContext): string {
  const systems = impliedSystems(parameter, context);
  const [only = ''] = systems;
  return systems.size === 1 ? only : '';
}

const MIME_TYPES = 'urn:ietf:bcp:13';
/** The name of the entries that hold media types without their parameters. */
const baseTypesOf = (code: string) => `${code}:below`;

function isMimeType(parameter: Parameter, context: SearchContext): boolean {
  return impliedSystems(parameter, context).has(MIME_TYPES);
}

/** `text/xml` stands above `text/xml; charset=UTF-8`. */
function relatedMimeTypes(direction: 'below' | 'above', code: string): readonly TokenValue[] {
  const base = baseType(code);
  return direction === 'below' || base === undefined
    ? [{ system: null, code }]
    : [
        { system: null, code },
        { system: null, code: base },
      ];
}

function baseType(code: string): string | undefined {
  const end = code.indexOf(';');
  return end < 0 ? undefined : code.slice(0, end).trim();
}

/** A media type with parameters is also found below the one without. */
export function mimeTypeIndexer(parameter: Parameter, context: SearchContext): Indexer {
  const param = baseTypesOf(parameter.code);
  return (value, list) => {
    const base = typeof value === 'string' ? baseType(value) : undefined;
    if (base !== undefined && isMimeType(parameter, context)) addToken(list, param, undefined, base);
  };
}

function impossible(asked: Asked, value: string, [why, whyZh]: Obstacle): FhirError {
  const shown = short(value);
  const text = message(
    'search-codes-unknown',
    `The codes that "${asked.name}=${shown}" stands for cannot be told: ${why}`,
    `无法得知“${asked.name}=${shown}”所代表的代码：${whyZh}`,
  );
  return fault('not-supported', text, { expression: asked.name });
}

/** Source: R4 search.html#token: whoever searches is told what the answer has beside. */
function bySystemAlone(asked: Asked, value: string, [why, whyZh]: Obstacle): Issue {
  const shown = short(value);
  const text = message(
    'search-codes-by-system',
    `For "${asked.name}=${shown}" whatever is coded in the code system was taken, in any of its versions, codes it does not have included: ${why}`,
    `“${asked.name}=${shown}”按代码系统整体匹配（不分版本，也含该系统没有的代码）：${whyZh}`,
  );
  return { severity: 'warning', code: 'incomplete', message: text, expression: asked.name };
}

function unknownValueSet(name: string, reference: string): FhirError {
  const shown = short(reference);
  const text = message(
    'search-value-set-unknown',
    `There is no ${shown} here, or it has no url; "${name}" takes the URL of a value set or ValueSet/id`,
    `此处没有 ${shown}，或其没有 url；“${name}”的值应为值集的 URL 或 ValueSet/id`,
  );
  return fault('not-supported', text, { expression: name });
}

function tooLarge(asked: Asked, value: string): FhirError {
  const shown = short(value);
  const text = message(
    'search-too-many-codes',
    `"${asked.name}=${shown}" stands for more codes than the ${MOST_SELECTED} that can be searched for at once`,
    `“${asked.name}=${shown}”所代表的代码超过一次可检索的 ${MOST_SELECTED} 个`,
  );
  return fault('too-costly', text, { expression: asked.name, status: 400 });
}

function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
