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

/**
 * Those of the packages as uploads leave them: an active one that a canonical of a package's now means takes its place, one that is not
 * takes it away; the rest are added, none under a code that is taken. `uploads`: what each of their urls means.
 */
export function withUploaded(
  types: TypeModel,
  packaged: readonly SearchParameter[],
  uploads: ReadonlyMap<string, SearchParameter>,
  type: string,
): readonly SearchParameter[] {
  const kept = packaged.flatMap((one) => {
    const meant = uploads.get(one.url) ?? one;
    return meant === one || (meant.code === one.code && isInEffect(types, meant, type)) ? [meant] : [];
  });
  const codes = new Set(kept.map(({ code }) => code));
  const known = new Set(packaged.map(({ url }) => url));
  for (const one of uploads.values()) {
    if (known.has(one.url) || codes.has(one.code) || !isInEffect(types, one, type)) continue;
    codes.add(one.code);
    kept.push(one);
  }
  return kept;
}

/** A draft is not yet to be used, and what is retired no longer. Source: R4 valueset-publication-status.html */
function isInEffect(types: TypeModel, { status, base }: SearchParameter, type: string): boolean {
  if (status !== 'active' || !Array.isArray(base)) return false;
  for (let one: string | undefined = type; one !== undefined; one = types.baseOf(one)) if (base.some((known) => known === one)) return true;
  return false;
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
