/**
 * A code by itself, whatever it is bound to: it exists in its code system where that is here whole, its display is one of the code
 * system's, and the system is named as code systems are. Where a required binding judges the code, it is not judged twice.
 * Source: R4 datatypes.html#Coding, #Quantity, terminologies.html#code, codesystem.html#defined-props
 */
import type { Definitions } from '../../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { ownText } from '../../model/own-text.js';
import { didYouMean } from '../../terminology/meant.js';
import type { Compiler, Rule } from '../compiler.js';
import { enclose, report, type Step, type Walk } from '../walk.js';
import { choice } from './binding-message.js';
import { at, codeStep, systemStep } from './coding-part.js';
import { describe } from './described.js';
import { createLearned, type Learned } from './learned.js';
import { quoted, shorten } from './primitive.js';
import { nearSystem, ofCode, relativeSystem } from './system-meant.js';

type Asked = Pick<Compiler, 'terminology' | 'nearSystem'>;

/** What the binding leaves to be said. */
interface Said {
  /** A required binding judges whether the code exists. */
  readonly isBound: boolean;
  /** Any other binding finds a code without a system to be outside of its value set. */
  readonly needsSystem: boolean;
  readonly learned: Learned<true>;
  readonly byDisplay: Map<string, Learned<true>>;
  readonly definitions: Pick<Definitions, 'generation'>;
}

const codingStep: Step = { key: 'coding', text: 'coding', owner: 'CodeableConcept', element: 'coding', type: 'Coding' };

export const coding: Rule = ({ element, inherited, type, owner }, compiler) => {
  const { definitions } = compiler;
  if (inherited !== undefined || owner === '') return undefined;
  const strength = element.binding?.strength;
  const isBound = strength === 'required';
  const needsSystem = strength === undefined || strength === 'example';
  const said = {
    isBound,
    needsSystem,
    learned: createLearned<true>(definitions),
    byDisplay: new Map<string, Learned<true>>(),
    definitions,
  };
  if (type === 'CodeableConcept') return (value, _sibling, walk) => inConcept(value, said, walk, compiler);
  if (type === 'Quantity' || definitions.baseOf(type) === 'Quantity') {
    return isBound ? undefined : (value, _sibling, walk) => unit(value, walk, compiler);
  }
  if (type !== 'Coding' || owner === 'CodeableConcept') return undefined;
  return (value, _sibling, walk) => {
    if (isObject(value)) one(value, said, walk, compiler);
  };
};

function inConcept(value: Json | undefined, said: Said, walk: Walk, compiler: Asked): void {
  if (!isObject(value) || !Array.isArray(value.coding)) return;
  for (let i = 0; i < value.coding.length; i++) {
    const item: Json = value.coding[i];
    if (!isObject(item)) continue;
    const from = walk.findings.length;
    one(item, said, walk, compiler);
    if (walk.findings.length !== from) enclose(walk, from, codingStep, i);
  }
}

function one(value: JsonObject, said: Said, walk: Walk, compiler: Asked): void {
  const { display, system, code } = value;
  const learned = display === undefined ? said.learned : typeof display === 'string' ? learnedBeside(display, said) : undefined;
  const isPlain = learned !== undefined && value.version === undefined;
  if (isPlain && learned.get(system, code) === true) return;
  const from = walk.findings.length;
  judge(value, said, walk, compiler);
  // Of a resource with very many faults not all are reported: nothing is learned from it.
  const isReported = walk.errors === 0 && walk.hints < 1000;
  if (isPlain && isReported && walk.findings.length === from) learned.add(system, code, true);
}

const MAX_DISPLAYS = 500;

/** The codings that were right with a display. */
function learnedBeside(display: string, { byDisplay, definitions }: Said): Learned<true> | undefined {
  const known = byDisplay.get(display);
  if (known !== undefined || byDisplay.size >= MAX_DISPLAYS) return known;
  const made = createLearned<true>(definitions);
  byDisplay.set(ownText(display), made);
  return made;
}

