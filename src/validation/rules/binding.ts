/**
 * Codes against the value set an element is bound to. Required: an error; extensible: a warning, preferred: an information when none
 * of the codings is in it; outside of the largest value set that is allowed: an error. What cannot be decided here is said where it
 * matters. (The smallest value set is what a system must support, and says nothing of data.)
 * Source: R4 terminologies.html#strength, extension-elementdefinition-maxvalueset.html
 */
import type { ElementDefinition } from 'fhir/r4.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { Severity } from '../../model/outcome.js';
import type { Coding, Membership, Terminology } from '../../terminology/terminology.js';
import type { Compiler, Rule, RuleCheck } from '../compiler.js';
import { correctedStrength } from '../errata.js';
import { type ItemCheck, report, type Walk } from '../walk.js';
import { noCode, outside, type Strength, undecided } from './binding-message.js';
import { createLearned } from './learned.js';

interface Bound {
  readonly path: string;
  readonly valueSet: string;
  readonly strength: Strength;
  readonly profile: string | undefined;
  /** A code that its own code system has not is reported already. */
  readonly isJudgedByItself: boolean;
}

export const binding: Rule = (subject, compiler) => {
  const { element, inherited, profile, type } = subject;
  const before = inherited?.binding;
  const isJudgedByItself = (inherited === undefined ? element.binding : before)?.strength !== 'required';
  const known = boundsOf(inherited, type);
  const asked = boundsOf(element, type).filter(({ valueSet, strength }) => !known.some((one) => covers(one, valueSet, strength)));
  const bounds = asked.map((one) => ({ ...one, path: element.path, profile, isJudgedByItself }));
  return bounds.length === 0 ? undefined : checkOf(type, bounds, compiler);
};

const maximum = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';

/** The strictest first: what is outside of it is not reported again. */
function boundsOf(element: ElementDefinition | undefined, type: string): readonly Pick<Bound, 'valueSet' | 'strength'>[] {
  const { strength: published, valueSet, extension } = element?.binding ?? {};
  const strength = valueSet === undefined || published === undefined ? published : correctedStrength(valueSet, published, type);
  const most = extension?.find(({ url }) => url === maximum);
  const largest = most?.valueCanonical ?? most?.valueUri;
  const bounds: Pick<Bound, 'valueSet' | 'strength'>[] = [];
  if (largest !== undefined && strength !== 'required') bounds.push({ valueSet: largest, strength: 'maximum' });
  if (valueSet !== undefined && strength !== undefined && strength !== 'example') bounds.push({ valueSet, strength });
  return bounds;
}

function covers(before: Pick<Bound, 'valueSet' | 'strength'>, valueSet: string, strength: Strength): boolean {
  return before.valueSet === valueSet && (before.strength === strength || before.strength === 'required');
}

function checkOf(type: string, bounds: readonly Bound[], compiler: Compiler): RuleCheck | undefined {
  const { terminology, definitions } = compiler;
  if (type === 'CodeableConcept') return concept(bounds, compiler);
  if (type === 'Coding' || type === 'Quantity' || definitions.baseOf(type) === 'Quantity') return single(bounds, compiler, codingOf);
  if (definitions.kind(type) !== 'primitive') return undefined;
  const check = single(bounds, compiler, (value) => (typeof value === 'string' ? { code: value } : undefined));
  return Object.assign(check, {
    isFine: (value: Json) =>
      typeof value === 'string' && bounds.every(({ valueSet }) => terminology.membership(valueSet, { code: value }) === 'in'),
  });
}

/** A value that is one code. Without a code there is nothing to look up. */
function single(
  bounds: readonly Bound[],
  { terminology, definitions }: Compiler,
  toCoding: (value: Json) => Coding | undefined,
): ItemCheck {
  const learned = createLearned(definitions);
  return (value, _sibling, walk) => {
    if (learned.has(value)) return;
    const coding = value === undefined ? undefined : toCoding(value);
    if (coding?.code === undefined) return;
    if (checkBounds(bounds, [coding], isObject(value), terminology, walk)) learned.add(coding);
  };
}

