/** What was loaded is known again, whatever ended the run that noted it. */
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Entry, openLedger } from '../../src/cli/load/ledger.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-ledger-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const entry = (hash: string, more: Partial<Entry> = {}): Entry => ({ hash, file: 'a.ndjson', part: '1–100', resources: 100, ...more });

describe('the ledger of loads', () => {
  test('knows what was loaded into a store, and not what was loaded into another', async () => {
    const file = join(folder, 'new', 'ledger.jsonl');
    const ledger = await openLedger(file, 'one', false);
    await ledger.record(entry('h1'));
    await ledger.close();
    const [line] = (await readFile(file, 'utf8')).split('\n');
    expect(JSON.parse(line ?? '')).toEqual({
      store: 'one',
      hash: 'h1',
      file: 'a.ndjson',
      part: '1–100',
      resources: 100,
      when: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const standings = [];
    for (const [store, again] of [['one', false] as const, ['one', true] as const, ['other', false] as const]) {
      const opened = await openLedger(file, store, again);
      standings.push(opened.standingOf('h1'));
      await opened.close();
    }
    expect(standings).toEqual(['loaded', undefined, undefined]);
  });

  test('knows which entries of a batch failed and which units go resource by resource, until they are loaded', async () => {
    const file = join(folder, 'standings.jsonl');
    const ledger = await openLedger(file, 's', false);
    await ledger.record(entry('batch', { failed: [3, 17] }));
    await ledger.record(entry('split', { split: true }));
    await ledger.record(entry('mended', { failed: [1] }));
    await ledger.record(entry('mended'));
    await ledger.close();
    const read = await openLedger(file, 's', false);
    await read.close();
    expect(['batch', 'split', 'mended', 'none'].map((hash) => read.standingOf(hash))).toEqual([[3, 17], 'split', 'loaded', undefined]);
  });

  test('passes over a line that was torn off, and does not go on in it', async () => {
    const file = join(folder, 'torn.jsonl');
    const whole = JSON.stringify({ store: 's', ...entry('h1') });
    await writeFile(file, `${whole}\n${whole.replace('h1', 'h2').slice(0, 40)}`);
    const ledger = await openLedger(file, 's', false);
    expect([ledger.standingOf('h1'), ledger.standingOf('h2')]).toEqual(['loaded', undefined]);
    await ledger.record(entry('h3'));
    await ledger.close();
    await appendFile(file, '{"store":"s","hash":7}\nnull\n[]\n');
    const read = await openLedger(file, 's', false);
    await read.close();
    expect(['h1', 'h2', 'h3'].map((hash) => read.standingOf(hash))).toEqual(['loaded', undefined, 'loaded']);
  });

  test('takes the lines of two loads at once, each whole', async () => {
    const file = join(folder, 'two.jsonl');
    const two = await Promise.all(['a', 'b'].map(async (name) => ({ name, ledger: await openLedger(file, 's', false) })));
    await Promise.all(
      two.flatMap(({ name, ledger }) =>
        Array.from({ length: 300 }, (_, at) => ledger.record(entry(`${name}${at}`, { file: 'x'.repeat(at) }))),
      ),
    );
    await Promise.all(two.map(({ ledger }) => ledger.close()));
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(new Set(lines.map((line) => (JSON.parse(line) as Entry).hash)).size).toBe(600);
  });

  test('says so where it cannot be written', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    await expect(openLedger(join(blocked, 'ledger.jsonl'), 's', false)).rejects.toThrow(
      /^The ledger .* cannot be written: what should be its folder is a file$/,
    );
    await expect(openLedger(folder, 's', false)).rejects.toThrow(/cannot be written: it is a folder$/);
    const full = await openLedger('/dev/full', 's', true);
    await expect(full.record(entry('h1'))).rejects.toThrow('The ledger /dev/full cannot be written: the disk is full');
    await full.close();
  });
});
