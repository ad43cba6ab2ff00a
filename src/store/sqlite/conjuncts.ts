/** The conditions that must all hold. Source: port.ts Predicate */
import type { Predicate, RangeTest } from '../port.js';

/** Those of an all, of an all inside it too; bounds on the one moment of the last update are one condition. */
export function conditions(predicate: Predicate): readonly Predicate[] {
  const all = flat(predicate);
  const bounds = all.flatMap((part) => (part.kind === 'updated' && part.values.length === 1 ? part.values : []));
  if (bounds.length < 2) return all;
  const others = all.filter((part) => part.kind !== 'updated' || part.values.length !== 1);
  return [{ kind: 'updated', values: [bounds.reduce(both)] }, ...others];
}

function flat(predicate: Predicate): readonly Predicate[] {
  return predicate.kind === 'all' ? predicate.of.flatMap(flat) : [predicate];
}

function both(a: RangeTest, b: RangeTest): RangeTest {
  return {
    ...tighter('lowFrom', Math.max, a, b),
    ...tighter('highAfter', Math.max, a, b),
    ...tighter('lowBefore', Math.min, a, b),
    ...tighter('highTo', Math.min, a, b),
  };
}

function tighter(bound: keyof RangeTest, of: (...values: number[]) => number, a: RangeTest, b: RangeTest): RangeTest {
  const given = [a[bound], b[bound]].filter((value) => value !== undefined);
  return given.length === 0 ? {} : { [bound]: of(...given) };
}
