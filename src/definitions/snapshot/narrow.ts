/**
 * Whether what a differential says of an element only narrows what the base allows. A profile may never allow what its base forbids.
 * Source: R4 profiling.html#resources, profiling.html#cardinality, profiling.html#binding, elementdefinition.html
 */
import type { ElementDefinition, ElementDefinitionType } from 'fhir/r4.js';
import { type Message, message } from '../../model/message.js';
import { ancestryOf, type LookUp, typeUrl, withoutVersion } from './look-up.js';

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
  if (max !== undefined && !/^(\*|[0-9]+)$/.test(max)) found.push(widening('max', `is "${max}"`, 'a number or "*"', path));
  if (min !== undefined && (min < 0 || !Number.isInteger(min))) found.push(widening('min', `is ${min}`, 'a whole number from 0', path));
  if (min !== undefined && min < baseMin) found.push(widening('min', `is ${min}`, `at least the base's ${baseMin}`, path));
  if (max !== undefined && upTo(max) > upTo(baseMax)) found.push(widening('max', `is ${max}`, `at most the base's ${baseMax}`, path));
  const [lower, upper] = [min ?? baseMin, max ?? baseMax];
  if (found.length === 0 && lower > upTo(upper)) {
    found.push(widening(min === undefined ? 'max' : 'min', `allows ${lower}..${upper}`, 'a minimum not above the maximum', path));
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
  const names = [...new Set(base.type.map(({ code }) => code))].slice(0, 60).join(', ');
  return change.type.flatMap((type, at) => {
    const { urls, isWhole } = ancestryOf(typeUrl(type.code), lookUp);
    const from = urls.flatMap((url) => allowed.get(url) ?? []);
    if (from.length > 0) return targets(from, type, at, path, lookUp);
    // A type that is named by its canonical may be one that is not at hand; of the others there are only R4's.
    const mayBe = !isWhole && type.code.includes('/');
    return mayBe ? [] : [widening(`type[${at}]`, `is ${type.code}`, `one of the base's types: ${names}`, path)];
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
  const names = [...allowed].slice(0, 20).join(', ');
  return targetProfile.flatMap((target, place) => {
    const { urls, isWhole } = ancestryOf(target, lookUp);
    if (!isWhole || urls.some((url) => allowed.has(url))) return [];
    return [widening(`type[${at}].targetProfile[${place}]`, `is ${target}`, `one of ${names} or a profile on it`, path)];
  });
}

const strengths = ['example', 'preferred', 'extensible', 'required'];

/** What is required or extensible stays at least that; a preferred binding forbids nothing. Source: R4 profiling.html#binding */
function bindingStrength(base: ElementDefinition, change: ElementDefinition, path: string): readonly Widening[] {
  const [before, after] = [base.binding?.strength, change.binding?.strength];
  if (before === undefined || after === undefined || (before !== 'required' && before !== 'extensible')) return [];
  if (strengths.indexOf(after) >= strengths.indexOf(before)) return [];
  return [widening('binding.strength', `is ${after}`, `at least as strong as the base's ${before}`, path)];
}

function fixedValue(base: ElementDefinition, change: ElementDefinition, path: string): readonly Widening[] {
  const before = valueUnder('fixed', base);
  const after = valueUnder('fixed', change);
  if (before === undefined || after === undefined || before[1] === after[1]) return [];
  return [widening(after[0], `fixes ${short(after[1])}`, `the base's ${short(before[1])}`, path)];
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
    .map((flag) => widening(flag, 'is false', "the base's true", path));
}

const openness = ['closed', 'openAtEnd', 'open'];

function slicingRules(base: ElementDefinition, change: ElementDefinition, path: string): readonly Widening[] {
  const [before, after] = [base.slicing?.rules, change.slicing?.rules];
  if (before === undefined || after === undefined || openness.indexOf(after) <= openness.indexOf(before)) return [];
  return [widening('slicing.rules', `is ${after}`, `at most as open as the base's ${before}`, path)];
}

function widening(field: string, found: string, expected: string, path: string): Widening {
  const name = field.replace(/\[.*/, '');
  return {
    field,
    message: message(
      'differential-widens',
      `${path}: ${name} ${found}; expected was ${expected}`,
      `${path}：${name} 与基础定义冲突（${found}；应为 ${expected}）`,
    ),
  };
}
