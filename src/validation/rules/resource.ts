/**
 * A whole resource wherever one may stand: at the top, contained, in a Bundle's entry, in a Parameters' parameter. It is checked by the
 * base definition of its own type and by the profiles it claims. Source: R4 resource.html, domainresource.html#invs, profiling.html#resources
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { type Message, message } from '../../model/message.js';
import type { Compiler, ValueCheck } from '../compiler.js';
import { remembered } from '../remembered.js';
import { resourceRules } from '../resources/list.js';
import { isUriText } from '../scan-text.js';
import { kindOf } from '../shape.js';
import { enclose, isLate, postpone, report, type Step, type Walk } from '../walk.js';
import { checkBundle } from './bundle.js';
import { checkContained } from './contained.js';
import { inChinese, quoted, shorten } from './primitive.js';

export function resourceCheck(compiler: Compiler): ValueCheck {
  return (value, _sibling, walk) => {
    if (!isObject(value)) return notAResource(value, walk);
    const { resourceType } = value;
    if (typeof resourceType !== 'string' || !compiler.definitions.isResourceType(resourceType)) return unknownType(resourceType, walk);
    const { resource, container, bundle } = walk;
    const isContained = Array.isArray(container.contained) && container.contained.includes(value);
    walk.resource = value;
    if (!isContained) walk.container = value;
    if (resourceType === 'Bundle') walk.bundle = { bundle: value, byUrl: undefined };
    checkResource(resourceType, value, walk, compiler);
    walk.resource = resource;
    walk.container = container;
    walk.bundle = bundle;
    return true;
  };
}

function checkResource(resourceType: string, value: JsonObject, walk: Walk, compiler: Compiler): void {
  compiler.type(resourceType).check(value, undefined, walk);
  if (value.contained !== undefined) checkContained(value, walk);
  if (resourceType === 'Bundle') checkBundle(value, walk, compiler.definitions);
  ownRule(resourceType, value, walk, compiler);
  if (value === walk.root) narrativeExpected(value, walk, compiler);
  if (value !== walk.root || !walk.options.alone) claimedProfiles(resourceType, value, walk, compiler);
}

/** A rule looks at a whole resource at once, so it waits for a step of its own where this one is over. */
function ownRule(resourceType: string, value: JsonObject, walk: Walk, compiler: Compiler): void {
  const rule = resourceRules.get(resourceType);
  if (rule === undefined) return;
  if (isLate(walk)) postpone(walk, (later) => rule(value, { walk: later, compiler }));
  else rule(value, { walk, compiler });
}

const noNarrative = message(
  'dom-6',
  'dom-6: A resource should have narrative for robust management (best practice)',
  '不满足约束 dom-6：资源宜有叙述文本（最佳实践）',
);

/** dom-6, asked only of the resource that was handed in. */
function narrativeExpected(value: JsonObject, walk: Walk, compiler: Compiler): void {
  const { definitions, bestPractice } = compiler;
  if (bestPractice === undefined || definitions.baseOf(walk.root.resourceType) !== 'DomainResource') return;
  if (isObject(value.text) && value.text.div !== undefined) return;
  report(walk, bestPractice, 'invariant', noNarrative);
}

const metaStep: Step = { key: 'meta', text: 'meta', owner: 'Resource', element: 'meta', type: 'Meta' };
const profileStep: Step = { key: 'profile', text: 'profile', owner: 'Meta', element: 'profile', type: 'canonical' };

function claimedProfiles(resourceType: string, value: JsonObject, walk: Walk, compiler: Compiler): void {
  const claimed = isObject(value.meta) ? value.meta.profile : undefined;
  if (!Array.isArray(claimed)) return;
  claimed.forEach((canonical: Json, index: number) => {
    if (typeof canonical !== 'string' || !isUriText(canonical)) return;
    const profile = compiler.profile(canonical);
    if (profile?.type === resourceType || profile?.type === 'Resource' || profile?.type === 'DomainResource') {
      profile.check(value, undefined, walk);
      return;
    }
    const from = walk.findings.length;
    if (profile !== undefined) wrongProfile(canonical, profile.type, resourceType, walk);
    else notApplied(canonical, walk, compiler);
    enclose(walk, from, profileStep, index);
    enclose(walk, from, metaStep, -1);
  });
}

/** One that is stored here was meant to be applied, whatever is thought of those that are not known. */
function notApplied(canonical: string, walk: Walk, { definitions, unknownProfiles }: Compiler): void {
  const why = definitions.whyUnusable?.(canonical);
  if (why !== undefined) report(walk, unknownProfiles ?? 'warning', 'processing', unusableProfile(canonical, why));
  else if (unknownProfiles !== undefined) report(walk, unknownProfiles, 'not-found', unknownProfile(canonical));
}

export function unusableProfile(canonical: string, why: Message): Message {
  const shown = shorten(canonical);
  return message(
    'profile-unusable',
    `The profile ${shown} is stored here but cannot be applied; the resource was not checked against it: ${why.en}`,
    `规范 ${inChinese(shown)} 已存于此处，但无法应用，未按其校验该资源：${why.zh}`,
  );
}

/** What other servers' resources claim is the same again and again. */
const unknownProfile = remembered((canonical) => {
  const shown = shorten(canonical);
  return message(
    'profile-unknown',
    `The profile ${shown} is not known here; the resource was not checked against it`,
    `此处不认识规范 ${inChinese(shown)}；未按其校验该资源`,
  );
});

export function wrongProfile(canonical: string, constrained: string, found: string, walk: Walk): void {
  const text = message(
    'profile-of-other-type',
    `The profile ${shorten(canonical)} is for ${constrained}, not for ${found}`,
    `规范 ${quoted(canonical)} 用于 ${constrained}，而非 ${found}`,
  );
  report(walk, 'error', 'structure', text);
}

function notAResource(value: Json | undefined, walk: Walk): false {
  const [en, zh] = kindOf(value);
  report(walk, 'error', 'structure', message('wrong-json-type', `Expected a resource, found ${en}`, `应为资源，实为${zh}`));
  return false;
}

function unknownType(found: Json | undefined, walk: Walk): false {
  const text =
    found === undefined
      ? message('resource-type-missing', 'A resource must have a resourceType', '资源须有 resourceType')
      : message('resource-type-unknown', `R4 defines no resource type ${shorten(found)}`, `R4 没有资源类型 ${quoted(found)}`);
  report(walk, 'error', 'structure', text);
  return false;
}
