/** Finds the structures that a snapshot is made of. Source: R4 structuredefinition.html, references.html#canonical */
import type { StructureDefinition } from 'fhir/r4.js';
import { withoutVersion } from '../canonicals.js';
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

export interface Ancestry {
  /** The structure itself and all it rests on, without versions. */
  readonly urls: readonly string[];
  /** The last one rests on nothing; otherwise it is not known here. */
  readonly isWhole: boolean;
}

const longest = 50;

export function ancestryOf(canonical: string, lookUp: LookUp): Ancestry {
  const urls: string[] = [];
  let at: string | undefined = canonical;
  while (at !== undefined && urls.length < longest) {
    urls.push(withoutVersion(at));
    const structure = lookUp(at);
    if (structure === undefined) return { urls, isWhole: false };
    at = structure.baseDefinition;
  }
  return { urls, isWhole: at === undefined };
}
