/**
 * A code by itself, whatever it is bound to: it exists in its code system where that is here whole, its display is one of the code
 * system's, and the system is named as code systems are. Where a required binding judges the code, it is not judged twice.
 * Source: R4 datatypes.html#Coding, #Quantity, terminologies.html#code, codesystem.html#defined-props
 */
import type { Definitions } from '../../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { type Message, message } from '../../model/message.js';
import { ownText } from '../../model/own-text.js';
import { isOneOf } from '../../terminology/displays.js';
import type { Description, Terminology } from '../../terminology/terminology.js';
import type { Rule } from '../compiler.js';
import { enclose, report, type Step, type Walk } from '../walk.js';
import { choice } from './binding-message.js';
import { createLearned, type Learned } from './learned.js';
import { inChinese, quoted, shorten } from './primitive.js';

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

function partStep(key: string, type: string): Step {
  return { key, text: key, owner: 'Coding', element: key, type };
}
const systemStep = partStep('system', 'uri');
const codeStep = partStep('code', 'code');
const displayStep = partStep('display', 'string');

/** A finding about a part of the coding. */
function at(step: Step, walk: Walk, complain: () => void): void {
  const from = walk.findings.length;
  complain();
  enclose(walk, from, step, -1);
}

const codingStep: Step = { key: 'coding', text: 'coding', owner: 'CodeableConcept', element: 'coding', type: 'Coding' };

export const coding: Rule = ({ element, inherited, type, owner }, { terminology, definitions }) => {
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
  if (type === 'CodeableConcept') return (value, _sibling, walk) => inConcept(value, said, walk, terminology);
  if (type === 'Quantity' || definitions.baseOf(type) === 'Quantity') {
    return isBound ? undefined : (value, _sibling, walk) => unit(value, walk, terminology);
  }
  if (type !== 'Coding' || owner === 'CodeableConcept') return undefined;
  return (value, _sibling, walk) => {
    if (isObject(value)) one(value, said, walk, terminology);
  };
};

function inConcept(value: Json | undefined, said: Said, walk: Walk, terminology: Terminology): void {
  if (!isObject(value) || !Array.isArray(value.coding)) return;
  for (let i = 0; i < value.coding.length; i++) {
    const item: Json = value.coding[i];
    if (!isObject(item)) continue;
    const from = walk.findings.length;
    one(item, said, walk, terminology);
    if (walk.findings.length !== from) enclose(walk, from, codingStep, i);
  }
}

