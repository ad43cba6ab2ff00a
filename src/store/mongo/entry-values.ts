/** Sorting by the entries themselves, where no value is kept for it: the lowest or highest of the keys of a parameter. Source: port.ts Sort */
import type { Sort } from '../port.js';
import { parameterKey, presenceKey, rangeName, spanClasses } from './keys.js';

type ByEntry = Extract<Sort, { readonly param: string }>;

/** An aggregation expression for the value, and what stands before it. */
export function entryValue(
  type: string,
  { param, entry, end }: ByEntry,
): { readonly prefix: string; readonly computed: Readonly<Record<string, unknown>> } {
  const parameter = parameterKey(type, param);
  const most = end === 'low' ? '$min' : '$max';
  if (entry === 'range') {
    const names = spanClasses.map(({ sign }) => rangeName(parameter, undefined, sign));
    const own = { $filter: { input: { $ifNull: ['$r', []] }, cond: { $in: ['$$this.p', { $literal: names }] } } };
    const ends = { $map: { input: own, in: end === 'low' ? '$$this.l' : '$$this.h' } };
    return { prefix: '', computed: { [most]: ends } };
  }
  const prefix = presenceKey(parameter, entry);
  const begins = { $eq: [{ $indexOfBytes: ['$$this', { $literal: prefix }] }, 0] };
  const keys = entry === 'string' ? '$n' : '$k';
  return { prefix, computed: { [most]: { $filter: { input: { $ifNull: [keys, []] }, cond: begins } } } };
}
