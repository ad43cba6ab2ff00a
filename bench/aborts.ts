/** How many transactions a mongod has aborted since it was started. */
import type { Place } from './servers.js';
import { withClient } from './stored-bytes.js';

/** undefined where it is no database of the bench's own. */
export async function abortsOf({ store, database }: Place): Promise<number | undefined> {
  if (database === undefined) return undefined;
  return withClient(store, async (client) => {
    const { transactions } = await client.db('admin').command({ serverStatus: 1 });
    return Number(transactions.totalAborted);
  });
}