function one(value: JsonObject, said: Said, walk: Walk, terminology: Terminology): void {
  const { display, system, code } = value;
  const learned = display === undefined ? said.learned : typeof display === 'string' ? learnedBeside(display, said) : undefined;
  const isPlain = learned !== undefined && value.version === undefined;
  if (isPlain && learned.get(system, code) === true) return;
  const from = walk.findings.length;
  judge(value, said, walk, terminology);
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

function judge(value: JsonObject, { isBound, needsSystem }: Said, walk: Walk, terminology: Terminology): void {
  const { system, code, version } = value;
  if (typeof system !== 'string') {
    if (typeof code === 'string' && value._system === undefined && needsSystem) withoutSystem(code, walk);
    return;
  }
  if (!system.includes(':')) {
    at(systemStep, walk, () => relativeSystem(system, walk));
    return;
  }
  if (typeof code !== 'string') return;
  const asked = typeof version === 'string' ? { system, code, version } : { system, code };
  const concept = terminology.describe(asked);
  if (concept !== undefined) describe(value, code, concept, walk);
  else if (terminology.codeSystem(system) === undefined) at(systemStep, walk, () => misnamed(system, walk, terminology));
  else if (!isBound && terminology.known(asked) === 'out') at(codeStep, walk, () => unknownCode(system, code, walk, terminology));
}

function unit(value: Json | undefined, walk: Walk, terminology: Terminology): void {
  if (!isObject(value)) return;
  const { system, code } = value;
  if (typeof system !== 'string' || typeof code !== 'string') return;
  if (terminology.known({ system, code }) !== 'out') return;
  if (system !== 'http://unitsofmeasure.org') {
    at(codeStep, walk, () => unknownCode(system, code, walk, terminology));
    return;
  }
  const text = message(
    'unit-unknown',
    `${shorten(code)} is no unit of UCUM; its units are written like mg/dL, mmol/L, /min, [IU], Cel`,
    `${quoted(code)} 不是 UCUM 单位；UCUM 单位形如 mg/dL、mmol/L、/min、[IU]、Cel`,
  );
  report(walk, 'error', 'code-invalid', text);
}

function unknownCode(system: string, code: string, walk: Walk, terminology: Terminology): void {
  const [en, zh] = choice(system, false, terminology) ?? ['', ''];
  const text = message(
    'code-unknown',
    `The code system ${shorten(system)} has no code ${shorten(code)}${en}`,
    `代码系统 ${quoted(system)} 没有代码 ${quoted(code)}${zh}`,
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

function relativeSystem(system: string, walk: Walk): void {
  const text = message(
    'system-relative',
    `The system of a code must be an absolute URI, found ${shorten(system)}`,
    `代码的 system 须为绝对 URI，实为 ${quoted(system)}`,
  );
  report(walk, 'warning', 'code-invalid', text);
}

/** The name of a value set, or nearly that of a code system. */
function misnamed(system: string, walk: Walk, terminology: Terminology): void {
  if (terminology.hasValueSet(system)) {
    const text = message(
      'system-is-value-set',
      `${shorten(system)} is a value set; the system of a code is that of the code system it is from`,
      `${quoted(system)} 是值集；代码的 system 应为其所属代码系统`,
    );
    report(walk, 'error', 'code-invalid', text);
    return;
  }
  const meant = nearest(system, terminology);
  if (meant === undefined) return;
  const text = message(
    'system-misspelt',
    `The code system ${shorten(system)} is not known; is ${meant} meant?`,
    `不认识代码系统 ${quoted(system)}；是否指 ${meant}？`,
  );
  report(walk, 'warning', 'code-invalid', text);
}

/** Known by name alone. Source: R4 terminologies-systems.html */
const elsewhere = new Set([
  'http://loinc.org',
  'http://snomed.info/sct',
  'http://www.nlm.nih.gov/research/umls/rxnorm',
  'http://hl7.org/fhir/sid/icd-10',
  'http://www.whocc.no/atc',
]);

function nearest(system: string, terminology: Terminology): string | undefined {
  if (elsewhere.has(system)) return undefined;
  const plain = system
    .replace(/^https:/, 'http:')
    .replace(/^http:\/\/www\.(?=loinc|snomed|unitsofmeasure)/, 'http://')
    .replace(/\/+$/, '');
  const oid = /^[0-2](?:\.\d+)+$/.test(plain) ? `urn:oid:${plain}` : plain;
  return [oid, oid.toLowerCase()].find((one) => one !== system && (elsewhere.has(one) || terminology.codeSystem(one) !== undefined));
}

/** Warnings: the code is right, and it is the code that counts. */
function describe({ display }: JsonObject, code: string, concept: Description, walk: Walk): void {
  const wrong = typeof display === 'string' ? wrongDisplay(code, display, concept) : undefined;
  if (wrong !== undefined) at(displayStep, walk, () => report(walk, 'warning', 'code-invalid', wrong));
  if (concept.isAbstract || concept.isInactive) at(codeStep, walk, () => notForUse(code, concept, walk));
}

function notForUse(code: string, concept: Description, walk: Walk): void {
  if (concept.isAbstract) {
    const text = message(
      'code-abstract',
      `The code ${shorten(code)} groups others and is not meant to be recorded itself`,
      `代码 ${quoted(code)} 仅用于分组，不宜直接使用`,
    );
    report(walk, 'warning', 'code-invalid', text);
  }
  if (!concept.isInactive) return;
  const text = message('code-inactive', `The code ${shorten(code)} is retired`, `代码 ${quoted(code)} 已停用`);
  report(walk, 'warning', 'code-invalid', text);
}

/** In another script than all known displays it is a translation that is not known here. */
function isWrong(display: string, displays: readonly string[]): boolean {
  const isChinese = chinese.test(display);
  const comparable = displays.filter((one) => chinese.test(one) === isChinese);
  return comparable.length > 0 && !isOneOf(display, comparable);
}

const chinese = /\p{Script=Han}/u;

/** Data from one source name a code wrongly again and again; the concept and the two texts decide alone. */
const MAX_WRONG = 20;
const MAX_LENGTH = 200;
const wrongDisplays = new WeakMap<Description, Map<string, Message>>();

function wrongDisplay(code: string, display: string, concept: Description): Message | undefined {
  const known = wrongDisplays.get(concept);
  const name = known === undefined ? '' : `${code} ${display}`;
  const before = known?.get(name);
  if (before !== undefined) return before;
  if (!isWrong(display, concept.displays)) return undefined;
  const right = concept.displays.map(shorten);
  const text = message(
    'display-wrong',
    `The display of ${shorten(code)} is ${right.join(', ')}, found ${shorten(display)}`,
    `代码 ${quoted(code)} 的名称为 ${right.map(inChinese).join('、')}，实为 ${quoted(display)}`,
  );
  rememberWrong(`${code} ${display}`, text, concept, known ?? new Map());
  return text;
}

let conceptsRemembered = 0;

function rememberWrong(name: string, text: Message, concept: Description, known: Map<string, Message>): void {
  if (name.length > MAX_LENGTH || known.size >= MAX_WRONG) return;
  if (known.size === 0 && ++conceptsRemembered > 1000) return;
  wrongDisplays.set(concept, known.set(ownText(name), text));
}
