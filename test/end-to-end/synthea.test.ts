/** A hospital's worth of data, by the commands of the README: everything is loaded, nothing is lost, and searches are right. */
import { describe, expect, test } from '@jest/globals';
import { total, walked } from '../../conformance/synthea/answers.js';
import { everyNth, readFacts, sumOf, syntheaFolder } from '../../conformance/synthea/facts.js';
import { stores } from '../stores.js';
import { run } from './command.js';
import { servingOn } from './serving.js';

const facts = readFacts();
const all = sumOf(facts);
/** For one store; `npm run conformance -- synthea` loads everything into both. */
const third = sumOf(everyNth(facts, 3));

test('a plain script finds what is known of the files', () => {
  expect([all.files.length, all.entries]).toEqual([122, 92_114]);
  expect(third.entries).toBeGreaterThan(30_000);
  for (const { searches } of [all, third]) expect([...searches.values()].every((count) => count > 0)).toBe(true);
});

const parts = stores.map((store) =>
  store.name === 'SQLite'
    ? { ...store, what: 'all that Synthea made', paths: [syntheaFolder], expected: all }
    : { ...store, what: 'a third of what Synthea made', paths: third.files, expected: third },
);

describe.each(parts)('$name holds $what', ({ open, paths, expected }) => {
  const serving = servingOn(open);

  test('lianyi load sends all the Bundles and says so', async () => {
    const { code, stdout, stderr } = await run(['load', ...paths, '--server', serving().base, '--connections', '4']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${expected.files.length} files, ${expected.entries} resources`);
  }, 600_000);

  test.each([...expected.counts])('%s: as many as in the files (%i)', async (type, count) => {
    expect(await total(serving().base, `${type}?_summary=count`)).toBe(count);
  });

  test.each([...expected.searches])('%s finds %i', async (query, count) => {
    expect(await total(serving().base, `${query}&_summary=count`)).toBe(count);
    expect(await walked(serving().base, query, count)).toBe(count);
  });
});
