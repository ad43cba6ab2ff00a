/** The kinds of difference that are known, as data: who is right by R4's text, and the sentence that says so. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Errors, Found } from './verdict.js';

interface Matcher {
  /** Regular expressions, each of which has to match where there is one. */
  readonly id?: string;
  readonly place?: string;
  readonly text?: string;
}

interface Difference {
  readonly kind: string;
  /** Whose error it is that the other does not have. With both, the same fault is reported in two places. */
  readonly hl7?: Matcher;
  readonly own?: Matcher;
  /** Only where both refuse the resource. */
  readonly bothRefuse?: boolean;
  /** By R4's text. `open`: it leaves it to the validator. */
  readonly right: 'own' | 'hl7' | 'open';
  readonly source: string;
  readonly reason: string;
}

interface Compiled {
  readonly difference: Difference;
  readonly hl7: ((found: Found) => boolean) | undefined;
  readonly own: ((found: Found) => boolean) | undefined;
}

export type Differences = readonly Compiled[];

/** Runs in dist/conformance/oracle. */
const file = fileURLToPath(new URL('../../../conformance/oracle/differences.json', import.meta.url));

export function loadDifferences(): Differences {
  const listed = JSON.parse(readFileSync(file, 'utf8')) as readonly Difference[];
  return listed.map((difference) => ({ difference, hl7: matching(difference.hl7), own: matching(difference.own) }));
}

function matching(matcher: Matcher | undefined): ((found: Found) => boolean) | undefined {
  if (matcher === undefined) return undefined;
  const tests = Object.entries(matcher).map(([key, pattern]) => [key as keyof Found, new RegExp(pattern)] as const);
  return (found) => tests.every(([key, pattern]) => pattern.test(found[key]));
}

interface Explained {
  readonly kinds: ReadonlySet<string>;
  readonly left: { readonly hl7: Errors; readonly own: Errors };
  /** Those that do not count, because HL7 is not right about them. */
  readonly excused: ReadonlySet<Found>;
}

/** Each error that one side alone has belongs to the first kind that fits. */
export function explained(hl7: Errors, own: Errors, bothRefuse: boolean, differences: Differences): Explained {
  const kinds = new Set<string>();
  const met = new Set<Found>();
  const excused = new Set<Found>();
  for (const { difference, hl7: isHl7, own: isOwn } of differences) {
    if (difference.bothRefuse && !bothRefuse) continue;
    const [theirs, ours] = [hl7, own].map((side, at) => side.filter((one) => !met.has(one) && (at === 0 ? isHl7 : isOwn)?.(one) === true));
    if (theirs === undefined || ours === undefined) continue;
    if ((isHl7 !== undefined && theirs.length === 0) || (isOwn !== undefined && ours.length === 0)) continue;
    for (const one of [...theirs, ...ours]) {
      met.add(one);
      if (difference.right !== 'hl7') excused.add(one);
    }
    kinds.add(difference.kind);
  }
  const left = (side: Errors) => side.filter((one) => !met.has(one));
  return { kinds, left: { hl7: left(hl7), own: left(own) }, excused };
}
