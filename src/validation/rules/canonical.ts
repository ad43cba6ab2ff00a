/**
 * Canonical references: absolute, or to a contained resource that is there; and where the definition is known here, of a type that the
 * element may lead to. Source: R4 references.html#canonical, datatypes.html#canonical
 */
import { message } from '../../model/message.js';
import type { Compiler, Rule } from '../compiler.js';
import { containedResource } from '../resolve.js';
import { report, type Walk } from '../walk.js';
import { quoted, shorten } from './primitive.js';

export const canonical: Rule = ({ element, inherited, type, owner, profile }, compiler) => {
  // The profiles a resource claims are looked at with the resource.
  if (type !== 'canonical' || inherited !== undefined || owner === 'Meta') return undefined;
  const targets = element.type?.find(({ code }) => code === 'canonical')?.targetProfile ?? [];
  const types = new Set(targets.map((target) => compiler.definitions.structure(target)?.type));
  const allowed = types.size === 0 || types.has('Resource') || types.has(undefined) ? undefined : types;
  return (value, _sibling, walk) => {
    if (typeof value !== 'string') return;
    if (value.startsWith('#')) inContained(value, walk);
    else if (!value.includes(':')) notAbsolute(value, walk);
    else if (allowed !== undefined) checkKind(value, allowed, { path: element.path, profile }, walk, compiler);
  };
};

function inContained(value: string, walk: Walk): void {
  if (value === '#' || containedResource(value.slice(1), walk) !== undefined) return;
  const text = message(
    'canonical-not-contained',
    `${shorten(value)} leads to no contained resource`,
    `${quoted(value)} 没有对应的被包含资源`,
  );
  report(walk, 'error', 'not-found', text);
}

/** A warning: R4's own examples have dozens that are relative, from before canonical was a type. */
function notAbsolute(value: string, walk: Walk): void {
  const text = message(
    'canonical-relative',
    `A canonical URL must be absolute, or #id of a contained resource; found ${shorten(value)}`,
    `canonical 须为绝对 URL，或被包含资源的 #id；实为 ${quoted(value)}`,
  );
  report(walk, 'warning', 'value', text);
}

/** A warning: R4's own Claim names a code system where a value set is meant, and every profile of it repeats that. */
function checkKind(
  value: string,
  allowed: ReadonlySet<string | undefined>,
  { path, profile }: { readonly path: string; readonly profile: string | undefined },
  walk: Walk,
  compiler: Compiler,
): void {
  const fragment = value.indexOf('#');
  const found = kindOf(fragment < 0 ? value : value.slice(0, fragment), compiler);
  if (found === undefined || allowed.has(found)) return;
  const types = [...allowed];
  const text = message(
    'canonical-target-type',
    `${path} may lead to ${types.join(', ')}; ${shorten(value)} is a ${found}`,
    `${path} 可指向 ${types.join('、')}；${quoted(value)} 为 ${found}`,
  );
  report(walk, 'warning', 'structure', text, { profile });
}

function kindOf(url: string, { definitions }: Compiler): string | undefined {
  if (definitions.structure(url) !== undefined) return 'StructureDefinition';
  if (definitions.valueSet(url) !== undefined) return 'ValueSet';
  if (definitions.codeSystem(url) !== undefined) return 'CodeSystem';
  if (definitions.operation(url) !== undefined) return 'OperationDefinition';
  return definitions.searchParameter(url) === undefined ? undefined : 'SearchParameter';
}
