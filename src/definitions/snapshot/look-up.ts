/** Finds the structures that a snapshot is made of. Source: R4 structuredefinition.html, references.html#canonical */
import type { StructureDefinition } from 'fhir/r4.js';
import type { TreeNode } from './tree.js';

/** By canonical, `url` or `url|version`. */
export type LookUp = (canonical: string) => StructureDefinition | undefined;

/** What the parts of one snapshot share. */
export interface Making {
  readonly lookUp: LookUp;
  /** Tree of a structure, its snapshot made first where it has none; undefined when it is unknown or cannot be made. */
  readonly tree: (canonical: string) => TreeNode | undefined;
}

export function typeUrl(code: string): string {
  return code.includes('/') ? code : `http://hl7.org/fhir/StructureDefinition/${code}`;
}

/** Whether a structure is the other one or rests on it. */
export function restsOn(canonical: string, other: string, lookUp: LookUp): boolean | undefined {
  const wanted = withoutVersion(other);
  const seen = new Set<string>();
  let at: string | undefined = withoutVersion(canonical);
  while (at !== undefined && !seen.has(at)) {
    if (at === wanted) return true;
    seen.add(at);
    const structure = lookUp(at);
    if (structure === undefined) return undefined;
    at = structure.baseDefinition === undefined ? undefined : withoutVersion(structure.baseDefinition);
  }
  return false;
}

export function withoutVersion(canonical: string): string {
  const bar = canonical.indexOf('|');
  return bar < 0 ? canonical : canonical.slice(0, bar);
}
