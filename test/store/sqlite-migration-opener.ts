/** A process for sqlite-migration.test.ts: it opens the file it is given, and is killed after so many parts of a migration. */
import { openSqliteStore } from '../../src/store/sqlite/open.js';

const [, , file = '', parts = ''] = process.argv;
let seen = 0;
const store = await openSqliteStore(file, {
  software: 'killed',
  onMigration() {
    if (++seen === Number(parts)) process.kill(process.pid, 'SIGKILL');
  },
});
await store.close();
