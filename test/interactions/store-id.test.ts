/** Clients that keep a record of what they sent tell stores apart. */
import { describe, expect, test } from '@jest/globals';
import { storeId } from '../../src/interactions/store-id.js';
import { startServer } from '../running-server.js';
import { stores } from '../stores.js';

describe.each(stores)('a store of $name', ({ open }) => {
  test('is told from others by GET /metadata, and by the same id wherever it is served', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const servers = await Promise.all([one.store, one.store, other.store].map((store) => startServer({ store })));
    try {
      const told = await Promise.all(servers.map(async ({ ask }) => (await ask('GET', '/metadata')).headers.get('lianyi-store')));
      expect(told[0]).toMatch(/^[0-9a-f-]{36}$/);
      expect(told[1]).toBe(told[0]);
      expect(told[2]).not.toBe(told[0]);
      const read = await servers[0]?.ask('GET', '/Patient/none');
      expect(read?.headers.has('lianyi-store')).toBe(false);
    } finally {
      await Promise.all(servers.map(({ close }) => close()));
      await Promise.all([one.close(), other.close()]);
    }
  });

  test('gets one id, however many ask for it first', async () => {
    const { store, close } = await open();
    try {
      const told = await Promise.all(Array.from({ length: 8 }, () => storeId(store)));
      expect(new Set(told).size).toBe(1);
      expect(await storeId(store)).toBe(told[0]);
    } finally {
      await close();
    }
  });
});
