/**
 * One element as the base has it and what a differential says of it, together: lists of constraints, conditions, mappings, aliases and
 * examples grow, all else is replaced by what is said. Source: R4 profiling.html#snapshot, elementdefinition.html
 */
import type { ElementDefinition, ElementDefinitionBinding, ElementDefinitionConstraint } from 'fhir/r4.js';

export function merge(base: ElementDefinition, change: ElementDefinition): ElementDefinition {
  const lists: ElementDefinition = {
    ...{ path: base.path },
    ...listed('constraint', byKey(base.constraint, change.constraint)),
    ...listed('condition', union(base.condition, change.condition)),
    ...listed('alias', union(base.alias, change.alias)),
    ...listed('mapping', union(base.mapping, change.mapping)),
    ...listed('example', union(base.example, change.example)),
    ...listed('code', union(base.code, change.code)),
    ...listed('extension', byUrl(base.extension, change.extension)),
  };
  return {
    ...base,
    ...change,
    ...lists,
    ...texts(base, change),
    ...(change.binding === undefined ? {} : { binding: binding(base.binding, change.binding) }),
    ...(base.base === undefined ? {} : { base: base.base }),
  };
}

function listed<T>(field: string, list: readonly T[] | undefined): { readonly [field: string]: readonly T[] } {
  return list === undefined ? {} : { [field]: list };
}

/** Those of the base, then those that say something new. */
function union<T>(before: readonly T[] | undefined, after: readonly T[] | undefined): readonly T[] | undefined {
  if (before === undefined || after === undefined) return after ?? before;
  const known = new Set(before.map((one) => JSON.stringify(one)));
  return [...before, ...after.filter((one) => !known.has(JSON.stringify(one)))];
}

/** A constraint that stands under a key of the base says it anew; the base's rule still holds, so the base's stays where both have an expression. */
function byKey(
  before: readonly ElementDefinitionConstraint[] | undefined,
  after: readonly ElementDefinitionConstraint[] | undefined,
): readonly ElementDefinitionConstraint[] | undefined {
  if (before === undefined || after === undefined) return after ?? before;
  const known = new Set(before.map(({ key }) => key));
  return [...before, ...after.filter(({ key }) => !known.has(key))];
}

function byUrl(before: ElementDefinition['extension'], after: ElementDefinition['extension']): ElementDefinition['extension'] {
  if (before === undefined || after === undefined) return after ?? before;
  const said = new Set(after.map(({ url }) => url));
  return [...before.filter(({ url }) => !said.has(url)), ...after];
}

/** Three dots in front of a text ask to append it to the text of the base. */
function texts(base: ElementDefinition, change: ElementDefinition): Partial<ElementDefinition> {
  const appended: Partial<ElementDefinition> = {};
  for (const field of ['short', 'definition', 'comment', 'requirements', 'meaningWhenMissing'] as const) {
    const said = change[field];
    if (typeof said !== 'string' || !said.startsWith('...')) continue;
    const more = said.slice(3).trimStart();
    appended[field] = base[field] === undefined ? more : `${base[field]}\r\n${more}`;
  }
  return appended;
}

/** A binding that names no value set keeps the base's. */
function binding(before: ElementDefinitionBinding | undefined, after: ElementDefinitionBinding): ElementDefinitionBinding {
  if (before === undefined || after.valueSet !== undefined) return after;
  return { ...before, ...after };
}
