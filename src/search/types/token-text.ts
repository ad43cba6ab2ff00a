/**
 * `:text` on tokens: a string search over CodeableConcept.text, Coding.display and Identifier.type.text. As for other strings the
 * beginning has to match, here also that of a later word, in Chinese of a later character: `code:text=糖尿病` finds 2型糖尿病. A key for each
 * of them is what a write pays, so there are few of them and they are short.
 * Source: R4 search.html#token, #string
 */
import type { Definitions } from '../../definitions/definitions.js';
import { isObject, type JsonObject } from '../../model/json.js';
import type { IndexEntry, Predicate } from '../../store/port.js';
import { concerns, unionParts } from '../elements.js';
import { fold } from '../fold.js';
import { remembering } from '../recent.js';
import { malformed } from '../refusals.js';
import type { Parameter } from '../registry.js';
import { unescapeValue } from '../values.js';
import { codingsOf, text } from './token-index.js';
import type { Asked } from './type.js';

const MAX_KEY = 80;
/** Of one text. */
const MAX_KEYS = 8;
const CACHED = 20_000;

/** The name of the entries of `:text`. */
const nameOf = (code: string) => `${code}:text`;

export function indexTexts(
  type: string,
  value: JsonObject,
  parameter: Parameter,
  definitions: Definitions,
  add: (entry: IndexEntry) => void,
): void {
  const texts = textsOf(type, value);
  if (texts.length === 0 || sourcesOf(parameter, definitions)[0] !== parameter.code) return;
  for (const one of texts) for (const key of keysOf(one)) add({ kind: 'string', param: nameOf(parameter.code), value: key, raw: '' });
}

function textsOf(type: string, value: JsonObject): readonly string[] {
  if (type === 'CodeableConcept') return [value.text, ...codingsOf(value).map(({ display }) => display)].flatMap((one) => text(one) ?? []);
  if (type === 'Coding') return [text(value.display)].flatMap((one) => one ?? []);
  if (type === 'Identifier' && isObject(value.type)) return [text(value.type.text)].flatMap((one) => one ?? []);
  return [];
}

/** Where a later word, or a later Chinese character, begins. */
const later = /(?<= )\S|(?<=\p{Script=Han})[\p{L}\p{N}]|(?<=[\p{L}\p{N}])\p{Script=Han}/gu;

const keysOf = remembering(CACHED, (original: string): readonly string[] => {
  const whole = fold(original).slice(0, MAX_KEY);
  if (whole === '') return [];
  const keys = new Set([whole]);
  for (const { index } of whole.matchAll(later)) {
    const key = whole.slice(index);
    // One character or a word as short as "of" is what nobody begins with.
    if (key.length < 2 || /^[a-z0-9]{1,2} /.test(key)) continue;
    if (keys.add(key).size >= MAX_KEYS) break;
  }
  return [...keys];
});

export function matchText({ parameter, name, values }: Asked, definitions: Definitions): Predicate {
  const keys = values.map((value) => {
    const key = fold(unescapeValue(name, value)).slice(0, MAX_KEY);
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
