/** A process for state-processes.test.ts: it takes what it can get, counts up what all count up, and prints the ids of what it got. */
import { openStore } from '../../src/store/open.js';

const [, , url = '', codes = '', counts = ''] = process.argv;
const store = await openStore(url);
await store.arrange({ types: {} });
const { states } = store;

const taken = await Promise.all(Array.from({ length: Number(codes) }, (_, i) => states.take('code', String(i))));

for (let done = 0; done < Number(counts); ) {
  const seen = await states.get('counter', 'all');
  if (seen === undefined) throw new Error('the counter is gone');
  if (await states.put({ kind: 'counter', id: 'all', value: String(Number(seen.value) + 1) }, seen)) done++;
}

await store.close();
process.stdout.write(JSON.stringify(taken.flatMap((item) => item?.id ?? [])));
