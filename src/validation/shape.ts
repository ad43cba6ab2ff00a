/**
 * How JSON carries the values of one property: alone or in an array, a primitive with what stands beside it in `_name`.
 * Source: R4 json.html#property, #repeat, #primitive
 */
import { isObject, type Json } from '../model/json.js';
import { message } from '../model/message.js';
import type { RuleCheck, TypeCheck } from './compiler.js';
import type { Primitive } from './primitives.js';
import { enclose, enclosePostponed, isEnough, isLate, postpone, report, type Step, type Walk } from './walk.js';

export interface Part {
  readonly step: Step;
  readonly many: boolean;
  readonly primitive: boolean;
  readonly siblingKey: string;
  /** Of a primitive: its kind in JSON. */
  readonly json: Primitive['json'] | undefined;
  /**
   * Whether a value of the right JSON kind needs no further look, neither at its form nor by a rule; true: none does. undefined: all do.
   */
  readonly isFine: true | ((value: Json) => boolean) | undefined;
  /** The shape of the type. */
  readonly base: TypeCheck;
  /** The rules of the element, which look only at a value of that shape. */
  readonly rules: readonly RuleCheck[];
  readonly choice: boolean;
  /** One bit for each element of the type that is a choice or must be there; 0 for others. */
  readonly bit: number;
}

/** Looks at all values of one property. `sibling` is what stands under `_name`, for primitives. */
export function checkPart(part: Part, value: Json | undefined, sibling: Json | undefined, walk: Walk): void {
  if (part.many) {
    if (Array.isArray(value) || (value === undefined && Array.isArray(sibling))) {
      if (sibling !== undefined) pairs(part, value as readonly Json[] | undefined, sibling, walk);
      else items(part, value as readonly Json[], walk);
      return;
    }
    at(part, walk, () => wrongShape(walk, part.step, 'an array', '数组', value ?? sibling));
    if (value === null) return;
  } else if (Array.isArray(value) || Array.isArray(sibling)) {
    at(part, walk, () => wrongShape(walk, part.step, 'a single value, not an array', '单个值而非数组', value ?? sibling));
    return;
  }
  checkOne(part, value, sibling, -1, walk);
}

/** Runs the part's check on one value; what it finds gets the part's step. */
export function checkOne(part: Part, value: Json | undefined, sibling: Json | undefined, index: number, walk: Walk): void {
  const from = walk.findings.length;
  const postponed = walk.postponed.length;
  if (value === null) isNull(walk);
  else if (sibling === undefined || isObject(sibling)) {
    if (part.base.check(value, sibling, walk)) for (const rule of part.rules) rule(value, sibling, walk);
  } else wrongShape(walk, part.step, 'an object with id or extension beside it', '旁边为含 id 或 extension 的对象', sibling);
  if (walk.findings.length !== from) enclose(walk, from, part.step, index);
  if (walk.postponed.length !== postponed) enclosePostponed(walk, postponed, part.step, index);
}

/** How many items are looked at without a look at the clock. */
const AT_ONCE = 8;

function items(part: Part, values: readonly Json[], walk: Walk): void {
  if (values.length === 0) at(part, walk, () => isEmptyArray(walk));
  each(values.length, walk, (i, now) => checkOne(part, values[i], undefined, i, now));
}

/** Where time is up the rest is postponed; who goes on later looks at some in any case. */
function each(length: number, walk: Walk, look: (index: number, walk: Walk) => void, start = 0, isLater = false): void {
  for (let i = start; i < length && !isEnough(walk); i++) {
    if (i % AT_ONCE === 0 && !(isLater && i === start) && isLate(walk)) {
      postpone(walk, (later) => each(length, later, look, i, true));
      return;
    }
    look(i, walk);
  }
}

/** Values and siblings stand in two arrays of one length; a null fills the place of what is not there. */
function pairs(part: Part, values: readonly Json[] | undefined, siblings: Json, walk: Walk): void {
  if (!Array.isArray(siblings)) {
    at(part, walk, () => wrongShape(walk, part.step, `an array under ${part.siblingKey} too`, `${part.siblingKey} 亦为数组`, siblings));
    return;
  }
  if (siblings.length === 0 || values?.length === 0) at(part, walk, () => isEmptyArray(walk));
  if (values !== undefined && values.length !== siblings.length)
    at(part, walk, () => misaligned(walk, part, values.length, siblings.length));
  const length = Math.max(values?.length ?? 0, siblings.length);
  each(length, walk, (i, now) => {
    const value = values?.[i] ?? undefined;
    const sibling: Json | undefined = siblings[i] ?? undefined;
    checkOne(part, value === undefined && sibling === undefined ? null : value, sibling, i, now);
  });
}

function at(part: Part, walk: Walk, complain: () => void): void {
  const from = walk.findings.length;
  complain();
  enclose(walk, from, part.step, -1);
}

function isNull(walk: Walk): void {
  const text = message(
    'null-value',
    'null stands where a value was expected; leave the property out',
    '此处应有值，实为 null；没有值时应省略该属性',
  );
  report(walk, 'error', 'structure', text);
}

function isEmptyArray(walk: Walk): void {
  const text = message(
    'empty-array',
    'The array is empty; leave the property out when there is no value',
    '数组为空；没有值时应省略该属性',
  );
  report(walk, 'error', 'structure', text);
}

function misaligned(walk: Walk, part: Part, values: number, siblings: number): void {
  const { key } = part.step;
  const text = message(
    'sibling-length',
    `${key} has ${values} items and _${key} has ${siblings}; both must be of one length, with null where nothing is`,
    `${key} 有 ${values} 项而 _${key} 有 ${siblings} 项；两者长度须相同，空位填 null`,
  );
  report(walk, 'error', 'structure', text);
}

function wrongShape(walk: Walk, step: Step, en: string, zh: string, found: Json | undefined): void {
  const [foundEn, foundZh] = kindOf(found);
  const text = message('wrong-json-type', `${step.key}: expected ${en}, found ${foundEn}`, `${step.key}：应为${zh}，实为${foundZh}`);
  report(walk, 'error', 'structure', text);
}

/** A JSON value's kind in words. */
export function kindOf(value: Json | undefined): readonly [string, string] {
  if (value === null || value === undefined) return ['null', ' null'];
  if (Array.isArray(value)) return ['an array', '数组'];
  if (isObject(value)) return ['an object', '对象'];
  if (typeof value === 'string') return ['a string', '字符串'];
  return typeof value === 'boolean' ? ['a boolean', '布尔值'] : ['a number', '数字'];
}
