/**
 * `:text` on tokens: a string search over CodeableConcept.text, Coding.display and Identifier.type.text, found by what they begin with.
 * Every write pays for these keys, so there is one for each text: who looks for words inside texts asks `_content`.
 * Source: R4 search.html#token, #string
 */
import type { Definitions } from '../../definitions/definitions.js';
import { fold } from '../../model/fold.js';
import { isObject, type Json } from '../../model/json.js';
import type { Predicate } from '../../store/port.js';
import type { SearchContext } from '../context.js';
import { concerns, unionParts } from '../elements.js';
import { addEntry, type EntryList } from '../entry-list.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { unescapeValue } from '../values.js';
import type { Asked, Indexer } from './type.js';

const MAX_KEY = 100;

/** The name of the entries of `:text`. */
const nameOf = (code: string) => `${code}:text`;

/** undefined: of this type there are none, or they are kept under another parameter. */
export function textIndexer(type: string, parameter: Parameter, { definitions }: SearchContext): Indexer | undefined {
  const own = nameOf(parameter.code);
  if (!textual.has(type) || sourcesOf(parameter, definitions)[0] !== parameter.code) return undefined;
  return (value, list) => {
    if (!isObject(value)) return;
    if (type === 'CodeableConcept') {
      indexText(own, value.text, list);
      if (Array.isArray(value.coding)) {
        for (const coding of value.coding as readonly Json[]) if (isObject(coding)) indexText(own, coding.display, list);
      }
    } else if (type === 'Coding') indexText(own, value.display, list);
    else if (isObject(value.type)) indexText(own, value.type.text, list);
  };
}

const textual: ReadonlySet<string> = new Set(['CodeableConcept', 'Coding', 'Identifier']);

function indexText(param: string, original: Json | undefined, list: EntryList): void {
  const value = typeof original === 'string' ? keyOf(original) : '';
  if (value !== '') addEntry(list, { kind: 'string', param, value, raw: '' });
}

function keyOf(text: string): string {
  return fold(text).slice(0, MAX_KEY);
}

export function matchText({ parameter, name, values }: Asked, definitions: Definitions): Predicate {
  const keys = values.map((value) => {
    const key = keyOf(unescapeValue(name, value));
    if (key === '') throw malformed(name, value, 'a text that is not blank', '非空白的文本');
    return key;
  });
  const of = sourcesOf(parameter, definitions).map((code): Predicate => {
    return { kind: 'match', param: nameOf(code), match: { kind: 'string', how: 'prefix', values: keys } };
  });
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'any', of };
}

const sources = new WeakMap<Parameter, readonly string[]>();

/**
 * The parameters whose texts are those of this one: itself, or those it is put together from (combo-code: code and component-code), so
 * that no text is kept twice.
 */
function sourcesOf(parameter: Parameter, definitions: Definitions): readonly string[] {
  const known = sources.get(parameter) ?? findSources(parameter, definitions);
  sources.set(parameter, known);
  return known;
}

function findSources({ base, code, expression = '' }: Parameter, definitions: Definitions): readonly string[] {
  const parts = unionParts(expression);
  if (parts.length < 2) return [code];
  const others = definitions.searchParameters(base).filter((one) => one.type === 'token' && one.code !== code);
  const alone = new Map(
    others.flatMap((one) => {
      const [first, ...more] = unionParts(one.expression ?? '').filter((part) => concerns(definitions, base, part));
      return first === undefined || more.length > 0 ? [] : [[first, one.code] as const];
    }),
  );
  const found = parts.map((part) => alone.get(part));
  return found.every((one) => one !== undefined) ? found : [code];
}
