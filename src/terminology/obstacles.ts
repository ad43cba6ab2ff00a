/** Why a value set cannot decide on a code here: what it draws on and is not here. Source: R4 valueset.html#compositions */
import type { ValueSet, ValueSetComposeInclude } from 'fhir/r4.js';
import type { CodeContent } from './code-system.js';
import { conceptTest } from './filters.js';
import type { Obstacle } from './terminology.js';

interface Known {
  valueSet(canonical: string): ValueSet | undefined;
  codeSystem(system: string, version?: string): CodeContent | undefined;
}

/** The first that is found. `system`: of the code; without one any system of the value set may have been meant. */
export function obstacleOf(canonical: string, system: string | undefined, known: Known): Obstacle | undefined {
  const valueSet = known.valueSet(canonical);
  if (valueSet === undefined) return ['the value set is not known here', '此处没有该值集'];
  return obstacleIn(valueSet, system, known, new Set([canonical]));
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
  if (content === undefined) return [`the code system ${system} is not known here`, `此处没有代码系统 ${system}`];
  const one = filter.find((each) => (content.test === undefined ? conceptTest(each, content) : content.test(each)) === undefined);
  if (one !== undefined) {
    const text = `${one.property} ${one.op} ${one.value}`;
    return [`its filter "${text}" on ${system} cannot be judged here`, `此处无法判断其对 ${system} 的筛选条件“${text}”`];
  }
  if (content.contains('') !== 'undecided') return undefined;
  return [`the code system ${system} is not here in full`, `此处的代码系统 ${system} 不完整`];
}

function ofImports({ valueSet = [] }: ValueSetComposeInclude, system: string | undefined, known: Known, seen: Set<string>) {
  for (const canonical of valueSet) {
    if (seen.has(canonical)) continue;
    seen.add(canonical);
    const imported = known.valueSet(canonical);
    const found: Obstacle | undefined =
      imported === undefined
        ? [`it imports ${canonical}, which is not known here`, `它引用的值集 ${canonical} 在此处没有`]
        : obstacleIn(imported, system, known, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
