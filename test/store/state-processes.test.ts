/** Processes that share a store take each thing once, and none puts over what another has put unseen. Source: src/store/state.ts */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { stores } from '../stores.js';

const taker = fileURLToPath(new URL('./state-taker.js', import.meta.url));
const [CODES, COUNTS, PROCESSES] = [150, 30, 2];

describe.each(stores)('two processes on one store: $name', ({ open }) => {
  test('of all that take a code one gets it, and of all that count none is lost', async () => {
    const { store, url, close } = await open();
    try {
      await store.arrange({ types: {} });
      const codes = Array.from({ length: CODES }, (_, i) => String(i));
      await Promise.all(codes.map((id) => store.states.add({ kind: 'code', id, value: '', refs: ['codes'] })));
      await store.states.add({ kind: 'counter', id: 'all', value: '0' });
      const run = () => promisify(execFile)(process.execPath, [taker, url, String(CODES), String(COUNTS)]);
      const outputs = await Promise.all(Array.from({ length: PROCESSES }, run));
      const taken = outputs.flatMap(({ stdout }) => JSON.parse(stdout) as readonly string[]);
      expect(taken.toSorted((a, b) => Number(a) - Number(b))).toEqual(codes);
      expect(await store.states.get('counter', 'all')).toMatchObject({ value: String(PROCESSES * COUNTS) });
      expect(await store.states.list('code', { ref: 'codes', count: 10 })).toEqual([]);
    } finally {
      await close();
    }
  });
});
