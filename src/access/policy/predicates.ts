/** Predicates joined, said as shortly as they can be: what always or never holds does not stand in a query. */
import type { Predicate } from '../../store/port.js';
import { isUnrestricted } from '../access.js';

export const everything: Predicate = { kind: 'all', of: [] };

/** undefined among them, or none that can hold: undefined. */
export function allOf(parts: readonly (Predicate | undefined)[]): Predicate | undefined {
  const all = new Map<string, Predicate>();
  for (const part of parts) {
    if (part === undefined) return undefined;
    for (const one of part.kind === 'all' ? part.of : [part]) all.set(JSON.stringify(one), one);
  }
  const [first, ...others] = all.values();
  if (first === undefined) return everything;
  return others.length === 0 ? first : { kind: 'all', of: [...all.values()] };
}

/** Those that are undefined never hold; where none can: undefined. */
export function anyOf(parts: readonly (Predicate | undefined)[]): Predicate | undefined {
  const any = new Map<string, Predicate>();
  for (const part of parts) {
    if (part === undefined) continue;
    if (isUnrestricted(part)) return everything;
    for (const one of part.kind === 'any' ? part.of : [part]) any.set(JSON.stringify(one), one);
  }
  const [first, ...others] = any.values();
  return first === undefined || others.length === 0 ? first : { kind: 'any', of: [...any.values()] };
}

export function not(of: Predicate): Predicate {
  return { kind: 'not', of };
}

/** By a reference parameter to one of these, `Patient/1`. */
export function refersTo(param: string, targets: readonly string[]): Predicate | undefined {
  return targets.length === 0 ? undefined : { kind: 'match', param, match: { kind: 'reference', targets } };
}

export function hasCode(param: string, codes: readonly string[], system?: string): Predicate {
  const values = codes.map((code) => (system === undefined ? { code } : { system, code }));
  return { kind: 'match', param, match: { kind: 'token', values } };
}
