/** This server on an empty store of each kind, for suites that are run where no other server is named. */
import { mongodb } from '../bench/servers.js';
import { createServer } from '../src/server.js';

/** Runs something against each; whether it was good on all. Says so where there is no MongoDB. */
export async function onOwnStores(run: (name: string, base: string) => Promise<boolean>): Promise<boolean> {
  const onSqlite = await onStore('SQLite', 'sqlite::memory:', run);
  const mongo = await mongodb();
  if ('unavailable' in mongo) {
    process.stdout.write(`MongoDB: not run. ${mongo.unavailable}\n`);
    return onSqlite;
  }
  const onMongo = await onStore('MongoDB', mongo.url, run).finally(() => mongo.stop());
  return onSqlite && onMongo;
}

async function onStore(name: string, store: string, run: (name: string, base: string) => Promise<boolean>): Promise<boolean> {
  const quiet = () => undefined;
  const server = await createServer({ store, logger: { info: quiet, warn: quiet, error: quiet } });
  const { url, close } = await server.listen(0);
  try {
    return await run(name, url);
  } finally {
    await close();
  }
}
