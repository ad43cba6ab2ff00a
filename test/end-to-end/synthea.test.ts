/**
 * A hospital's worth of data, by the commands of the README: nothing is lost, and searches are right. A twentieth of the people, with all
 * hospitals and practitioners; `npm run conformance -- synthea` does the same with everything.
 */
import { describe, expect, test } from '@jest/globals';
import { total, walked } from '../../conformance/synthea/answers.js';
import { readFacts } from '../../conformance/synthea/facts.js';
import { stores } from '../stores.js';
import { run } from './command.js';
import { servingOn } from './serving.js';

const { files, entries, counts, searches } = readFacts(20);

test('a plain script finds something of everything in the files', () => {
  expect([files.length, entries, counts.size]).toEqual([8, 5_693, 22]);
  expect([...searches.values()].every((count) => count > 0)).toBe(true);
});

describe.each(stores)('$name holds a twentieth of what Synthea made', ({ open }) => {
  const serving = servingOn(open);

  test('lianyi load sends all the Bundles and says so', async () => {
    const { code, stdout, stderr } = await run(['load', ...files, '--server', serving().base, '--connections', '4']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${files.length} files, ${entries} resources`);
  }, 600_000);

  test.each([...counts])('%s: as many as in the files (%i)', async (type, count) => {
    expect(await total(serving().base, `${type}?_summary=count`)).toBe(count);
  });

  test.each([...searches])('%s finds %i', async (query, count) => {
    expect(await total(serving().base, `${query}&_summary=count`)).toBe(count);
    expect(await walked(serving().base, query, count)).toBe(count);
  });
});
