/** A hospital's worth of data, by the commands of the README: everything is loaded, nothing is lost, and searches are right. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { stores } from '../stores.js';
import { projectFolder, run } from './command.js';
import { servingOn } from './serving.js';
import { type Facts, readFacts } from './synthea-facts.js';

const folder = join(projectFolder, 'conformance/synthea');
const facts: Facts = readFacts(folder);

describe('the plain script', () => {
  test('finds what is known of the files', () => {
    expect(facts.entries).toBe(92_114);
    expect([...facts.searches.values()].every((count) => count > 0)).toBe(true);
  });
});

describe.each(stores)('$name holds what Synthea made', ({ open }) => {
  const serving = servingOn(open);

  test('lianyi load sends all 122 Bundles and says so', async () => {
    const { code, stdout, stderr } = await run(['load', folder, '--server', serving().base, '--connections', '4']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/92[,.]?114 resources/);
    expect(stdout).toContain('122 files');
  }, 600_000);

  test.each([...facts.counts])('%s: as many as in the files (%i)', async (type, expected) => {
    expect(await total(`${type}?_summary=count`)).toBe(expected);
  });

  test.each([...facts.searches])('%s finds %i', async (query, expected) => {
    expect(await total(`${query}&_summary=count`)).toBe(expected);
    expect(await walked(query, expected)).toBe(expected);
  });

  async function total(query: string): Promise<number | undefined> {
    return ((await json(`${serving().base}/${query}`)) as { total?: number }).total;
  }

  /** How many different resources the pages hold, from the first to the last. */
  async function walked(query: string, expected: number): Promise<number> {
    const ids = new Set<string>();
    let url: string | undefined = `${serving().base}/${query}&_count=500`;
    for (let pages = 0; url !== undefined && pages <= expected; pages++) {
      const bundle = (await json(url)) as { entry?: { fullUrl: string }[]; link: { relation: string; url: string }[] };
      for (const { fullUrl } of bundle.entry ?? []) ids.add(fullUrl);
      url = bundle.link.find(({ relation }) => relation === 'next')?.url;
    }
    return ids.size;
  }
});

async function json(url: string): Promise<unknown> {
  const response = await fetch(url);
  const body: unknown = await response.json();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${JSON.stringify(body).slice(0, 500)}`);
  return body;
}
