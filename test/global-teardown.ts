/** Runs once after all test files: stops the mongod of the run, or says in the last lines that there was none. */
import { type Run, runKey } from './global-setup.js';

export default async function tearDown(): Promise<void> {
  const run = (globalThis as { [runKey]?: Run })[runKey];
  if (run === undefined) return;
  run.close();
  const mongod = await run.mongod;
  if (mongod === undefined) return;
  if (!('unavailable' in mongod)) return mongod.stop('SIGKILL');
  const rule = '!'.repeat(100);
  const fate = process.env.CI === 'true' ? 'FAILED' : 'WAS SKIPPED';
  process.stdout.write(`\n${rule}\nTHE MONGODB HALF OF THE TESTS ${fate}: ${mongod.unavailable}\n${rule}\n`);
}
