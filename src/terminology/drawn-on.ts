/**
 * What a value set is made from: code systems in their versions, the value sets it imports, and those that import themselves.
 * Source: R4 valueset.html#compositions, valueset-operation-expand.html ("all the parameters that affect the contents")
 */
import type { ValueSet } from 'fhir/r4.js';
import { canonicalOf } from '../definitions/canonicals.js';
import type { CodeContent } from './code-system.js';
import type { TerminologySources } from './sources.js';
import type { Obstacle } from './terminology.js';
import { type Versions, versionConflict } from './versions.js';

export interface DrawnOn {
  /** By canonical. */
  readonly codeSystems: ReadonlyMap<string, CodeContent>;
  readonly valueSets: ReadonlyMap<string, ValueSet>;
  /** Canonicals that lead back to where they stand; what they would add is left out. */
  readonly circles: ReadonlySet<string>;
  /** A version is named that was not to be used. */
  readonly conflict: Obstacle | undefined;
}

interface Walk {
  readonly sources: TerminologySources;
  readonly versions: Versions | undefined;
  readonly codeSystems: Map<string, CodeContent>;
  readonly valueSets: Map<string, ValueSet>;
  readonly circles: Set<string>;
  conflict: Obstacle | undefined;
}

export function drawnOn(valueSet: ValueSet, sources: TerminologySources, versions: Versions | undefined): DrawnOn {
  const walk: Walk = { sources, versions, codeSystems: new Map(), valueSets: new Map(), circles: new Set(), conflict: undefined };
  goThrough(valueSet, walk, [valueSet]);
  return walk;
}

const MOST_DEEP = 100;

/** `path`: those that are being gone through, from the first to this one. */
function goThrough({ compose }: ValueSet, walk: Walk, path: readonly ValueSet[]): void {
  for (const { system, version, valueSet: imports = [] } of [...(compose?.include ?? []), ...(compose?.exclude ?? [])]) {
    if (system !== undefined) useSystem(system, version, walk);
    for (const canonical of imports) useImport(canonical, walk, path);
  }
}

function useSystem(system: string, version: string | undefined, walk: Walk): void {
  walk.conflict ??= versionConflict(walk.versions, system, version);
  const content = walk.sources.codeSystem(system, version);
  if (content !== undefined) walk.codeSystems.set(canonicalOf({ url: system, version: content.version }), content);
}

function useImport(canonical: string, walk: Walk, path: readonly ValueSet[]): void {
  const found = walk.sources.published(canonical);
  if (found === undefined) return;
  if (path.some(({ url, version }) => url !== undefined && url === found.url && version === found.version)) {
    walk.circles.add(canonical);
    return;
  }
  // Each is gone through once; what stands deeper than this is not read for codes either.
  if (walk.valueSets.has(canonical) || path.length > MOST_DEEP) return;
  walk.valueSets.set(canonical, found);
  goThrough(found, walk, [...path, found]);
}
