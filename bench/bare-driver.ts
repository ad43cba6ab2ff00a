/** What the bare driver makes of the commands that the store explains: the measure for MongoDB. */
import { type Db, type Document, MongoClient } from 'mongodb';
import { type AtStore, type Explained, repeat } from './at-store.js';
import type { SearchCase } from './cases/expected.js';
import type { Timing } from './drive.js';
import { commandsOf } from './explained-commands.js';

export interface BareDriver {
  /** The commands of some searches of a case; undefined where one of them explains none that can be sent again. */
  prepare(atStore: AtStore, one: SearchCase): Promise<Prepared | undefined>;
  close(): Promise<void>;
}

export interface Prepared {
  measure(milliseconds: number): Promise<Timing>;
}

export async function openBareDriver(location: string, concurrency: number): Promise<BareDriver> {
  const client = await MongoClient.connect(location, { maxPoolSize: concurrency });
  const db = client.db();
  return {
    async prepare(atStore, one) {
      const searches = (await atStore.explained(one)).map((each) => commandsFor(each, one.total === true));
      if (searches.some((commands) => commands.length === 0)) return undefined;
      const call = async (n: number) => {
        for (const command of searches[n % searches.length] ?? []) await send(db, command);
      };
      return {
        async measure(milliseconds) {
          await repeat(call, concurrency, milliseconds / 4);
          return repeat(call, concurrency, milliseconds);
        },
      };
    },
    close: () => client.close(),
  };
}

/** Those of the page, one for what comes with it, and one for the total where that is asked for. */
function commandsFor({ explanation, included }: Explained, total: boolean): readonly Document[] {
  const commands = commandsOf(explanation);
  const more: Document[] = included.length === 0 ? [] : [{ find: 'resources', filter: { _id: { $in: included } }, projection: { j: 1 } }];
  const counted = total ? commands.filter(({ find }) => find !== undefined).map(({ find, filter }) => ({ count: find, filter })) : [];
  return [...commands, ...more, ...counted];
}

/** As a program without a store of its own would ask: find or aggregate, and all of the answer. */
async function send(db: Db, command: Document): Promise<unknown> {
  const { find, count, aggregate, filter = {}, projection, sort, limit, pipeline } = command;
  if (typeof find === 'string') {
    const asked = db.collection(find).find(filter, { projection, limit });
    return (sort === undefined ? asked : asked.sort(sort)).toArray();
  }
  if (typeof count === 'string') return db.collection(count).countDocuments(filter);
  return db.collection(String(aggregate)).aggregate(pipeline).toArray();
}
