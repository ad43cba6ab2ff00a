/** A process that follows the feed of a MongoDB store, and makes it when it is its turn, until it is killed. Prints each change. */
import { openMongoStore } from '../../../src/store/mongo/open.js';

const [url = ''] = process.argv.slice(2);
const store = await openMongoStore(url, { patience: 30_000 });
process.stdout.write('ready\n');
for await (const { cursor, type, id, version } of store.changes(undefined, { live: true })) {
  process.stdout.write(`${cursor} ${type}/${id}/${version}\n`);
}
