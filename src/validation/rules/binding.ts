/**
 * Codes against the value set an element is bound to. Required: an error; extensible: a warning, preferred: an information when none
 * of the codings is in it; outside of the largest value set that is allowed: an error, but a warning where the codes are all of systems it
 * does not draw on, as what they mean may well be in it. What cannot be decided here is said where it matters. (The smallest value set is
 * what a system must support, and says nothing of data.)
 * Source: R4 terminologies.html#strength, extension-elementdefinition-maxvalueset.html
 */
import type { ElementDefinition } from 'fhir/r4.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import type { Message } from '../../model/message.js';
import type { Severity } from '../../model/outcome.js';
import type { Coding, Membership, Terminology } from '../../terminology/terminology.js';
import { type Compiler, isPresent, type Rule, type RuleCheck } from '../compiler.js';
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
  const { definitions } = compiler;
  if (type === 'CodeableConcept') return concept(bounds, compiler);
  if (type === 'Coding' || type === 'Quantity' || definitions.baseOf(type) === 'Quantity') return single(bounds, compiler);
  return definitions.kind(type) === 'primitive' ? code(bounds, compiler) : undefined;
}

/** What the bindings have to say of codes. */
interface Outcome {
  /** They are in all value sets, or may be where that is not reported: then nothing is reported of codes among which these are. */
  readonly isFine: boolean;
  readonly complaints: readonly Complaint[];
}

interface Complaint {
  readonly severity: Severity;
  readonly message: Message;
  readonly profile: string | undefined;
  readonly detail: string;
}

const fine: Outcome = { isFine: true, complaints: [] };

/** Beyond these only what is fine is remembered: there is no end of wrong codes. */
const MAX_WRONG = 100;

interface Outcomes {
  get(system: Json | undefined, code: Json | undefined): Outcome | undefined;
  keep(system: Json | undefined, code: Json | undefined, outcome: Outcome): void;
}

function createOutcomes({ definitions }: Compiler): Outcomes {
  const right = createLearned<Outcome>(definitions);
  const wrong = createLearned<Outcome>(definitions, MAX_WRONG);
  return {
    get: (system, code) => right.get(system, code) ?? wrong.get(system, code),
    keep: (system, code, outcome) => (outcome.isFine ? right : wrong).add(system, code, outcome),
  };
}

function tell({ complaints }: Outcome, walk: Walk): void {
  for (const { severity, message, profile, detail } of complaints) report(walk, severity, 'code-invalid', message, { profile, detail });
}

/** A `code` takes its system from the value set; its outcomes are kept under none. */
function code(bounds: readonly Bound[], compiler: Compiler): RuleCheck {
  const outcomes = createOutcomes(compiler);
  const outcomeOf = (value: string): Outcome => {
    const known = outcomes.get('', value);
    if (known !== undefined) return known;
    const outcome = judge(bounds, [{ code: value }], false, compiler.terminology);
    outcomes.keep('', value, outcome);
    return outcome;
  };
  const check: ItemCheck = (value, _sibling, walk) => {
    if (typeof value === 'string') tell(outcomeOf(value), walk);
  };
  return Object.assign(check, { isFine: (value: Json) => typeof value === 'string' && outcomeOf(value).complaints.length === 0 });
}

/** A value that is one code. Without a code there is nothing to look up. */
function single(bounds: readonly Bound[], compiler: Compiler): ItemCheck {
  const outcomes = createOutcomes(compiler);
  return (value, _sibling, walk) => {
    if (isObject(value)) tell(outcomeOf(value, bounds, outcomes, compiler), walk);
  };
}

function outcomeOf(value: JsonObject, bounds: readonly Bound[], outcomes: Outcomes, { terminology }: Compiler): Outcome {
  const known = outcomes.get(value.system, value.code);
  if (known !== undefined) return known;
  const coding = codingOf(value);
  if (coding === undefined) return fine;
  const outcome = judge(bounds, [coding], true, terminology);
  outcomes.keep(value.system, value.code, outcome);
  return outcome;
}

/** One coding in the value set is enough; a concept of text alone fails a required binding. */
function concept(bounds: readonly Bound[], compiler: Compiler): ItemCheck {
  const outcomes = createOutcomes(compiler);
  const isFine = (value: Json) => isObject(value) && outcomes.get(value.system, value.code)?.isFine === true;
  return (value, _sibling, walk) => {
    // Codings that are no array are a fault of shape, told already.
    if (!isObject(value) || (value.coding !== undefined && !Array.isArray(value.coding))) return;
    if (value.coding?.some(isFine)) return;
    const codings = value.coding?.filter((one: Json) => codingOf(one) !== undefined) ?? [];
    const [first, second] = codings;
    if (second !== undefined) tell(judge(bounds, codings.map(codingOf).filter(isPresent), true, compiler.terminology), walk);
    else if (isObject(first)) tell(outcomeOf(first, bounds, outcomes, compiler), walk);
    else if (!hasAbsence(value)) withoutCode(bounds, walk);
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

/** Only the first value set that the codes are not in is told. */
function judge(bounds: readonly Bound[], codings: readonly Coding[], needsSystem: boolean, terminology: Terminology): Outcome {
  const complaints: Complaint[] = [];
  let isFine = true;
  // A `code` takes its system from the value set; a Coding or Quantity without one says nothing. Source: R4 datatypes.html#Coding
  const meant = needsSystem ? codings.filter(({ system }) => system !== undefined) : codings;
  for (const bound of bounds) {
    const best = bestOf(bound.valueSet, meant, terminology);
    if (best === 'in' || (best === 'undecided' && bound.strength === 'preferred')) continue;
    isFine = false;
    if (best === 'out' && isToldAlready(bound, codings, terminology)) continue;
    complaints.push(complaint(bound, best, codings, terminology));
    if (best === 'out') break;
  }
  return isFine ? fine : { isFine, complaints };
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

function complaint(bound: Bound, membership: Membership, codings: readonly Coding[], terminology: Terminology): Complaint {
  const { path, valueSet, strength, profile } = bound;
  const more = { profile, detail: valueSet };
  if (membership !== 'undecided') {
    const isElsewhere =
      strength === 'maximum' && codings.every(({ system }) => system !== undefined && !terminology.drawsOn(valueSet, system));
    const severity = isElsewhere ? 'warning' : severities[strength];
    return { severity, message: outside(path, codings, valueSet, strength, terminology), ...more };
  }
  return {
    severity: strength === 'extensible' ? 'information' : 'warning',
    message: undecided(path, codings, valueSet, terminology),
    ...more,
  };
}
