/**
 * Constraints in FHIRPath. A constraint holds when it gives true; nothing, or an error while it runs, is a failure.
 * Source: R4 elementdefinition.html#ElementDefinition.constraint, conformance-rules.html#constraints
 */
import type { ElementDefinition, ElementDefinitionConstraint } from 'fhir/r4.js';
import { FhirPathError, type Item } from '../../fhirpath/expression.js';
import type { Json, JsonObject } from '../../model/json.js';
import { type Message, message } from '../../model/message.js';
import type { Severity } from '../../model/outcome.js';
import { asksForCheckCharacter, wrongCheckCharacter } from '../check-character.js';
import { all, type Compiler, isPresent, type Rule } from '../compiler.js';
import { type Condition, compileCondition } from '../condition.js';
import { corrected } from '../errata.js';
import { environmentOf, isTrue, type Origin, type Ready, tryCompile } from '../evaluation.js';
import { chineseSentence } from '../invariant-sentences.js';
import { nativeInvariants } from '../native-invariants.js';
import { type ItemCheck, isLate, postpone, report, type Walk } from '../walk.js';

/** Checked by this room's own code, for every element and resource; sqty-1 repeats a cardinality of SimpleQuantity. */
const checkedElsewhere = new Set([
  'sqty-1',
  'ele-1',
  'ext-1',
  'dom-2',
  'dom-3',
  'dom-4',
  'dom-5',
  'dom-6',
  'ref-1',
  'txt-1',
  'txt-2',
  'bdl-7',
]);

export const invariant: Rule = ({ element, inherited, type, owner, profile }, compiler) => {
  if (element.constraint === undefined || element.constraint.every(({ key }) => checkedElsewhere.has(key))) return undefined;
  const typeRoot = owner === '' ? undefined : compiler.definitions.structureOf(type)?.snapshot?.element[0];
  const before = new Set([...keysOf(inherited), ...keysOf(typeRoot)]);
  const own = element.constraint.filter((one) => !before.has(keyOf(one)) && !checkedElsewhere.has(one.key));
  const checks = own.map((constraint) => check(constraint, type, profile, compiler)).filter(isPresent);
  const isOfResource = owner === '' && profile === undefined && compiler.definitions.kind(type) === 'resource';
  return all(isOfResource ? checks.map(inTime) : checks);
};

/** What is asked of a whole resource may look through all of it: in a walk of steps each such question can be a step of its own. */
function inTime(look: ItemCheck): ItemCheck {
  return (value, sibling, walk) => {
    if (isLate(walk)) postpone(walk, (later) => look(value, sibling, later));
    else look(value, sibling, walk);
  };
}

function keysOf(element: ElementDefinition | undefined): readonly string[] {
  return element?.constraint?.map(keyOf) ?? [];
}

function keyOf({ key, expression }: ElementDefinitionConstraint): string {
  return `${key} ${expression}`;
}

function check(
  constraint: ElementDefinitionConstraint,
  type: string,
  profile: string | undefined,
  compiler: Compiler,
): ItemCheck | undefined {
  const { expression } = constraint;
  const severity = severityOf(constraint, compiler);
  if (expression === undefined || severity === undefined) return undefined;
  const holds =
    nativeInvariants.get(expression) ?? evaluated(corrected(expression), type, profile === undefined ? 'type' : 'profile', compiler);
  const text = textOf(constraint);
  const hasCheckCharacter = asksForCheckCharacter(expression);
  let reads: ReadonlySet<string> | undefined;
  return (value, sibling, walk) => {
    const result = holds(value, sibling, walk);
    // What keeps it from being evaluated is then a fault of shape, and that is reported where it stands, in a walk of steps perhaps later.
    if (result === true || (typeof result === 'object' && hasWrongShape(walk))) return;
    const excuse = typeof result === 'object' && walk.until !== Number.POSITIVE_INFINITY ? () => hasWrongShape(walk) : undefined;
    const told = hasCheckCharacter ? withCheckCharacter(text, value) : text;
    reads ??= new Set(corrected(expression).match(/[A-Za-z]+/g));
    report(walk, severity, 'invariant', typeof result === 'object' ? withReason(told, result) : told, { profile, excuse, reads });
  };
}

function hasWrongShape({ findings }: Walk): boolean {
  return findings.some(({ code }) => code === 'structure');
}

function severityOf({ severity, extension }: ElementDefinitionConstraint, compiler: Compiler): Severity | undefined {
  const isBestPractice = extension?.some(
    (one) => one.url === 'http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice' && one.valueBoolean === true,
  );
  return isBestPractice ? compiler.bestPractice : severity;
}

/** Why an invariant does not hold: false, or the sentences of an error. */
type Holds = (value: Json | undefined, sibling: JsonObject | undefined, walk: Parameters<ItemCheck>[2]) => boolean | Message;

function evaluated(text: string, type: string, origin: Origin, compiler: Compiler): Holds {
  let compiled: Ready | undefined;
  const holds = certainty(text, type, compiler);
  return (value, sibling, walk) => {
    if (holds(value, sibling, walk)) return true;
    compiled ??= tryCompile(text, type, compiler);
    if ('zh' in compiled) return compiled;
    const focus: Item = { type, value, sibling };
    try {
      return isTrue(compiled.evaluate([focus], environmentOf(walk, origin, compiler)));
    } catch (error) {
      if (error instanceof FhirPathError) return error.sentence;
      throw error;
    }
  };
}

/** Most invariants hold nearly always, and for most of them plain code can tell. */
function certainty(text: string, type: string, { definitions }: Compiler): (...args: Parameters<ItemCheck>) => boolean {
  let condition: Condition | undefined;
  let isMade = false;
  return (value, sibling, walk) => {
    if (!isMade) condition = conditionOf(text, type, definitions);
    isMade = true;
    return condition?.(value, sibling, walk.resource) === true;
  };
}

/** What is no FHIRPath is for the engine to tell. */
function conditionOf(text: string, type: string, definitions: Compiler['definitions']): Condition | undefined {
  try {
    return compileCondition(text, type, definitions);
  } catch (error) {
    if (error instanceof FhirPathError) return undefined;
    throw error;
  }
}

function textOf(constraint: ElementDefinitionConstraint): Message {
  const { key, human } = constraint;
  return message(key, `${key}: ${human}`, `不满足约束 ${key}：${translated(constraint) ?? chineseSentence(constraint) ?? human}`);
}

function translated(constraint: ElementDefinitionConstraint): string | undefined {
  const translation = constraint._human?.extension?.find((one) =>
    one.extension?.some((part) => part.url === 'lang' && (part.valueCode ?? '').startsWith('zh')),
  );
  const content = translation?.extension?.find((part) => part.url === 'content');
  return content?.valueString ?? content?.valueMarkdown;
}

function withReason(text: Message, reason: Message): Message {
  return message(text.id, `${text.en} (not evaluated: ${reason.en})`, `${text.zh}（未能求值；${reason.zh}）`);
}

/** The digits themselves are not told: they name a person. */
function withCheckCharacter(text: Message, value: Json | undefined): Message {
  const wrong = wrongCheckCharacter(value);
  if (wrong === undefined) return text;
  const { expected, found } = wrong;
  return message(
    text.id,
    `${text.en} (if the 17 digits are right, the check character is ${expected}; found ${found})`,
    `${text.zh}（若前 17 位无误，校验码应为 ${expected}，实为 ${found}）`,
  );
}
