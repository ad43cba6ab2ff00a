/**
 * The child of bare-import.ts: holds what a server has written to MongoDB, transaction by transaction, and writes it again with nothing
 * but the driver, into an empty database that has the same indexes.
 */
import { type Db, type Document, MongoClient, type ObjectId } from 'mongodb';
import { summary } from './drive.js';

const [source = '', target = '', after = '0', connections = '1'] = process.argv.slice(2);

/** Of documents in a transaction: from here on the server has so few of them under way. */
const LARGE = 75;
const LARGE_AT_ONCE = 4;

interface Written extends Document {
  readonly w: ObjectId;
}

/** A mark is that of one commit. */
async function transactionsOf(db: Db): Promise<readonly (readonly Written[])[]> {
  const byMark = new Map<string, Written[]>();
  // Binary stays as it is: the driver sends it as it came.
  for await (const document of db.collection<Written>('resources').find({ o: { $gt: Number(after) } })) {
    const mark = document.w.toHexString();
    const of = byMark.get(mark) ?? [];
    byMark.set(mark, of);
    of.push(document);
  }
  return [...byMark.values()];
}

async function makeAlike(from: Db, to: Db): Promise<void> {
  await to.createCollection('resources');
  const indexes = await from.collection('resources').indexes();
  for (const { name, key, partialFilterExpression } of indexes) {
    if (name === '_id_') continue;
    await to.createIndex('resources', key, { name, ...(partialFilterExpression && { partialFilterExpression }) });
  }
}

async function writeAll(client: MongoClient, transactions: readonly (readonly Written[])[]): Promise<Document> {
  const resources = client.db(target).collection<Written>('resources');
  const largest = Math.max(...transactions.map(({ length }) => length));
  const atOnce = largest >= LARGE ? Math.min(LARGE_AT_ONCE, Number(connections)) : Number(connections);
  const rest = transactions.values();
  const times: number[] = [];
  const began = performance.now();
  const work = async () => {
    for (const documents of rest) {
      const start = performance.now();
      await client.withSession((session) => session.withTransaction(() => resources.insertMany([...documents], { session })));
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return summary(times, performance.now() - began, 0);
}

const client = await MongoClient.connect(source, { w: 'majority', journal: true, maxPoolSize: Number(connections) });
try {
  const transactions = await transactionsOf(client.db());
  await makeAlike(client.db(), client.db(target));
  process.send?.({ transactions: transactions.length, resources: transactions.flat().length });
  await new Promise((begin) => process.once('message', begin));
  process.send?.(transactions.length === 0 ? undefined : await writeAll(client, transactions));
} finally {
  await client.db(target).dropDatabase();
  await client.close();
  process.disconnect();
}
