/**
 * Rules that look at a value which is malformed cannot be judged by it: the one fault is told where it stands, and once.
 * Source: R4 operationoutcome.html
 */
import type { Finding, Step } from './walk.js';

/** Without those whose rule reads what is malformed. */
export function withoutUnjudged(findings: readonly Finding[]): readonly Finding[] {
  if (!findings.some(({ reads }) => reads !== undefined)) return findings;
  const malformed = findings.filter(isMalformed);
  if (malformed.length === 0) return findings;
  const below = byPlaceAround(malformed);
  return findings.filter(({ reads, path }) => reads === undefined || !below.get(placeOf(path))?.some((names) => isRead(names, reads)));
}

const malformedIds = /^(wrong-json-type|null-value|empty-|invalid-)/;

function isMalformed({ severity, code, message, profile }: Finding): boolean {
  return severity === 'error' && profile === undefined && (code === 'structure' || code === 'value') && malformedIds.test(message.id);
}

type Names = readonly string[];

function isRead(names: Names, reads: ReadonlySet<string>): boolean {
  return names.every((name) => reads.has(name));
}

/** For each place around a malformed value the elements that lead from it to the value. */
function byPlaceAround(malformed: readonly Finding[]): ReadonlyMap<string, readonly Names[]> {
  const below = new Map<string, Names[]>();
  for (const { path } of malformed) {
    for (let from = path.length; from >= 0; from--) {
      const names = path.slice(0, from).flatMap((part) => (typeof part === 'number' ? [] : [part.element]));
      const place = placeOf(path.slice(from));
      const known = below.get(place);
      if (known === undefined) below.set(place, [names]);
      else known.push(names);
    }
  }
  return below;
}

/** Steps and indexes come innermost first. */
function placeOf(path: readonly (Step | number)[]): string {
  return path.map((part) => (typeof part === 'number' ? part : part.key)).join(' ');
}
