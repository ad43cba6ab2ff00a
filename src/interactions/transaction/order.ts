/** The order in which a transaction is processed, whatever the order of its entries. Source: R4 http.html#trules */
import type { Method } from '../entry-request.js';

const rank: Readonly<Record<Method, number>> = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2, GET: 3, HEAD: 3 };

export function inOrder<E extends { readonly method: Method }>(entries: readonly E[]): E[] {
  return entries.toSorted((a, b) => rank[a.method] - rank[b.method]);
}