/** One coding in the value set is enough; a concept of text alone fails a required binding. */
function concept(bounds: readonly Bound[], { terminology, definitions }: Compiler): ItemCheck {
  const learned = createLearned(definitions);
  return (value, _sibling, walk) => {
    // Codings that are no array are a fault of shape, told already.
    if (!isObject(value) || (value.coding !== undefined && !Array.isArray(value.coding))) return;
    if (value.coding?.some(learned.has)) return;
    const codings = Array.isArray(value.coding) ? value.coding.map(codingOf).filter((coding) => coding !== undefined) : [];
    const [first, second] = codings;
    if (first !== undefined) {
      if (checkBounds(bounds, codings, true, terminology, walk) && second === undefined) learned.add(first);
    } else if (!hasAbsence(value)) withoutCode(bounds, walk);
  };
}

function withoutCode(bounds: readonly Bound[], walk: Walk): void {
  for (const { strength, path, valueSet, profile } of bounds) {
    if (strength === 'required') report(walk, 'error', 'code-invalid', noCode(path, valueSet), { profile, detail: valueSet });
  }
}

function codingOf(value: Json): Coding | undefined {
  if (!isObject(value) || typeof value.code !== 'string') return undefined;
  return typeof value.system === 'string' ? { system: value.system, code: value.code } : { code: value.code };
}

function hasAbsence(value: JsonObject): boolean {
  return value.extension !== undefined && value.text === undefined;
}

/**
 * Only the first value set that the codes are not in is told. Gives whether the codes are in all of them, or may be where that is not
 * reported: then nothing is reported of codes among which these are.
 */
function checkBounds(
  bounds: readonly Bound[],
  codings: readonly Coding[],
  needsSystem: boolean,
  terminology: Terminology,
  walk: Walk,
): boolean {
  let isFine = true;
  // A `code` takes its system from the value set; a Coding or Quantity without one says nothing. Source: R4 datatypes.html#Coding
  const meant = needsSystem ? codings.filter(({ system }) => system !== undefined) : codings;
  for (const bound of bounds) {
    const best = bestOf(bound.valueSet, meant, terminology);
    if (best === 'in' || (best === 'undecided' && bound.strength === 'preferred')) continue;
    isFine = false;
    if (best === 'out' && isToldAlready(bound, codings, terminology)) continue;
    complain(bound, best, codings, terminology, walk);
    if (best === 'out') break;
  }
  return isFine;
}

function bestOf(valueSet: string, codings: readonly Coding[], terminology: Terminology): Membership {
  let best: Membership = 'out';
  for (const coding of codings) {
    const membership = terminology.membership(valueSet, coding);
    if (membership === 'in') return 'in';
    if (membership === 'undecided') best = 'undecided';
  }
  return best;
}

function isToldAlready({ isJudgedByItself }: Bound, codings: readonly Coding[], terminology: Terminology): boolean {
  return isJudgedByItself && codings.every((coding) => terminology.known(coding) === 'out');
}

const severities: Readonly<Record<Strength, Severity>> = {
  required: 'error',
  maximum: 'error',
  extensible: 'warning',
  preferred: 'information',
};

function complain(bound: Bound, membership: Membership, codings: readonly Coding[], terminology: Terminology, walk: Walk): void {
  const { path, valueSet, strength, profile } = bound;
  if (membership !== 'undecided') {
    const text = outside(path, codings, valueSet, strength, terminology);
    report(walk, severities[strength], 'code-invalid', text, { profile, detail: valueSet });
  } else {
    const severity = strength === 'extensible' ? 'information' : 'warning';
    report(walk, severity, 'code-invalid', undecided(path, codings, valueSet), { profile, detail: valueSet });
  }
}
