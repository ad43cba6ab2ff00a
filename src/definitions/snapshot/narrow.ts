/**
 * Whether what a differential says of an element only narrows what the base allows. A profile may never allow what its base forbids.
 * Source: R4 profiling.html#resources, profiling.html#cardinality, profiling.html#binding, elementdefinition.html
 */
import type { ElementDefinition, ElementDefinitionType } from 'fhir/r4.js';
import { type Message, message } from '../../model/message.js';
import { withoutVersion } from '../canonicals.js';
import { ancestryOf, type LookUp, typeUrl } from './look-up.js';

export interface Widening {
  /** The field of the differential's element. */
  readonly field: string;
  readonly message: Message;
}

/** All in which `change` contradicts `base`; `path` is what people know the element by. */
export function widenings(base: ElementDefinition, change: ElementDefinition, path: string, lookUp: LookUp): readonly Widening[] {
  return [
    ...cardinality(base, change, path),
    ...types(base, change, path, lookUp),
    ...bindingStrength(base, change, path),
    ...fixedValue(base, change, path),
    ...flags(base, change, path),
    ...slicingRules(base, change, path),
  ];
}

function cardinality(base: ElementDefinition, change: ElementDefinition, path: string): readonly Widening[] {
  const [baseMin, baseMax] = [base.min ?? 0, base.max ?? '*'];
  const { min, max } = change;
  const found: Widening[] = [];
  if (max !== undefined && !/^(\*|[0-9]+)$/.test(max)) found.push(widening('max', quoted(max), numberOrStar, path));
  if (min !== undefined && (min < 0 || !Number.isInteger(min))) found.push(widening('min', is(min), wholeNumber, path));
  if (min !== undefined && min < baseMin) found.push(widening('min', is(min), atLeast(baseMin), path));
  if (max !== undefined && upTo(max) > upTo(baseMax)) found.push(widening('max', is(max), atMost(baseMax), path));
  const [lower, upper] = [min ?? baseMin, max ?? baseMax];
  if (found.length === 0 && lower > upTo(upper)) {
    found.push(widening(min === undefined ? 'max' : 'min', [`allows ${lower}..${upper}`, `使基数成为 ${lower}..${upper}`], inOrder, path));
  }
  return found;
}

function upTo(max: string): number {
  return max === '*' ? Number.POSITIVE_INFINITY : Number(max);
}

function types(base: ElementDefinition, change: ElementDefinition, path: string, lookUp: LookUp): readonly Widening[] {
  if (base.type === undefined || change.type === undefined) return [];
  const allowed = new Map<string, ElementDefinitionType[]>();
  for (const type of base.type) for (const url of urlsOf(type)) grouped(allowed, url).push(type);
  const names = [...new Set(base.type.map(({ code }) => code))].slice(0, 60);
  return change.type.flatMap((type, at) => {
    const { urls, isWhole } = ancestryOf(typeUrl(type.code), lookUp);
    const from = urls.flatMap((url) => allowed.get(url) ?? []);
    if (from.length > 0) return targets(from, type, at, path, lookUp);
    // A type that is named by its canonical may be one that is not at hand; of the others there are only R4's.
    const mayBe = !isWhole && type.code.includes('/');
    return mayBe ? [] : [widening(`type[${at}]`, is(type.code), oneOf(names), path)];
  });
}

function grouped(groups: Map<string, ElementDefinitionType[]>, url: string): ElementDefinitionType[] {
  const group = groups.get(url) ?? [];
  groups.set(url, group);
  return group;
}

