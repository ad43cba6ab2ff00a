/** The order in which Bundles are processed, whatever the order of their entries. Source: R4 http.html#trules, http.html#brules */
import { isObject, type Json } from '../../model/json.js';
import type { Method } from '../entry-request.js';

const rank: Readonly<Record<Method, number>> = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2, GET: 3, HEAD: 3 };

export function inOrder<E extends { readonly method: Method }>(entries: readonly E[]): E[] {
  return entries.toSorted((a, b) => rank[a.method] - rank[b.method]);
}

const ranks: ReadonlyMap<unknown, number> = new Map(Object.entries(rank));

/** The places of the entries of each step. What has no method is refused whenever its turn comes. */
export function stepsOf(entries: readonly Json[]): readonly (readonly number[])[] {
  const steps: number[][] = [[], [], [], []];
  for (const [index, entry] of entries.entries()) {
    const method = isObject(entry) && isObject(entry.request) ? entry.request.method : undefined;
    steps[ranks.get(method) ?? 0]?.push(index);
  }
  return steps;
}
