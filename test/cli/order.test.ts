/** In which order single resources are loaded, as the data shows it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inOrder, ranksOf } from '../../src/cli/load/order.js';
import { findSources } from '../../src/cli/load/sources.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-order-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const referring = (type: string, ...refers: string[]) => ({ type, refers: new Set(refers) });

describe('types', () => {
  test('stand after those they refer to, themselves and through others', () => {
    const ranks = ranksOf([
      referring('Observation', 'Encounter', 'Practitioner'),
      referring('Encounter', 'Patient', 'Encounter'),
      referring('Patient'),
    ]);
    expect([...ranks]).toEqual([
      ['Observation', 2],
      ['Encounter', 1],
      ['Patient', 0],
    ]);
  });

  test('that refer to each other have one rank', () => {
    const ranks = ranksOf([referring('Condition', 'Encounter'), referring('Encounter', 'Condition', 'Patient'), referring('Patient')]);
    expect([ranks.get('Condition'), ranks.get('Encounter'), ranks.get('Patient')]).toEqual([1, 1, 0]);
  });
});

test('files of single resources are in that order whatever they are called, Bundles first', async () => {
  const line = (type: string, at: number, subject?: string) =>
    JSON.stringify({ resourceType: type, id: `${at}`, ...(subject === undefined ? {} : { subject: { reference: subject } }) });
  const lines = (type: string, subject?: string) => Array.from({ length: 2000 }, (_, at) => line(type, at, subject)).join('\n');
  await writeFile(join(folder, 'a.ndjson'), lines('Observation', 'Encounter/7'));
  await writeFile(join(folder, 'b.ndjson.gz'), gzipSync(lines('Encounter', 'https://example.org/fhir/Patient/7/_history/1')));
  await writeFile(join(folder, 'c.json'), JSON.stringify(JSON.parse(line('Patient', 1)), undefined, 2));
  await writeFile(
    join(folder, 'd.json'),
    '{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Observation"}}]}',
  );
  const groups = await inOrder(await findSources([folder]));
  expect(groups.map((group) => group.map(({ name }) => basename(name)))).toEqual([['c.json', 'd.json'], ['b.ndjson.gz'], ['a.ndjson']]);
});
