/**
 * References: their form, the contained resource they promise, and the types their target may have, read from the reference itself or
 * from the target where it is at hand. Source: R4 references.html, elementdefinition.html#ElementDefinition.type.targetProfile
 */
import type { ElementDefinition } from 'fhir/r4.js';
import type { Definitions } from '../../definitions/definitions.js';
import { isObject, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { all, type Compiler, isPresent, type Rule } from '../compiler.js';
import { parseTarget } from '../reference-target.js';
import { containedResource, isInBundle, resolveReference } from '../resolve.js';
import { type ItemCheck, passes, report, type Walk } from '../walk.js';
import { quoted, shorten } from './primitive.js';

export const reference: Rule = ({ element, inherited, type, owner, profile }, compiler) => {
  if (type !== 'Reference' || owner === '') return undefined;
  const targets = targetsOf(element);
  const before = targetsOf(inherited);
  const isNarrower = targets.length > 0 && targets.some((one) => !before.includes(one));
  const checks = [
    inherited === undefined ? form(compiler) : undefined,
    isNarrower || (targets.length > 0 && targets.length < before.length) ? targetType(targets, element.path, profile, compiler) : undefined,
    isNarrower && inherited !== undefined ? targetConforms(targets, element.path, profile, compiler) : undefined,
    aggregation(element, inherited, profile),
    versioning(element, inherited, profile),
  ];
  return all(checks.filter(isPresent));
};

function referenceType(element: ElementDefinition | undefined) {
  return element?.type?.find((one) => one.code === 'Reference');
}

function targetsOf(element: ElementDefinition | undefined): readonly string[] {
  return referenceType(element)?.targetProfile ?? [];
}

function form({ definitions }: Compiler): ItemCheck {
  return (value, _sibling, walk) => {
    const text = isObject(value) ? value.reference : undefined;
    if (typeof text !== 'string') return;
    if (text.startsWith('#') && !isLocal(text, walk)) return notContained(text, walk);
    const target = targetOf(text, walk, definitions);
    if (target === 'malformed') malformed(text, walk);
    else if (isConditional(text) && walk.bundle?.bundle.type !== 'transaction') notInTransaction(text, walk);
    else if (target !== undefined && isObject(value) && typeof value.type === 'string' && typeNamed(value.type) !== target)
      otherType(text, value.type, walk);
    if (walk.bundle !== undefined && text.startsWith('urn:') && resolveReference(text, walk) === undefined) notInBundle(text, walk);
  };
}

/** To a contained resource, or with `#` alone from there to what contains it. Source: R4 references.html#contained */
function isLocal(text: string, walk: Walk): boolean {
  return text === '#' ? walk.resource !== walk.container : containedResource(text.slice(1), walk) !== undefined;
}

/** The type a reference leads to, by its text or by what is at hand; undefined where neither tells. */
function targetOf(text: string, walk: Walk, definitions: Definitions): string | undefined {
  if (!text.startsWith('#') && !text.startsWith('urn:')) return parseTarget(text, definitions);
  if (text === '#' && !isLocal(text, walk)) return undefined;
  const target = resolveReference(text, walk)?.resourceType;
  return typeof target === 'string' && definitions.isResourceType(target) ? target : undefined;
}

/** `Patient?identifier=…`; an absolute URL may have a query of its own. */
function isConditional(text: string): boolean {
  const query = text.indexOf('?');
  return query > 0 && text.lastIndexOf(':', query) < 0;
}

/** Source: R4 http.html#trules */
function notInTransaction(text: string, walk: Walk): void {
  const found = message(
    'reference-conditional',
    `The reference ${shorten(text)} is conditional; only the entries of a transaction may hold such`,
    `引用 ${quoted(text)} 是条件引用；只有事务的条目才可使用`,
  );
  report(walk, 'error', 'value', found);
}

/** Source: R4 bundle.html#references */
function notInBundle(text: string, walk: Walk): void {
  const found = message(
    'urn-not-in-bundle',
    `No entry of the Bundle has the fullUrl ${shorten(text)}`,
    `Bundle 中没有 fullUrl 为 ${quoted(text)} 的条目`,
  );
  report(walk, 'warning', 'not-found', found);
}

function notContained(text: string, walk: Walk): void {
  const found = message(
    'ref-1',
    `ref-1: The reference ${shorten(text)} leads to no contained resource`,
    `不满足约束 ref-1：引用 ${quoted(text)} 没有对应的被包含资源`,
  );
  report(walk, 'error', 'invariant', found);
}

function malformed(text: string, walk: Walk): void {
  const found = message(
    'reference-malformed',
    `The reference ${shorten(text)} has no form that R4 knows: Type/id with a type of R4, an absolute URL, urn:uuid:, urn:oid: or #id`,
    `引用 ${quoted(text)} 不是 R4 的形式：Type/id（类型须为 R4 所定义）、绝对 URL、urn:uuid:、urn:oid: 或 #id`,
  );
  report(walk, 'error', 'value', found);
}

function otherType(text: string, type: string, walk: Walk): void {
  const found = message(
    'reference-type-differs',
    `The reference ${shorten(text)} does not lead to the type it names (${shorten(type)})`,
    `引用 ${quoted(text)} 与其所称类型（${quoted(type)}）不符`,
  );
  report(walk, 'error', 'structure', found);
}

function targetType(targets: readonly string[], path: string, profile: string | undefined, compiler: Compiler): ItemCheck | undefined {
  const allowed = new Set(targets.map((canonical) => typeOf(canonical, compiler)));
  if (allowed.has('Resource') || allowed.has(undefined)) return undefined;
  return (value, _sibling, walk) => {
    const found = isObject(value) ? foundType(value, walk, compiler) : undefined;
    if (found === undefined || allowed.has(found)) return;
    const types = [...allowed];
    const text = message(
      'reference-target-type',
      `${path} may refer to ${types.join(', ')}, found ${found}`,
      `${path} 可引用 ${types.join('、')}，实为 ${found}`,
    );
    report(walk, 'error', 'structure', text, { profile });
  };
}

const core = 'http://hl7.org/fhir/StructureDefinition/';

/** R4's own types are told by their url: to parse the definitions of all that an element may refer to would take long. */
const asked = {
  contained: ['a contained resource', '被包含的资源'],
  referenced: ['a resource elsewhere', '其他位置的资源'],
  bundled: ['an entry of the same Bundle', '同一 Bundle 的条目'],
} as const;

/** Where the target must stand. Source: R4 elementdefinition-definitions.html#ElementDefinition.type.aggregation */
function aggregation(
  element: ElementDefinition,
  inherited: ElementDefinition | undefined,
  profile: string | undefined,
): ItemCheck | undefined {
  const modes = referenceType(element)?.aggregation;
  if (modes === undefined || modes.length === 0 || modes.join() === referenceType(inherited)?.aggregation?.join()) return undefined;
  return (value, _sibling, walk) => {
    const text = isObject(value) ? value.reference : undefined;
    if (typeof text !== 'string') return;
    const found = aggregationOf(text, walk);
    if (modes.includes(found)) return;
    const [en, zh] = [modes.map((mode) => asked[mode][0]).join(' or '), modes.map((mode) => asked[mode][1]).join('或')];
    const said = message(
      'reference-aggregation',
      `${element.path} must refer to ${en}; ${shorten(text)} is ${asked[found][0]}`,
      `${element.path} 须引用${zh}；${quoted(text)} 为${asked[found][1]}`,
    );
    report(walk, 'error', 'structure', said, { profile });
  };
}

function aggregationOf(text: string, walk: Walk): 'contained' | 'referenced' | 'bundled' {
  if (text.startsWith('#')) return 'contained';
  return isInBundle(text, walk) ? 'bundled' : 'referenced';
}

const versions = {
  independent: ['must not name a version', '不得指定版本'],
  specific: ['must name a version (…/_history/version)', '须指定版本（…/_history/版本）'],
} as const;

/** Source: R4 elementdefinition-definitions.html#ElementDefinition.type.versioning */
function versioning(
  element: ElementDefinition,
  inherited: ElementDefinition | undefined,
  profile: string | undefined,
): ItemCheck | undefined {
  const rule = referenceType(element)?.versioning;
  if (rule === undefined || rule === 'either' || rule === referenceType(inherited)?.versioning) return undefined;
  return (value, _sibling, walk) => {
    const text = isObject(value) ? value.reference : undefined;
    if (typeof text !== 'string' || text.startsWith('#') || text.includes('/_history/') === (rule === 'specific')) return;
    const [en, zh] = versions[rule];
    const said = message(
      'reference-versioning',
      `${element.path} ${en}, found ${shorten(text)}`,
      `${element.path} ${zh}，实为 ${quoted(text)}`,
    );
    report(walk, 'error', 'structure', said, { profile });
  };
}

function typeOf(canonical: string, { definitions }: Compiler): string | undefined {
  const name = canonical.startsWith(core) ? canonical.slice(core.length) : '';
  if (name === 'Resource' || definitions.isResourceType(name)) return name;
  return definitions.structure(canonical)?.type;
}

/** What the reference leads to, else what it says itself. Source: R4 references.html#type */
function foundType({ reference: text, type }: JsonObject, walk: Walk, { definitions }: Compiler): string | undefined {
  const target = typeof text === 'string' ? targetOf(text, walk, definitions) : undefined;
  if (target === 'malformed') return undefined;
  return target ?? (typeof type === 'string' ? typeNamed(type) : undefined);
}

/** Types other than R4's are named by a URL, which may be that of any logical model. */
function typeNamed(type: string): string | undefined {
  const name = type.startsWith(core) ? type.slice(core.length) : type;
  return name.includes(':') ? undefined : name;
}

function targetConforms(targets: readonly string[], path: string, profile: string | undefined, compiler: Compiler): ItemCheck {
  return (value, _sibling, walk) => {
    const text = isObject(value) ? value.reference : undefined;
    const target = typeof text === 'string' ? resolveReference(text, walk) : undefined;
    if (target === undefined || targets.some((canonical) => fits(target, canonical, walk, compiler))) return;
    const found = message(
      'reference-target-profile',
      `${path}: the target of ${shorten(text)} conforms to none of ${targets.join(', ')}`,
      `${path} 所引用的 ${quoted(text)} 不符合以下任何规范：${targets.join('、')}`,
    );
    report(walk, 'error', 'structure', found, { profile });
  };
}

/** A target of a type that is not meant is a fault of its own, reported by `targetType`. */
function fits(target: JsonObject, canonical: string, walk: Walk, compiler: Compiler): boolean {
  const profile = compiler.profile(canonical);
  if (profile === undefined || profile.type !== target.resourceType) return true;
  return passes(walk, () => profile.check(target, undefined, walk));
}
