/** A slice of what `npm run conformance -- expansions` does with all. */
import { describe, expect, test } from '@jest/globals';
import { expandAll } from '../../conformance/expansions/expand-all.js';
import { serverOn } from '../server-on.js';
import { stores } from '../stores.js';

const [{ open } = { open: () => Promise.reject(new Error('There is no store')) }] = stores;

describe('the value sets of the packages', () => {
  const server = serverOn(open);

  test('are expanded, or refused with what stands in the way', async () => {
    const { valueSets, expanded, codes, refused, faults } = await expandAll(server.url, (index) => index % 80 === 0);
    expect(faults).toEqual([]);
    expect(valueSets).toBeGreaterThan(15);
    expect(expanded).toBeGreaterThan(0.85 * valueSets);
    expect(codes).toBeGreaterThan(100);
    expect([...refused.keys()].filter((reason) => !/ is not known here$| is not here in full$| cannot be /.test(reason))).toEqual([]);
  });
});
