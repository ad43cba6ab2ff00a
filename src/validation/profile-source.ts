/**
 * What a profile asks of one element as source: its rules, then each constrained part of it read once, slices told apart by one look-up
 * where their discriminator is one text. All that is unusual goes to the functions that take it apart. Source: R4 profiling.html
 */
import { isObject, type Json, type JsonObject } from '../model/json.js';
import type { Compiler, RuleCheck } from './compiler.js';
import { type Place, visit } from './places.js';
import { build, type Generated, literal, newSource, type Source } from './source.js';
import { enclose, type ItemCheck, type ObjectCheck, type Walk } from './walk.js';

export interface NodeParts {
  /** Its path, for people. */
  readonly label: string;
  /** Whether its parts stand beside it, in `_name`. */
  readonly isPrimitive: boolean;
  readonly rules: readonly RuleCheck[];
  readonly children: readonly ChildParts[];
}

export interface ChildParts {
  readonly label: string;
  readonly count: Count | undefined;
  readonly refused: ObjectCheck | undefined;
  readonly values: readonly Values[];
  readonly slicing: Slicing | undefined;
}

export interface Count {
  readonly check: ObjectCheck;
  /** The only property the element stands in; undefined for a choice. */
  readonly key: string | undefined;
  readonly min: number;
  readonly max: number;
}

/** What is asked of each value of one property. */
export interface Values {
  readonly place: Place;
  readonly isPrimitive: boolean;
  readonly check: ItemCheck;
}

export interface Slicing {
  readonly check: ObjectCheck;
  readonly simple: SimpleSlicing | undefined;
}

/** Slices of the objects in one array, told apart by one text in each. */
export interface SimpleSlicing {
  readonly place: Place;
  /** The property whose text decides. */
  readonly key: string;
  /** The slices by that text. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly slices: readonly SimpleSlice[];
  /** Where there are no values, whether some are missing. */
  readonly asksForSome: boolean;
  readonly count: (at: number, count: number, walk: Walk) => void;
  /** For what belongs to no slice; undefined where that may stand too. */
  readonly unmatched: ((value: Json, index: number, walk: Walk) => void) | undefined;
}

export interface SimpleSlice {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly check: ItemCheck;
}

export function nodeCheck(parts: NodeParts, { onGenerated }: Pick<Compiler, 'onGenerated'>): ItemCheck | undefined {
  const [only, second] = parts.rules;
  if (parts.children.length === 0 && second === undefined) return only;
  const generated = nodeSource(parts);
  onGenerated?.(parts.label, generated);
  return build(generated) as ItemCheck;
}

function nodeSource(parts: NodeParts): Generated {
  const source = newSource();
  const rules = parts.rules.map((rule) => `  ${source.constant(rule, rule.label ?? 'rule')}(value, sibling, walk);\n`).join('');
  const holder = parts.isPrimitive ? `sibling ?? ${source.constant(none, 'nothing')}` : 'value';
  const children = parts.children.map((child) => childSource(child, source)).join('');
  const inner = `  const holder = ${holder};
  if (!${source.constant(isObject, 'is an object')}(holder)) return;
  const findings = walk.findings;
  let item, beside, from = 0;
${children}`;
  return { source, body: `function (value, sibling, walk) {\n${rules}${parts.children.length === 0 ? '' : inner}}` };
}

const none: JsonObject = {};

function childSource({ label, count, refused, values, slicing }: ChildParts, source: Source): string {
  return [
    count === undefined ? '' : countSource(count, `count of ${label}`, source),
    refused === undefined ? '' : `  ${source.constant(refused, `types of ${label}`)}(holder, walk);\n`,
    ...values.map((one) => valuesSource(one, label, source)),
    slicing === undefined ? '' : slicingSource(slicing, label, source),
  ].join('');
}

