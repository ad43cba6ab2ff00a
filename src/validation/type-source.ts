/**
 * A type's check as source: one pass over the keys of an object, in which what is as nearly always is looked at in place, and all
 * else is handed to `checkPart`. Nothing is allocated for an object without a fault. Source: R4 json.html
 */
import { Decimal, type Json, type JsonObject } from '../model/json.js';
import type { Compiler, RuleCheck, ValueCheck } from './compiler.js';
import { checkOne, checkPart, type Part } from './shape.js';
import { build, type Generated, literal, newSource, type Source } from './source.js';
import { enclose, enclosePostponed, isLate, type ObjectCheck, type Walk } from './walk.js';

export interface TypeParts {
  readonly type: string;
  readonly isResource: boolean;
  readonly parts: ReadonlyMap<string, Part>;
  /** How many values each element has. */
  readonly counts: readonly ObjectCheck[];
  /** Bits of the elements that must be there. Where all are, only `otherCounts` is left to ask. */
  readonly required: number;
  readonly otherCounts: readonly ObjectCheck[];
  /** The rules of the type itself. */
  readonly rules: readonly RuleCheck[];
  readonly notAnObject: (value: Json | undefined, walk: Walk) => false;
  readonly isEmpty: (walk: Walk) => false;
  /** Looks at a property with no case of its own; gives the bits of the elements that are there then. */
  readonly other: (key: string, value: JsonObject, there: number, walk: Walk) => number;
  readonly twoChoices: (part: Part, walk: Walk) => void;
}
export function typeCheck(parts: TypeParts, { onGenerated }: Pick<Compiler, 'onGenerated'>): ValueCheck {
  const generated = typeSource(parts);
  onGenerated?.(parts.type, generated);
  return build(generated) as ValueCheck;
}

function typeSource(parts: TypeParts): Generated {
  const source = newSource();
  const other = source.constant(parts.other, 'other properties');
  const counts = (checks: readonly ObjectCheck[]) =>
    checks.map((check) => `${source.constant(check, `count ${parts.counts.indexOf(check)}`)}(value, walk);`).join(' ');
  const demanded = parts.required === 0 ? counts(parts.otherCounts) : missing(counts(parts.counts), counts(parts.otherCounts), parts);
  const body = `function (value, sibling, walk) {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof ${source.constant(Decimal, 'Decimal')})
    return ${source.constant(parts.notAnObject, 'not an object')}(value, walk);
  const findings = walk.findings, postponed = walk.postponed;
  let there = 0, content = ${parts.isResource}, from = 0, late = 0;
  for (const key in value) {
    const item = value[key];
    switch (key.length) {
${cases(parts, source)}
    }
    content = true;
    there = ${other}(key, value, there, walk);
  }
  if (!content) return ${source.constant(parts.isEmpty, 'empty object')}(walk);
  ${demanded}
${parts.rules.map((rule) => `  ${source.constant(rule, rule.label ?? 'rule')}(value, undefined, walk);\n`).join('')}  return true;
}`;
  return { source, body };
}

function missing(all: string, others: string, { required }: TypeParts): string {
  return `if ((there & ${required}) !== ${required}) { ${all} }${others === '' ? '' : ` else { ${others} }`}`;
}

/** By length and then by name: names are interned, so that a comparison is one of pointers. */
function cases(parts: TypeParts, source: Source): string {
  const byLength = new Map<number, string[]>();
  const add = (name: string, code: string) => {
    const list = byLength.get(name.length) ?? [];
    byLength.set(name.length, list);
    list.push(`        if (key === ${literal(name)}) {${code} continue; }`);
  };
  if (parts.isResource) add('resourceType', '');
  for (const part of parts.parts.values()) add(part.step.key, partSource(part, parts, source));
  return [...byLength].map(([length, list]) => `      case ${length}:\n${list.join('\n')}\n        break;`).join('\n');
}

function partSource(part: Part, parts: TypeParts, source: Source): string {
  const { key } = part.step;
  const code = part.primitive ? primitiveSource(part, source) : complexSource(part, source);
  return `${code}${key === 'id' ? '' : ' content = true;'}${bitSource(part, parts, source)}`;
}

function bitSource(part: Part, parts: TypeParts, source: Source): string {
  const { bit, choice } = part;
  if (bit === 0) return '';
  const name = source.constant(part, part.step.key);
  const twice = choice ? ` if ((there & ${bit}) !== 0) ${source.constant(parts.twoChoices, 'two of a choice')}(${name}, walk);` : '';
  return `${twice} there |= ${bit};`;
}

/** So many primitives are looked at without a look at the clock. */
const AT_ONCE = 64;

/** What a value needs in order to need no further look; the rest goes the long way. */
function primitiveSource(part: Part, source: Source): string {
  const unusual = `${source.constant(alone, 'unusual')}(${source.constant(part, part.step.key)}, item, value, walk);`;
  const isFine = fineSource(part, source);
  if (isFine === undefined) return ` ${unusual}`;
  if (!part.many) return ` if (!(${isFine('item')})) ${unusual}`;
  return ` let at = Array.isArray(item) && item.length <= ${AT_ONCE} ? item.length : 0;
          if (at === 0) ${unusual}
          while (--at >= 0) if (!(${isFine('item[at]')})) { ${unusual} break; }`;
}

function fineSource(part: Part, source: Source): ((value: string) => string) | undefined {
  const { json, isFine } = part;
  if (json === undefined || isFine === undefined) return undefined;
  if (isFine === true) return (value) => `typeof ${value} === '${json}'`;
  const name = source.constant(isFine, `is ${part.step.type}`);
  return (value) => `typeof ${value} === '${json}' && ${name}(${value})`;
}

/** With something beside it in `_name` a value is looked at together with that. */
function alone(part: Part, item: Json | undefined, holder: JsonObject, walk: Walk): void {
  if (holder[part.siblingKey] === undefined) checkPart(part, item, undefined, walk);
}

function complexSource(part: Part, source: Source): string {
  const [name, check] = [source.constant(part, part.step.key), source.constant(part.base, part.step.type)];
  const own = part.rules.map((rule) => `${source.constant(rule, `${part.step.key}: ${rule.label}`)}(one, undefined, walk);`).join(' ');
  const look = (index: string) => `from = findings.length; late = postponed.length;
            if (${check}.check(one, undefined, walk)) { ${own} }
            if (findings.length !== from || postponed.length !== late) ${source.constant(encloseAll, 'enclose')}(walk, from, late, ${name}.step, ${index});`;
  const unusual = `${source.constant(checkPart, 'unusual')}(${name}, item, undefined, walk);`;
  if (!part.many) {
    return ` const one = item;
          if (one === null || Array.isArray(one)) ${unusual}
          else { ${look('-1')} }`;
  }
  return `
          if (!Array.isArray(item) || item.length === 0 || item.length > 8 || ${source.constant(isLate, 'late')}(walk)) ${unusual}
          else for (let at = 0; at < item.length; at++) {
            const one = item[at];
            if (one === null) { ${source.constant(checkOne, 'null')}(${name}, one, undefined, at, walk); continue; }
            ${look('at')}
          }`;
}

function encloseAll(walk: Walk, from: number, postponed: number, step: Part['step'], index: number): void {
  enclose(walk, from, step, index);
  enclosePostponed(walk, postponed, step, index);
}
