/** minValue[x], maxValue[x] and maxLength. Source: R4 elementdefinition.html#ElementDefinition.minValue, #maxLength */
import { isNumeric, isObject, type Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import { all, isPresent, type Rule } from '../compiler.js';
import { type ItemCheck, report } from '../walk.js';
import { ruleValue, same } from './fixed-pattern.js';
import { shorten } from './primitive.js';

export const bounds: Rule = (subject) => {
  const checks = [bound(subject, 'minValue'), bound(subject, 'maxValue'), maxLength(subject)];
  return all(checks.filter(isPresent));
};

function bound({ element, inherited, profile }: Parameters<Rule>[0], rule: 'minValue' | 'maxValue'): ItemCheck | undefined {
  const limit = ruleValue(element, rule);
  if (limit === undefined || same(limit, ruleValue(inherited, rule))) return undefined;
  const isLower = rule === 'minValue';
  const id = isLower ? 'below-minimum' : 'above-maximum';
  return (value, _sibling, walk) => {
    const difference = compare(value, limit);
    if (difference === undefined || (isLower ? difference >= 0 : difference <= 0)) return;
    const bound = shorten(isObject(limit) ? limit.value : limit);
    const found = shorten(isObject(value) ? value.value : value);
    const text = isLower
      ? message(id, `${element.path} must be at least ${bound}, found ${found}`, `${element.path} 不得小于 ${bound}，实为 ${found}`)
      : message(id, `${element.path} must be at most ${bound}, found ${found}`, `${element.path} 不得大于 ${bound}，实为 ${found}`);
    report(walk, 'error', 'value', text, { profile });
  };
}

/** Below, at or above 0; undefined when the two cannot be compared (quantities in different units among them). */
function compare(value: Json | undefined, limit: Json): number | undefined {
  if (isNumeric(value) && isNumeric(limit)) return Number(value) - Number(limit);
  if (typeof value === 'string' && typeof limit === 'string') return compareText(value, limit);
  if (!isObject(value) || !isObject(limit) || value.value === undefined || limit.value === undefined) return undefined;
  if (value.system !== limit.system || value.code !== limit.code) return undefined;
  return compare(value.value, limit.value);
}

/** Dates of one precision compare as text where the zone is one. */
function compareText(value: string, limit: string): number {
  if (value.length > 10 && limit.length > 10) return Date.parse(value) - Date.parse(limit);
  const length = Math.min(value.length, limit.length);
  const [a, b] = [value.slice(0, length), limit.slice(0, length)];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Counted in characters, not in UTF-16 units. */
function maxLength({ element, inherited, profile }: Parameters<Rule>[0]): ItemCheck | undefined {
  const most = element.maxLength;
  if (most === undefined || most === inherited?.maxLength) return undefined;
  return (value, _sibling, walk) => {
    if (typeof value !== 'string' || value.length <= most) return;
    const length = [...value].length;
    if (length <= most) return;
    const text = message(
      'too-long',
      `${element.path} has ${length} characters; at most ${most} are allowed`,
      `${element.path} 有 ${length} 个字符；至多 ${most} 个`,
    );
    report(walk, 'error', 'value', text, { profile });
  };
}
