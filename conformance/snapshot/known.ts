/** Differences that are known, each kind with who is right by the specification and why. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Difference } from './compare.js';

/** `hl7`: HL7's generator on our cases; `hl7-official`: on R4's profiles. */
export type Against = 'published' | 'package' | 'hl7' | 'hl7-official';

export interface Known {
  readonly against: Against;
  /** Regular expressions that the whole of each must match; left out: any. */
  readonly structure?: string;
  readonly element?: string;
  readonly field: string;
  /** How many structures have it. */
  readonly structures: number;
  readonly right: 'ours' | 'theirs' | 'either';
  readonly why: string;
}

// From dist/conformance/snapshot/ and from conformance/snapshot/ alike.
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'conformance', 'snapshot');

export function knownDifferences(): readonly Known[] {
  return JSON.parse(readFileSync(join(folder, 'differences.json'), 'utf8')) as readonly Known[];
}

export interface Sorted {
  readonly unknown: readonly Difference[];
  /** How many structures show each known kind. */
  readonly seen: ReadonlyMap<Known, number>;
}

export function sortDifferences(found: readonly Difference[], against: Against): Sorted {
  const kinds = knownDifferences().filter((known) => known.against === against);
  const seen = new Map<Known, Set<string>>(kinds.map((known) => [known, new Set()]));
  const unknown: Difference[] = [];
  for (const difference of found) {
    const kind = kinds.find((known) => isOf(known, difference));
    if (kind === undefined) unknown.push(difference);
    else seen.get(kind)?.add(difference.structure);
  }
  return { unknown, seen: new Map([...seen].map(([known, structures]) => [known, structures.size])) };
}

function isOf({ structure, element, field }: Known, difference: Difference): boolean {
  return field === difference.field && matches(structure, difference.structure) && matches(element, difference.element);
}

function matches(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(`^(?:${pattern})$`).test(text);
}
