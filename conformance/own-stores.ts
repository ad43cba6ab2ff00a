/** This server on an empty store of each kind, for suites that are run where no other server is named. */
import { mongodb } from '../bench/servers.js';
import { createServer } from '../src/server.js';
import type { ServerOptions } from '../src/server-options.js';

/** Runs something against a server on each; whether it was good on all. Says so where there is no MongoDB. */
export function onOwnStores(run: (name: string, base: string) => Promise<boolean>): Promise<boolean> {
  return onEachStore((name, store) => onServer({ store }, (base) => run(name, base)));
}

/** The same with the URL of an empty store. */
export async function onEachStore(run: (name: string, store: string) => Promise<boolean>): Promise<boolean> {
  const onSqlite = await run('SQLite', 'sqlite::memory:');
  const mongo = await mongodb();
  if ('unavailable' in mongo) {
    process.stdout.write(`MongoDB: not run. ${mongo.unavailable}\n`);
    return onSqlite;
  }
  const onMongo = await run('MongoDB', mongo.url).finally(() => mongo.stop());
  return onSqlite && onMongo;
}

export async function onServer<T>(
  options: Partial<ServerOptions> & Pick<ServerOptions, 'store'>,
  run: (base: string) => Promise<T>,
): Promise<T> {
  const quiet = () => undefined;
  const server = await createServer({ logger: { info: quiet, warn: quiet, error: quiet }, ...options });
  const { url, close } = await server.listen(0);
  try {
    return await run(url);
  } finally {
    await close();
  }
}
