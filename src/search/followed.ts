/**
 * Chains and reverses that are followed for one resource. Most resources are referred to by nothing that is asked for, and that is quickly
 * known, whatever else is asked of those that refer: where that is much, this is found out first, and once.
 */
import type { Key } from '../model/resource.js';
import type { Predicate, Where } from '../store/port.js';

/** Answers chains and reverses: resources, wherever they are, that satisfy a Where; whether there are any is what counts. */
export type Chained = (where: Where) => Promise<readonly Key[]>;

export interface Followed {
  /** Whether any satisfies it. Throws when nobody answers: a mistake of the caller. */
  any(where: Where): Promise<boolean>;
  /** Whether a resource here, `Type/id`, may satisfy it: false where it certainly does not. */
  mayHold(predicate: Predicate, target: string): Promise<boolean>;
}

/** Values in a predicate from which on a question before is worth it. */
const MUCH = 20;

export function following(chained: Chained | undefined): Followed {
  const referred = new Map<string, Promise<boolean>>();

  async function any(where: Where): Promise<boolean> {
    if (where.length === 0) return false;
    if (chained === undefined) throw new Error('A predicate with a chain was judged without anyone to follow it');
    return (await chained(where)).length > 0;
  }

  function isReferredTo(target: string, param: string, types: readonly string[]): Promise<boolean> {
    const name = `${target} ${param} ${types.join()}`;
    const predicate: Predicate = { kind: 'match', param, match: { kind: 'reference', targets: [target] } };
    const known = referred.get(name) ?? any(types.map((type) => ({ type, predicate })));
    referred.set(name, known);
    return known;
  }

  async function mayHold(predicate: Predicate, target: string): Promise<boolean> {
    switch (predicate.kind) {
      case 'all':
        for (const one of predicate.of) if (!(await mayHold(one, target))) return false;
        return true;
      case 'any':
        for (const one of predicate.of) if (await mayHold(one, target)) return true;
        return false;
      case 'reverse': {
        const isMuch = predicate.where.reduce((sum, one) => sum + valuesIn(one.predicate), 0) > MUCH;
        const types = predicate.where.map(({ type }) => type);
        return !isMuch || isReferredTo(target, predicate.param, types);
      }
      default:
        return true;
    }
  }

  return { any, mayHold };
}

const counted = new WeakMap<Predicate, number>();

function valuesIn(predicate: Predicate): number {
  const known = counted.get(predicate);
  if (known !== undefined) return known;
  const count = countIn(predicate);
  counted.set(predicate, count);
  return count;
}

function countIn(predicate: Predicate): number {
  switch (predicate.kind) {
    case 'all':
    case 'any':
      return predicate.of.reduce((sum, one) => sum + valuesIn(one), 0);
    case 'not':
      return valuesIn(predicate.of);
    case 'chain':
    case 'reverse':
      return predicate.where.reduce((sum, one) => sum + valuesIn(one.predicate), 0);
    case 'match':
      return predicate.match.kind === 'reference' ? predicate.match.targets.length : predicate.match.values.length;
    default:
      return 1;
  }
}
