/**
 * Exact totals that were counted, for as long as nobody has committed anything: SQLite tells each connection when another has changed the
 * file. Who walks through pages asks for the same total again and again. Source: SQLite "PRAGMA data_version"
 */
import type { Count, Where } from '../port.js';
import type { Connection } from './binding.js';

export interface Totals {
  known(where: Where): Count | undefined;
  /** Before it is counted: what keeps the total that was then counted, if nothing was committed meanwhile. */
  remember(where: Where): (total: Count) => void;
}

const MOST = 1000;
/** What is longer is kept by nobody. */
const LONGEST = 2000;

export function createTotals(connection: Connection): Totals {
  const totals = new Map<string, Count>();
  let of: unknown;

  /** Forgets what is not so any more. */
  function refresh(): unknown {
    const version = connection.statement('PRAGMA data_version').get([])?.[0];
    if (version !== of || totals.size >= MOST) totals.clear();
    of = version;
    return version;
  }

  return {
    known(where) {
      refresh();
      return totals.size === 0 ? undefined : totals.get(keyOf(where));
    },
    remember(where) {
      const before = refresh();
      return (total) => {
        const key = keyOf(where);
        if (total.exact && key.length <= LONGEST && refresh() === before) totals.set(key, total);
      };
    },
  };
}

function keyOf(where: Where): string {
  return JSON.stringify(where, (_key, value: unknown) =>
    value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? `${value}\u0000` : value,
  );
}