/** The way round is taken only where the number is wrong, or something stands in `_name`. */
function countSource({ check, key, min, max }: Count, label: string, source: Source): string {
  const name = source.constant(check, label);
  if (key === undefined) return `  ${name}(holder, walk);\n`;
  const [there, beside] = [`holder[${literal(key)}]`, `holder[${literal(`_${key}`)}] !== undefined`];
  if (max === 0) return `  if (${there} !== undefined || ${beside}) ${name}(holder, walk);\n`;
  const most = max === Number.POSITIVE_INFINITY ? '' : ` || from > ${max} || ${beside}`;
  return `  item = ${there};
  from = item === undefined ? 0 : Array.isArray(item) ? item.length : 1;
  if (from < ${min}${most}) ${name}(holder, walk);\n`;
}

function valuesSource({ place, isPrimitive, check }: Values, label: string, source: Source): string {
  const all = `${source.constant(checkAll, 'values one by one')}(${source.constant(place, place.key)}, holder, ${source.constant(check, label)}, walk);`;
  const look = (one: string, index: string) => lookSource(source.constant(check, label), one, place, index, source);
  const beside = isPrimitive ? `holder[${literal(place.siblingKey)}]` : 'undefined';
  return `  item = holder[${literal(place.key)}]; beside = ${beside};
  if (item !== undefined || beside !== undefined) {
    if (beside !== undefined || item === null) ${all}
    else if (!Array.isArray(item)) { ${look('item', '-1')} }
    else for (let at = 0; at < item.length; at++) { if (item[at] !== null) { ${look('item[at]', 'at')} } }
  }\n`;
}

function lookSource(check: string, one: string, { step }: Place, index: string, source: Source): string {
  const [put, at] = [source.constant(enclose, 'enclose'), source.constant(step, `step ${step.text}`)];
  return `from = findings.length; ${check}(${one}, undefined, walk); if (findings.length !== from) ${put}(walk, from, ${at}, ${index});`;
}

/** Runs a check on all values of a place, however they stand. */
function checkAll(place: Place, holder: JsonObject, check: ItemCheck, walk: Walk): void {
  visit(place, holder, (value, sibling, index) => {
    const from = walk.findings.length;
    check(value, sibling, walk);
    if (walk.findings.length !== from) enclose(walk, from, place.step, index);
  });
}

function slicingSource({ check, simple }: Slicing, label: string, source: Source): string {
  const all = `${source.constant(check, `slices of ${label}`)}(holder, walk);`;
  if (simple === undefined) return `  ${all}\n`;
  const { place, key, numbers, slices, asksForSome, count, unmatched } = simple;
  const table = source.constant(numbers, `slices of ${label} by ${key}`);
  const counted = slices.flatMap(({ min, max }, at) => (min > 0 || max < Number.POSITIVE_INFINITY ? [at] : []));
  const cases = slices.map(({ name, check: own }, at) => {
    const number = counted.includes(at) ? ` n${at}++;` : '';
    return `        case ${at}:${number} ${lookSource(source.constant(own, `slice ${name}`), 'one', place, 'at', source)} break;\n`;
  });
  const other = unmatched === undefined ? '' : `        default: ${source.constant(unmatched, 'no slice')}(one, at, walk);\n`;
  const counts = counted.map((at) => {
    const { min, max } = slices[at] ?? { min: 0, max: 0 };
    const isWrong = [min > 0 ? `n${at} < ${min}` : '', max < Number.POSITIVE_INFINITY ? `n${at} > ${max}` : ''].filter(
      (test) => test !== '',
    );
    return `    if (${isWrong.join(' || ')}) ${source.constant(count, 'wrong number')}(${at}, n${at}, walk);\n`;
  });
  return `  item = holder[${literal(place.key)}];
  if (Array.isArray(item) && ${source.constant(areTold, 'each has a text')}(item, ${literal(key)})) {
${counted.length === 0 ? '' : `    let ${counted.map((at) => `n${at} = 0`).join(', ')};\n`}    for (let at = 0; at < item.length; at++) {
      const one = item[at];
      switch (${table}.get(one[${literal(key)}])) {
${cases.join('')}${other}      }
    }
${counts.join('')}  } else if (item !== undefined || ${asksForSome}) ${all}\n`;
}

/** Whether the text that decides stands in each object as a text, or not at all. */
function areTold(items: readonly Json[], key: string): boolean {
  for (const item of items) {
    if (!isObject(item)) return false;
    const text = item[key];
    if (text !== undefined && typeof text !== 'string') return false;
  }
  return true;
}