function judge(value: JsonObject, { isBound, needsSystem }: Said, walk: Walk, compiler: Asked): void {
  const { terminology } = compiler;
  const { system, code, version } = value;
  if (typeof system !== 'string') {
    if (typeof code === 'string' && value._system === undefined && needsSystem) withoutSystem(code, walk);
    return;
  }
  if (!system.includes(':')) {
    at(systemStep, walk, () => report(walk, 'warning', 'code-invalid', relativeSystem(system, compiler.nearSystem(system), ofCode)));
    return;
  }
  if (typeof code !== 'string') return;
  const known = terminology.knownAs(system);
  if (known !== system) at(systemStep, walk, () => otherwiseNamed(system, known, walk));
  const asked = typeof version === 'string' ? { system, code, version } : { system, code };
  const concept = terminology.describe(asked);
  if (concept !== undefined) describe(value, { system: known, code }, concept, { walk, terminology });
  else if (terminology.codeSystem(known) === undefined) at(systemStep, walk, () => misnamed(system, walk, compiler));
  else if (!isBound && terminology.known(asked) === 'out') at(codeStep, walk, () => unknownCode(known, code, walk, compiler));
}

function unit(value: Json | undefined, walk: Walk, { terminology }: Pick<Compiler, 'terminology'>): void {
  if (!isObject(value)) return;
  const { system, code } = value;
  if (typeof system !== 'string' || typeof code !== 'string') return;
  if (terminology.known({ system, code }) !== 'out') return;
  if (system !== 'http://unitsofmeasure.org') {
    at(codeStep, walk, () => unknownCode(system, code, walk, { terminology }));
    return;
  }
  const text = message(
    'unit-unknown',
    `${shorten(code)} is no unit of UCUM; its units are written like mg/dL, mmol/L, /min, [IU], Cel`,
    `${quoted(code)} 不是 UCUM 单位；UCUM 单位形如 mg/dL、mmol/L、/min、[IU]、Cel`,
  );
  report(walk, 'error', 'code-invalid', text);
}

function unknownCode(system: string, code: string, walk: Walk, { terminology }: Pick<Compiler, 'terminology'>): void {
  const [en, zh] = choice(system, false, terminology) ?? ['', ''];
  const [hint, hintZh] = didYouMean(terminology.meant(system, { system, code }));
  const text = message(
    'code-unknown',
    `The code system ${shorten(system)} has no code ${shorten(code)}${en}${hint}`,
    `代码系统 ${quoted(system)} 没有代码 ${quoted(code)}${zh}${hintZh}`,
  );
  report(walk, 'error', 'code-invalid', text);
}

function withoutSystem(code: string, walk: Walk): void {
  const text = message(
    'code-without-system',
    `The code ${shorten(code)} has no system, so nobody can tell what it means`,
    `代码 ${quoted(code)} 没有 system，无法得知其含义`,
  );
  report(walk, 'warning', 'code-invalid', text);
}

/** The same code system: an older message names it by its OID. Source: R4 namingsystem.html */
function otherwiseNamed(system: string, known: string, walk: Walk): void {
  const text = message(
    'system-otherwise-named',
    `${shorten(system)} is the code system ${shorten(known)}; FHIR names it by that URL`,
    `${quoted(system)} 即代码系统 ${quoted(known)}；FHIR 中应使用该 URL`,
  );
  report(walk, 'information', 'informational', text);
}

/** The name of a value set, or nearly that of a code system. */
function misnamed(system: string, walk: Walk, { terminology, nearSystem: find }: Asked): void {
  if (terminology.hasValueSet(system)) {
    const text = message(
      'system-is-value-set',
      `${shorten(system)} is a value set; the system of a code is that of the code system it is from`,
      `${quoted(system)} 是值集；代码的 system 应为其所属代码系统`,
    );
    report(walk, 'error', 'code-invalid', text);
    return;
  }
  const near = find(system);
  if (near !== undefined) report(walk, 'warning', 'code-invalid', nearSystem(system, near, ofCode));
}
