/** What stands in the way of telling which codes a value set has: thrown where the work ends, in words that go on a sentence. */
import type { ValueSetComposeIncludeFilter } from 'fhir/r4.js';
import { canonicalOf } from '../definitions/canonicals.js';
import type { Obstacle } from './terminology.js';

/** Ends the work: what stands in the way. */
export class Obstructed extends Error {
  constructor(readonly obstacle: Obstacle) {
    super(obstacle[0]);
  }
}

/** There is no end of the codes. */
export class Endless extends Obstructed {
  constructor(system: string) {
    super(unlisted(system));
  }
}

export function isObstacle<T>(found: T | Obstacle): found is Obstacle {
  return Array.isArray(found) && found.length === 2 && found.every((text) => typeof text === 'string');
}

/** What the work gives, or what stood in its way. */
export function unlessObstructed<T>(work: () => T): T | Obstacle {
  try {
    return work();
  } catch (error) {
    if (error instanceof Obstructed) return error.obstacle;
    // Not all that is in a store has passed the validator.
    if (error instanceof TypeError) return unreadable;
    throw error;
  }
}

export const unreadable: Obstacle = ['it cannot be read as a value set', '无法作为值集读取'];

export const unknownValueSet: Obstacle = ['the value set is not known here', '此处没有该值集'];

export function unknownImport(canonical: string): Obstacle {
  return [`it imports ${canonical}, which is not known here`, `它引用的值集 ${canonical} 在此处没有`];
}

export function unknownSystem(system: string, version?: string): Obstacle {
  const name = canonicalOf({ url: system, version });
  return [`the code system ${name} is not known here`, `此处没有代码系统 ${name}`];
}

export function incomplete(system: string): Obstacle {
  return [`the code system ${system} is not here in full`, `此处的代码系统 ${system} 不完整`];
}

export function unlisted(system: string): Obstacle {
  return [`the codes of ${system} follow a rule and cannot be listed`, `${system} 的代码由规则定义，无法列举`];
}

export function unjudged({ property, op, value }: ValueSetComposeIncludeFilter, system: string): Obstacle {
  const text = `${property} ${op} ${value}`;
  return [`its filter "${text}" on ${system} cannot be judged here`, `此处无法判断其对 ${system} 的筛选条件“${text}”`];
}

export function undecided(system: string, code: string): Obstacle {
  return [`whether it has ${system}|${code} cannot be told here`, `此处无法判断其是否包含 ${system}|${code}`];
}

export const noDefinition: Obstacle = ['it has neither a composition nor an expansion', '其既无组成规则也无展开结果'];
