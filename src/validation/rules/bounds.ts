/**
 * minValue[x], maxValue[x] and maxLength. A value is refused when it surely lies outside; where that cannot be told, for units that do not
 * measure the same, a warning says so. Source: R4 elementdefinition.html#ElementDefinition.minValue, #maxValue, #maxLength
 */
import { isObject, type Json } from '../../model/json.js';
import { type Message, message } from '../../model/message.js';
import { all, isPresent, type Rule } from '../compiler.js';
import { type ItemCheck, report } from '../walk.js';
import { type Limit, limitOf } from './bound-value.js';
import { ruleValue, same } from './fixed-pattern.js';
import { shorten } from './primitive.js';

export const bounds: Rule = (subject) => {
  const checks = [bound(subject, 'minValue'), bound(subject, 'maxValue'), maxLength(subject)];
  return all(checks.filter(isPresent));
};

function bound({ element, inherited, profile, type }: Parameters<Rule>[0], rule: Limit['rule']): ItemCheck | undefined {
  const value = ruleValue(element, rule);
  if (value === undefined || same(value, ruleValue(inherited, rule))) return undefined;
  const limit: Limit = { rule, value };
  const isOutside = limitOf(type, limit);
  return (found, _sibling, walk) => {
    const outside = found === undefined ? false : isOutside(found);
    if (outside === true) report(walk, 'error', 'value', beyond(element.path, limit, found), { profile });
    else if (outside === undefined) report(walk, 'warning', 'value', undecided(element.path, limit, found), { profile, detail: rule });
  };
}

function beyond(path: string, { rule, value }: Limit, found: Json | undefined): Message {
  const [bound, shown] = [named(value), named(found)];
  if (rule === 'minValue') {
    return message('below-minimum', `${path} must be at least ${bound}, found ${shown}`, `${path} 不得小于 ${bound}，实为 ${shown}`);
  }
  return message('above-maximum', `${path} must be at most ${bound}, found ${shown}`, `${path} 不得大于 ${bound}，实为 ${shown}`);
}

function undecided(path: string, { rule, value }: Limit, found: Json | undefined): Message {
  const [bound, shown] = [named(value), named(found)];
  return message(
    'limit-undecided',
    `${path}: whether ${shown} is at ${rule === 'minValue' ? 'least' : 'most'} ${bound} cannot be decided; their units do not measure the same`,
    `${path}：无法判定 ${shown} 是否不${rule === 'minValue' ? '小于' : '大于'} ${bound}；两者的单位不可比较`,
  );
}

/** A quantity as it is read: `< 5 mg`. */
function named(value: Json | undefined): string {
  if (!isObject(value)) return shorten(value);
  const { comparator, value: number, unit, code } = value;
  const parts = [comparator, shorten(number), code ?? unit].filter((part) => typeof part === 'string');
  return parts.map((part) => part.slice(0, 40)).join(' ');
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
