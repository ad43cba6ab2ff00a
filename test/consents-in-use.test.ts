import { describe, expect, test } from '@jest/globals';
import { consentRulesParam } from '../src/access/consent/rule-keys.js';
import { followConsents } from '../src/consents-in-use.js';
import type { Version, Write } from '../src/store/port.js';
import { stores } from './stores.js';

const pollEvery = 50;

function consent(id: string, rules: readonly string[]): Write {
  const version: Version = { type: 'Consent', id, version: 1, lastUpdated: Date.now(), method: 'PUT', json: Buffer.from('{}') };
  const entries = rules.map((code) => ({ kind: 'token', param: consentRulesParam, code }) as const);
  return { version, replaces: 0, entries, compartments: [], sort: [], names: [] };
}

describe.each(stores)('whether Consents are in use on $name', ({ open }) => {
  test('none is, then one of another process, and one that is there is known from the start', async () => {
    const { store, close } = await open();
    try {
      await store.arrange({ types: {} });
      const consents = await followConsents({ store, pollEvery, isIndexed: () => true });
      expect(consents.now).toBe(false);
      await store.commit({ writes: [consent('silent', [])], guards: [] });
      await consents.take([consent('silent', []).version]);
      expect(consents.now).toBe(false);
      await store.commit({ writes: [consent('speaks', ['D|*'])], guards: [] });
      while (!consents.now) await new Promise((resolve) => setTimeout(resolve, 10));
      consents.close();
      const another = await followConsents({ store, pollEvery, isIndexed: () => true });
      expect(another.now).toBe(true);
      another.close();
    } finally {
      await close();
    }
  });
});

test('the first is acknowledged when every other process had the time to find it; the next at once', async () => {
  const found = [{ type: 'Consent', id: '1' }];
  let stored: typeof found = [];
  const consents = await followConsents({ store: { find: async () => [stored] }, pollEvery, isIndexed: () => true });
  stored = found;
  const version = consent('1', ['D|*']).version;
  const began = performance.now();
  await consents.take([version]);
  const first = performance.now() - began;
  expect(consents.now).toBe(true);
  expect(first).toBeGreaterThan(pollEvery);
  await consents.take([version]);
  expect(performance.now() - began - first).toBeLessThan(first);
  consents.close();
});

test('where the store does not answer, or what is stored is not indexed, they count as in use', async () => {
  let fails = false;
  const find = async () => {
    if (fails) throw new Error('gone');
    return [[]];
  };
  const consents = await followConsents({ store: { find }, pollEvery, isIndexed: () => true });
  expect(consents.now).toBe(false);
  fails = true;
  while (!consents.now) await new Promise((resolve) => setTimeout(resolve, 20));
  consents.close();
  const early = await followConsents({ store: { find: async () => [[]] }, pollEvery, isIndexed: () => false });
  expect(early.now).toBe(true);
  early.close();
});
