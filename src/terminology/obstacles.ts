/** Why a value set cannot decide on a code here: what it draws on and is not here. Source: R4 valueset.html#compositions */
import type { ValueSet, ValueSetComposeInclude } from 'fhir/r4.js';
import type { CodeContent } from './code-system.js';
import { testsOf } from './filters.js';
import { incomplete, isObstacle, unjudged, unknownImport, unknownSystem, unknownValueSet } from './obstructed.js';
import type { Obstacle } from './terminology.js';

interface Known {
  valueSet(canonical: string): ValueSet | undefined;
  codeSystem(system: string, version?: string): CodeContent | undefined;
}

/** The first that is found. `system`: of the code; without one any system of the value set may have been meant. */
export function obstacleOf(canonical: string, system: string | undefined, known: Known): Obstacle | undefined {
  const valueSet = known.valueSet(canonical);
  if (valueSet === undefined) return unknownValueSet;
  return obstacleIn(valueSet, system, known, new Set([canonical]));
}

/** The same for one that may have no canonical. */
export function obstacleWithin(valueSet: ValueSet, system: string | undefined, known: Known): Obstacle | undefined {
  return obstacleIn(valueSet, system, known, new Set());
}

function obstacleIn(valueSet: ValueSet, system: string | undefined, known: Known, seen: Set<string>): Obstacle | undefined {
  const { include, exclude = [] } = valueSet.compose ?? { include: [] };
  for (const part of [...include, ...exclude]) {
    if (part.system !== undefined && system !== undefined && part.system !== system) continue;
    const found = ofSystem(part, known) ?? ofImports(part, system, known, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofSystem({ system, version, concept, filter = [] }: ValueSetComposeInclude, known: Known): Obstacle | undefined {
  if (system === undefined || concept !== undefined) return undefined;
  const content = known.codeSystem(system, version);
  if (content === undefined) return unknownSystem(system, version);
  const { test } = content;
  if (test !== undefined) {
    const one = filter.find((each) => test(each) === undefined);
    if (one !== undefined) return unjudged(one, system);
  } else {
    const tests = testsOf(filter, content, system);
    if (isObstacle(tests)) return tests;
  }
  return content.contains('') === 'undecided' ? incomplete(system) : undefined;
}

/** Value sets looked into for a reason. */
const MOST = 500;

function ofImports({ valueSet = [] }: ValueSetComposeInclude, system: string | undefined, known: Known, seen: Set<string>) {
  for (const canonical of valueSet) {
    if (seen.has(canonical) || seen.size >= MOST) continue;
    seen.add(canonical);
    const imported = known.valueSet(canonical);
    const found: Obstacle | undefined = imported === undefined ? unknownImport(canonical) : obstacleIn(imported, system, known, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
