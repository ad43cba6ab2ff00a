/**
 * Codes against the value set an element is bound to. Required: an error; extensible: a warning when none of the codings is in it;
 * what cannot be decided here: a warning where the binding is required. Source: R4 terminologies.html#strength
 */
import type { ElementDefinition } from 'fhir/r4.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import type { Coding, Membership, Terminology } from '../../terminology/terminology.js';
import type { Compiler, Rule, RuleCheck } from '../compiler.js';
import { correctedStrength } from '../errata.js';
import { type ItemCheck, report, type Walk } from '../walk.js';

interface Bound {
  readonly element: ElementDefinition;
  readonly valueSet: string;
  readonly isRequired: boolean;
  readonly profile: string | undefined;
}

export const binding: Rule = (subject, compiler) => {
  const { strength: published, valueSet } = subject.element.binding ?? {};
  if (valueSet === undefined || published === undefined) return undefined;
  const strength = correctedStrength(valueSet, published, subject.type);
  if (strength !== 'required' && strength !== 'extensible') return undefined;
  const before = subject.inherited?.binding;
  if (before?.valueSet === valueSet && (before.strength === strength || before.strength === 'required')) return undefined;
  const bound = { element: subject.element, valueSet, isRequired: strength === 'required', profile: subject.profile };
  return checkOf(subject.type, bound, compiler);
};

function checkOf(type: string, bound: Bound, compiler: Compiler): RuleCheck | undefined {
  const { terminology, definitions } = compiler;
  if (type === 'CodeableConcept') return concept(bound, terminology);
  if (type === 'Coding') return single(bound, terminology, codingOf);
  if (type === 'Quantity' || definitions.baseOf(type) === 'Quantity') return single(bound, terminology, codingOf);
  if (definitions.kind(type) !== 'primitive') return undefined;
  const check = single(bound, terminology, (value) => (typeof value === 'string' ? { code: value } : undefined));
  return Object.assign(check, {
    isFine: (value: Json) => typeof value === 'string' && terminology.membership(bound.valueSet, { code: value }) === 'in',
  });
}

/** A value that is one code. Without a code there is nothing to look up. */
function single(bound: Bound, terminology: Terminology, toCoding: (value: Json) => Coding | undefined): ItemCheck {
  return (value, _sibling, walk) => {
    const coding = value === undefined ? undefined : toCoding(value);
    if (coding?.code === undefined) return;
    const membership = isCode(coding, value) ? terminology.membership(bound.valueSet, coding) : 'out';
    if (membership !== 'in') complain(bound, membership, [coding], walk);
  };
}

/** One coding in the value set is enough; a concept of text alone fails a required binding. */
function concept(bound: Bound, terminology: Terminology): ItemCheck {
  return (value, _sibling, walk) => {
    // Codings that are no array are a fault of shape, told already.
    if (!isObject(value) || (value.coding !== undefined && !Array.isArray(value.coding))) return;
    const codings = Array.isArray(value.coding) ? value.coding.map(codingOf).filter((coding) => coding !== undefined) : [];
    let best: Membership = 'out';
    for (const coding of codings) {
      const membership = coding.system === undefined ? 'out' : terminology.membership(bound.valueSet, coding);
      if (membership === 'in') return;
      if (membership === 'undecided') best = 'undecided';
    }
    if (codings.length > 0) complain(bound, best, codings, walk);
    else if (bound.isRequired && !hasAbsence(value)) noCode(bound, walk);
  };
}

/** A `code` takes its system from the value set; a Coding or Quantity without one says nothing. Source: R4 datatypes.html#Coding */
function isCode(coding: Coding, value: Json | undefined): boolean {
  return coding.system !== undefined || !isObject(value);
}

function codingOf(value: Json): Coding | undefined {
  if (!isObject(value) || typeof value.code !== 'string') return undefined;
  return typeof value.system === 'string' ? { system: value.system, code: value.code } : { code: value.code };
}

function hasAbsence(value: JsonObject): boolean {
  return value.extension !== undefined && value.text === undefined;
}

function complain({ element, valueSet, isRequired, profile }: Bound, membership: Membership, codings: readonly Coding[], walk: Walk): void {
  const found = codings.map((coding) => (coding.system === undefined ? coding.code : `${coding.system}|${coding.code}`)).join(', ');
  if (membership === 'undecided') {
    if (!isRequired) return;
    const text = message(
      'code-undecided',
      `${element.path}: whether ${found} is in the value set ${valueSet} cannot be decided here`,
      `${element.path}：此处无法判定 ${found} 是否属于值集 ${valueSet}`,
    );
    report(walk, 'warning', 'code-invalid', text, { profile, detail: valueSet });
    return;
  }
  const text = message(
    isRequired ? 'code-not-in-value-set' : 'code-outside-extensible',
    `${element.path}: ${found} is not in the value set ${valueSet}${isRequired ? '' : ', whose codes are to be used where one fits'}`,
    `${element.path}：${found} 不属于值集 ${valueSet}${isRequired ? '' : '；该值集有合适代码时应采用'}`,
  );
  report(walk, isRequired ? 'error' : 'warning', 'code-invalid', text, { profile, detail: valueSet });
}

function noCode({ element, valueSet, profile }: Bound, walk: Walk): void {
  const text = message(
    'code-required',
    `${element.path} has no code; one of the value set ${valueSet} is required`,
    `${element.path} 没有代码；须取自值集 ${valueSet}`,
  );
  report(walk, 'error', 'code-invalid', text, { profile, detail: valueSet });
}
