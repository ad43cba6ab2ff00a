/**
 * The validator: base type always, every known profile of meta.profile, what the caller asks for, and what the server demands of a type.
 * Source: R4 validation.html, profiling.html
 */
import type { Definitions } from '../definitions/definitions.js';
import { wholly } from '../model/in-steps.js';
import { message } from '../model/message.js';
import type { Resource } from '../model/resource.js';
import type { Terminology } from '../terminology/terminology.js';
import { createCompiler, type Strictness } from './compile.js';
import type { Compiler } from './compiler.js';
import { toIssues, unexcused } from './issues.js';
import { unusableProfile, wrongProfile } from './rules/resource.js';
import type { Validator } from './validator.js';
import { beginStep, finish, newWalk, report, type Walk } from './walk.js';

export interface ValidatorSetting extends Partial<Strictness> {
  readonly definitions: Definitions;
  readonly terminology: Terminology;
  /** Canonicals of the profiles the server asks of every resource of a type. */
  readonly demanded?: (type: string) => readonly string[];
}

export function createValidator(setting: ValidatorSetting): Validator {
  const { demanded } = setting;
  const compiler = createCompiler(setting);
  const base = compiler.type('Resource');
  return {
    validate(resource, options = {}) {
      const walk = newWalk(resource, options);
      check(resource, walk);
      return toIssues(wholly(unexcused(walk)), walk, options.most);
    },
    *validateInSteps(resource, options = {}, time = undefined) {
      const walk = newWalk(resource, options);
      beginStep(walk, time);
      check(resource, walk);
      yield* finish(walk, time);
      return toIssues(yield* unexcused(walk, time), walk, options.most);
    },
  };

  function check(resource: Resource, walk: Walk): void {
    if (!base.check(resource, undefined, walk)) return;
    const demands = walk.options.alone ? undefined : demanded?.(resource.resourceType);
    for (const canonical of demands ?? []) askedFor(canonical, resource, walk, compiler);
    for (const canonical of walk.options.profiles ?? []) askedFor(canonical, resource, walk, compiler);
  }
}

function askedFor(canonical: string, resource: Resource, walk: Walk, compiler: Compiler): void {
  const profile = compiler.profile(canonical);
  if (profile === undefined) {
    const why = compiler.definitions.whyUnusable?.(canonical);
    const text =
      why !== undefined
        ? unusableProfile(canonical, why)
        : message(
            'profile-not-found',
            `The profile ${canonical} that was asked for is not known here`,
            `此处不认识所要求的规范 ${canonical}`,
          );
    report(walk, 'error', 'not-found', text, { detail: canonical });
  } else if (profile.type !== resource.resourceType && profile.type !== 'Resource' && profile.type !== 'DomainResource') {
    wrongProfile(canonical, profile.type, resource.resourceType, walk);
  } else {
    if (resource.resourceType === 'Bundle') walk.bundle = { bundle: resource, byUrl: undefined };
    profile.check(resource, undefined, walk);
  }
}
