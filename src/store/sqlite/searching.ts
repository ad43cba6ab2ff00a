/**
 * Searches: what is found at once is found in this thread; where it would take longer, and SQLite would hold up all else, a thread of
 * its own looks for it. Source: port.ts search, find, count
 */
import type { Key } from '../../model/resource.js';
import { type Count, type Explanation, type Position, type Query, type ResourceStore, StoreCostly, type Where } from '../port.js';
import { pageAtOnce } from './at-once.js';
import { translated } from './binding.js';
import { count, findAll } from './count.js';
import { explain } from './explain.js';
import { findsNothing } from './nothing.js';
import { inOneRead, type Reader } from './reader.js';
import { search } from './search.js';
import { inTurns } from './steps.js';
import { startThread, type Thread } from './thread.js';
import { createTotals } from './totals.js';

export interface SearchData {
  readonly location: string;
}

export type SearchTask =
  | { readonly kind: 'positions'; readonly query: Query }
  | { readonly kind: 'find'; readonly wheres: readonly Where[]; readonly atMost: number }
  | { readonly kind: 'explain'; readonly query: Query }
  | { readonly kind: 'count'; readonly where: Where; readonly timeLimit: number | undefined };

interface Searches extends Pick<ResourceStore, 'search' | 'find' | 'count' | 'explain'> {
  /** What is known of the file has changed: the thread begins anew. */
  forget(): Promise<void>;
}

const program = new URL('./search-thread.js', import.meta.url);

/** `location`: undefined for a database that other threads cannot open. The thread starts when it is needed. */
export function createSearches(reader: Reader, location: string | undefined): Searches {
  const during = inOneRead(reader);
  // Of a database in memory the version stays while this connection writes.
  const totals = location === undefined ? undefined : createTotals(reader.connection);
  let thread: Thread<SearchTask, unknown> | undefined;

  function ask(task: SearchTask): Promise<unknown> {
    const data: SearchData = { location: location ?? '' };
    if (thread === undefined || thread.hasEnded()) thread = startThread({ program, data, does: 'searches', writes: false });
    return thread.ask(task);
  }

  return {
    async search(query) {
      const page = translated(() => pageAtOnce(reader, query));
      if (page !== undefined) return page;
      const { timeLimit } = query;
      const elsewhere = async (limit: number | undefined) => {
        const wanted = { ...query, count: query.count + 1, ...(limit === undefined ? {} : { timeLimit: limit }) };
        const found = (await ask({ kind: 'positions', query: wanted })) as readonly Position[];
        return inTurns(search(reader, query, found), { during });
      };
      return inTurns(search(reader, query), { timeLimit, late: tooLong, during, ...(location && { elsewhere }) });
    },
    async find(wheres, atMost) {
      if (translated(() => wheres.every((where) => findsNothing(reader, where)))) return wheres.map(() => []);
      const elsewhere = async () => (await ask({ kind: 'find', wheres, atMost })) as readonly (readonly Key[])[];
      return inTurns(findAll(reader, wheres, atMost), { during, ...(location && { elsewhere }) });
    },
    async count(where, { timeLimit }) {
      const known = totals?.known(where);
      if (known !== undefined) return known;
      const remember = totals?.remember(where);
      const progress = { total: 0 };
      const late = () => ({ total: progress.total, exact: false });
      const elsewhere = async (limit: number | undefined) => (await ask({ kind: 'count', where, timeLimit: limit })) as Count;
      const total = await inTurns(count(reader, where, progress), { timeLimit, late, during, ...(location && { elsewhere }) });
      remember?.(total);
      return total;
    },
    async explain(query) {
      if (location === undefined) return explain(reader, query);
      return (await ask({ kind: 'explain', query })) as Explanation;
    },
    async forget() {
      const before = thread;
      thread = undefined;
      await before?.close();
    },
  };
}

export function tooLong(): never {
  throw new StoreCostly('The search took too long; a more selective condition, such as an identifier, a patient or a code, would help');
}