/** Where R4 writes one of FHIRPath's own types (`id`, `Extension.url`) it says beside it which FHIR type is meant. */
function urlsOf({ code, extension = [] }: ElementDefinitionType): readonly string[] {
  const meant = extension.find(({ url }) => url === 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type')?.valueUrl;
  return [typeUrl(code), ...(meant === undefined ? [] : [typeUrl(meant)])];
}

function targets(
  before: readonly ElementDefinitionType[],
  { targetProfile = [] }: ElementDefinitionType,
  at: number,
  path: string,
  lookUp: LookUp,
): readonly Widening[] {
  const allowed = new Set(
    before.flatMap((type) => type.targetProfile ?? ['http://hl7.org/fhir/StructureDefinition/Resource']).map(withoutVersion),
  );
  const names = [...allowed].slice(0, 20);
  const expected: Words = [`one of ${names.join(', ')} or a profile on it`, `为 ${names.join('、')} 之一，或其上的规范`];
  return targetProfile.flatMap((target, place) => {
    const { urls, isWhole } = ancestryOf(target, lookUp);
    if (!isWhole || urls.some((url) => allowed.has(url))) return [];
    return [widening(`type[${at}].targetProfile[${place}]`, is(target), expected, path)];
  });
}

const strengths = ['example', 'preferred', 'extensible', 'required'];

/** What is required or extensible stays at least that; a preferred binding forbids nothing. Source: R4 profiling.html#binding */
function bindingStrength(base: ElementDefinition, change: ElementDefinition, path: string): readonly Widening[] {
  const [before, after] = [base.binding?.strength, change.binding?.strength];
  if (before === undefined || after === undefined || (before !== 'required' && before !== 'extensible')) return [];
  if (strengths.indexOf(after) >= strengths.indexOf(before)) return [];
  return [widening('binding.strength', is(after), [`at least as strong as the base's ${before}`, `不弱于基础定义的 ${before}`], path)];
}

function fixedValue(base: ElementDefinition, change: ElementDefinition, path: string): readonly Widening[] {
  const before = valueUnder('fixed', base);
  const after = valueUnder('fixed', change);
  if (before === undefined || after === undefined || before[1] === after[1]) return [];
  const found = short(after[1]);
  return [widening(after[0], [`fixes ${found}`, `固定为 ${found}`], asInBase(short(before[1])), path)];
}

function valueUnder(kind: 'fixed', element: ElementDefinition): readonly [field: string, value: string] | undefined {
  const found = Object.entries(element).find(([field, value]) => field.startsWith(kind) && value !== undefined);
  return found === undefined ? undefined : [found[0], JSON.stringify(found[1])];
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function flags(base: ElementDefinition, change: ElementDefinition, path: string): readonly Widening[] {
  return (['isModifier', 'mustSupport'] as const)
    .filter((flag) => base[flag] === true && change[flag] === false)
    .map((flag) => widening(flag, is('false'), asInBase('true'), path));
}

const openness = ['closed', 'openAtEnd', 'open'];

function slicingRules(base: ElementDefinition, change: ElementDefinition, path: string): readonly Widening[] {
  const [before, after] = [base.slicing?.rules, change.slicing?.rules];
  if (before === undefined || after === undefined || openness.indexOf(after) <= openness.indexOf(before)) return [];
  return [widening('slicing.rules', is(after), [`at most as open as the base's ${before}`, `不比基础定义的 ${before} 更开放`], path)];
}

/** A part of a sentence, in English and in Chinese. */
type Words = readonly [en: string, zh: string];

const numberOrStar: Words = ['a number or "*"', '为数字或“*”'];
const wholeNumber: Words = ['a whole number from 0', '为不小于 0 的整数'];
const inOrder: Words = ['a minimum not above the maximum', '使下限不大于上限'];

function is(found: string | number): Words {
  return [`is ${found}`, `为 ${found}`];
}

function quoted(found: string): Words {
  return [`is "${found}"`, `为“${found}”`];
}

function atLeast(least: number): Words {
  return [`at least the base's ${least}`, `不小于基础定义的 ${least}`];
}

function atMost(most: string): Words {
  return [`at most the base's ${most}`, `不大于基础定义的 ${most}`];
}

function oneOf(types: readonly string[]): Words {
  return [`one of the base's types: ${types.join(', ')}`, `为基础定义的类型之一（${types.join('、')}）`];
}

function asInBase(value: string): Words {
  return [`the base's ${value}`, `与基础定义相同，即 ${value}`];
}

function widening(field: string, found: Words, expected: Words, path: string): Widening {
  const name = field.replace(/\[.*/, '');
  return {
    field,
    message: message(
      'differential-widens',
      `${path}: ${name} ${found[0]}; expected was ${expected[0]}`,
      `${path} 的 ${name} ${found[1]}；应${expected[1]}`,
    ),
  };
}
