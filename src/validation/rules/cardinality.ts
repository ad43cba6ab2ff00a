/** How many values an element has. The place of a finding is the parent, as what is missing has none. Source: R4 elementdefinition.html#ElementDefinition.min */
import type { Property } from '../../definitions/definitions.js';
import type { JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { type ObjectCheck, report, type Walk } from '../walk.js';

export interface Cardinality {
  /** The properties the element stands in. */
  readonly properties: readonly Property[];
  readonly path: string;
  readonly min: number;
  /** undefined or `*`: no bound that the JSON shape does not already give. */
  readonly max: string | undefined;
  readonly profile: string | undefined;
}

export function compileCardinality(rule: Cardinality): ObjectCheck | undefined {
  const max = rule.max === undefined || rule.max === '*' ? Number.POSITIVE_INFINITY : Number(rule.max);
  if (rule.min === 0 && max === Number.POSITIVE_INFINITY) return undefined;
  const [only] = rule.properties;
  if (only !== undefined && rule.properties.length === 1 && rule.min === 1 && max === Number.POSITIVE_INFINITY)
    return mustBeThere(only, rule);
  const count = counter(rule.properties);
  return (value, walk) => {
    const found = count(value);
    if (found < rule.min) tooFew(rule, found, walk);
    else if (found > max) tooMany(rule, found, walk);
  };
}

/** A choice has up to 50 properties, an object only a few keys: then the keys are gone through instead. */
function counter(properties: readonly Property[]): (value: JsonObject) => number {
  const [only] = properties;
  if (only !== undefined && properties.length === 1) return countOf(only.name);
  const counts = new Map(
    properties.flatMap(({ name }) => {
      const own = { name, count: countOf(name) };
      return [[name, own] as const, [`_${name}`, own] as const];
    }),
  );
  return (value) => {
    let count = 0;
    for (const key in value) {
      const own = counts.get(key);
      if (own !== undefined && (own.name === key || value[own.name] === undefined)) count += own.count(value);
    }
    return count;
  };
}

function mustBeThere({ name }: Property, rule: Cardinality): ObjectCheck {
  const siblingKey = `_${name}`;
  return (value, walk) => {
    if (value[name] === undefined && value[siblingKey] === undefined) tooFew(rule, 0, walk);
  };
}

/** An empty array counts as one: that it is empty is a fault of its own. */
function countOf(name: string): (value: JsonObject) => number {
  const siblingKey = `_${name}`;
  return (value) => Math.max(countIn(value[name]), countIn(value[siblingKey]));
}

function countIn(value: unknown): number {
  if (value === undefined) return 0;
  return Array.isArray(value) ? Math.max(value.length, 1) : 1;
}

function tooFew(rule: Pick<Cardinality, 'path' | 'min' | 'profile'>, count: number, walk: Walk): void {
  const text =
    count === 0
      ? message(
          'required-element',
          `${rule.path} is missing; at least ${rule.min} is required`,
          `缺少 ${rule.path}；至少需要 ${rule.min} 个`,
        )
      : message(
          'too-few-values',
          `${rule.path} has ${count} values; at least ${rule.min} are required`,
          `${rule.path} 有 ${count} 个值；至少需要 ${rule.min} 个`,
        );
  report(walk, 'error', 'required', text, { profile: rule.profile, detail: rule.path });
}

export function tooMany(rule: Pick<Cardinality, 'path' | 'max' | 'profile'>, count: number, walk: Walk): void {
  const text = message(
    'too-many-values',
    rule.max === '0' ? `${rule.path} is not allowed here` : `${rule.path} has ${count} values; at most ${rule.max} are allowed`,
    rule.max === '0' ? `此处不允许 ${rule.path}` : `${rule.path} 有 ${count} 个值；至多 ${rule.max} 个`,
  );
  report(walk, 'error', 'structure', text, { profile: rule.profile, detail: rule.path });
}
