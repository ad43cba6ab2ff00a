/** fixed[x]: exactly this value; pattern[x]: at least this. Source: R4 elementdefinition.html#ElementDefinition.fixed, #pattern */
import type { ElementDefinition } from 'fhir/r4.js';
import { isNumeric, isObject, type Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import type { Rule } from '../compiler.js';
import { report } from '../walk.js';
import { inChinese, shorten } from './primitive.js';

export const fixedPattern: Rule = ({ element, inherited, profile }) => {
  const fixed = ruleValue(element, 'fixed');
  const pattern = ruleValue(element, 'pattern');
  if (fixed !== undefined && !same(fixed, ruleValue(inherited, 'fixed'))) {
    return (value, _sibling, walk) => {
      if (value === undefined || value === fixed || same(value, fixed)) return;
      const text = message(
        'fixed-value',
        `${element.path} must be ${shown(fixed)}, found ${shown(value)}`,
        `${element.path} 须为 ${inChinese(shown(fixed))}，实为 ${inChinese(shown(value))}`,
      );
      report(walk, 'error', 'value', text, { profile });
    };
  }
  if (pattern === undefined || same(pattern, ruleValue(inherited, 'pattern'))) return undefined;
  return (value, _sibling, walk) => {
    if (value === undefined || contains(value, pattern)) return;
    const text = message(
      'pattern-value',
      `${element.path} must contain ${shown(pattern)}, found ${shown(value)}`,
      `${element.path} 须包含 ${inChinese(shown(pattern))}，实为 ${inChinese(shown(value))}`,
    );
    report(walk, 'error', 'value', text, { profile });
  };
};

/** The value of `fixedCode`, `patternCodeableConcept`, `minValueDate` …: JSON has the type in the name. */
export function ruleValue(element: ElementDefinition | undefined, rule: 'fixed' | 'pattern' | 'minValue' | 'maxValue'): Json | undefined {
  if (element === undefined) return undefined;
  for (const name in element) {
    if (!name.startsWith(rule)) continue;
    const next = name.charCodeAt(rule.length);
    if (next >= 0x41 && next <= 0x5a) return element[name as keyof ElementDefinition] as Json;
  }
  return undefined;
}

function shown(value: Json): string {
  return shorten(isObject(value) || Array.isArray(value) ? JSON.stringify(value) : value);
}

/** Equal in all parts; numbers by value. */
export function same(a: Json | undefined, b: Json | undefined): boolean {
  if (isNumeric(a) && isNumeric(b)) return Number(a) === Number(b);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isObject(a)) return a === b;
  if (!isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key], b[key]));
}

/** Every part of the pattern is there; of arrays every item of the pattern is found in some item. */
export function contains(value: Json | undefined, pattern: Json): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((wanted) => value.some((item) => contains(item, wanted)));
  }
  if (!isObject(pattern)) return same(value, pattern);
  if (!isObject(value)) return false;
  return Object.entries(pattern).every(([key, wanted]) => wanted === undefined || contains(value[key], wanted));
}
