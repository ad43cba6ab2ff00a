/**
 * `npm run mongod`: a MongoDB server for developers without Docker. A replica set of one node on 127.0.0.1 with its data in
 * ./data/mongo; `--port` and `--folder` change that. Stops on Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { findMongod } from './mongod/find.js';
import { startMongod } from './mongod/start.js';

const usage = `npm run mongod [-- --port <n>] [--folder <path>]

a MongoDB replica set of one node on 127.0.0.1, for development; stops on Ctrl-C

  --port <n>       port to listen on (default 27017)
  --folder <path>  where its data is kept (default ./data/mongo)`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '27017' },
      folder: { type: 'string', default: './data/mongo' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`--port is ${values.port}; a number from 1 to 65535 was expected`);
  const found = await findMongod();
  if ('unavailable' in found) throw new Error(found.unavailable);
  const mongod = await startMongod({ program: found.program, folder: values.folder, port });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void mongod.stop());
  console.log(`MongoDB (replica set of one node, data in ${values.folder}) listens. Use it by:`);
  console.log(`  STORE='mongodb://127.0.0.1:${port}/lianyi?replicaSet=lianyi' npm start`);
  await mongod.ended;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
