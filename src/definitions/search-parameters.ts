/** Which search parameters a type has. Source: R4 searchparameter.html, resource.html#search, search.html#all */
import type { SearchParameter } from 'fhir/r4.js';
import { compareVersions } from './canonicals.js';
import type { TypeModel } from './definitions.js';

export interface SearchParameterTable {
  ofType(type: string): readonly SearchParameter[];
  byCanonical(canonical: string): SearchParameter | undefined;
}

/** `read` gives them all, R4's first; they are read when the first one is asked for. */
export function searchParameterTable(types: TypeModel, read: () => readonly SearchParameter[]): SearchParameterTable {
  let table: ReturnType<typeof arrange> | undefined;
  const arranged = () => (table ??= arrange(read()));
  const known = new Map<string, readonly SearchParameter[]>();
  return {
    ofType(type) {
      const before = known.get(type);
      if (before !== undefined) return before;
      const found = inherited(types, arranged().byBase, type);
      known.set(type, found);
      return found;
    },
    byCanonical: (canonical) => arranged().byCanonical.get(canonical),
  };
}

function arrange(all: readonly SearchParameter[]) {
  const byBase = new Map<string, SearchParameter[]>();
  const byCanonical = new Map<string, SearchParameter>();
  for (const parameter of all) {
    for (const base of parameter.base) byBase.set(base, [...(byBase.get(base) ?? []), parameter]);
    byCanonical.set(`${parameter.url}|${parameter.version}`, parameter);
    const newest = byCanonical.get(parameter.url);
    if (newest === undefined || compareVersions(parameter.version ?? '', newest.version ?? '') > 0)
      byCanonical.set(parameter.url, parameter);
  }
  return { byBase, byCanonical };
}

/** A type's own parameter stands before an inherited one of the same code, R4's before that of a local package: codes keep their meaning. */
function inherited(types: TypeModel, byBase: ReadonlyMap<string, readonly SearchParameter[]>, type: string): readonly SearchParameter[] {
  const byCode = new Map<string, SearchParameter>();
  if (types.kind(type) !== 'resource') return [];
  for (let base: string | undefined = type; base !== undefined; base = types.baseOf(base)) {
    for (const parameter of byBase.get(base) ?? []) if (!byCode.has(parameter.code)) byCode.set(parameter.code, parameter);
  }
  return [...byCode.values()];
}
