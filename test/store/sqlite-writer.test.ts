/** The thread that writes: what goes to it arrives unchanged, and what its end means. Source: src/store/port.ts errors */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StoreUnavailable, StoreUnknown } from '../../src/store/port.js';
import { asWrite, packInSteps, unpack, unpackReindex } from '../../src/store/sqlite/pack.js';
import { wholly } from '../../src/store/sqlite/steps.js';
import { startWriter } from '../../src/store/sqlite/writing.js';
import { commitOf, isToken, reference, text, token, where, write } from './contract/fixture.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lianyi-sqlite-writer-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a commit is unpacked as it was packed', () => {
  const full = write('Patient/王', {
    entries: [
      token('a', 'b'),
      token('a', '', 'urn:x'),
      reference('r', 'Patient/1'),
      text('name', '王'),
      { kind: 'string', param: 'name', value: 'wang', raw: '' },
      { kind: 'string', param: 'empty', value: '', raw: '' },
      { kind: 'uri', param: 'url', value: 'urn:\u0000\u{10ffff}' },
      { kind: 'range', param: 'low', low: Number.NEGATIVE_INFINITY, high: 1e300 },
      { kind: 'range', param: 'high', low: -0.5, high: Number.POSITIVE_INFINITY },
      { kind: 'range', param: 'none', low: Number.NaN, high: 1 },
      { kind: 'range', param: 'keyed', key: '', low: 1, high: 2 },
      { kind: 'point', param: 'near', x: 0.6, y: -0.8, z: 0 },
      { kind: 'string', param: 'within', value: '王', raw: '王', within: true },
      { kind: 'string', param: 'within', value: 'wang', raw: '', within: true },
    ],
    contained: [
      { type: 'Organization', id: 'o', entries: [token('a', 'b')], sort: [{ slot: 'name', value: 'x' }] },
      { type: 'Patient', id: 'p', entries: [], sort: [] },
    ],
    compartments: ['Patient/1', 'Patient/2'],
    sort: [
      { slot: 'date', value: 12.5 },
      { slot: 'family', value: '王' },
    ],
  });
  const deletion = write('Patient/2', { version: 3, method: 'DELETE', json: null });
  const guard = { where: where('Patient', isToken('a', 'b')), keys: [{ type: 'Patient', id: '1' }], names: ['a'] };
  const notes = [{ name: 'n', value: Buffer.from('some value'), expires: 7 }];
  const commit = { writes: [full, deletion, write('Patient/3')], guards: [guard], notes };
  expect(unpack(structuredClone(wholly(packInSteps(commit))))).toEqual(commit);
  const { type, id } = full.version;
  const { entries, compartments, sort, contained } = full;
  const reindex = { type, id, version: 7, entries, compartments, sort, contained };
  const packed = wholly(packInSteps({ writes: [asWrite(reindex)], guards: [] }));
  expect(unpackReindex(structuredClone(packed))).toEqual([reindex]);
  expect(unpack(wholly(packInSteps({ writes: [], guards: [] })))).toEqual({ writes: [], guards: [], notes: [] });
});

describe('the end of the thread', () => {
  const commit = commitOf(write('Patient/1'));

  test('a thread that cannot open the database has written nothing: StoreUnavailable with the reason, then and later', async () => {
    const writer = startWriter({ location: folder, maxPages: undefined });
    await expect(writer.commit(commit)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(writer.commit(commit)).rejects.toThrow(/has ended: .*unable to open/);
    await writer.close();
  });

  test('a thread that ends at work leaves open what it has written: StoreUnknown, and StoreUnavailable later', async () => {
    const program = new URL('./sqlite-ending-writer.js', import.meta.url);
    const writer = startWriter({ location: join(folder, 'none.db'), maxPages: undefined }, program);
    const outcomes = await Promise.allSettled([writer.commit(commit), writer.commit(commit)]);
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason instanceof StoreUnknown)).toEqual([true, true]);
    await expect(writer.commit(commit)).rejects.toBeInstanceOf(StoreUnavailable);
    await writer.close();
  });

  test('a program that has nothing else to do ends though the store is open, after what it has asked for is written', async () => {
    const open = new URL('../../src/store/sqlite/open.js', import.meta.url);
    const program = `import { openSqliteStore } from ${JSON.stringify(open.href)};
      const store = await openSqliteStore(${JSON.stringify(join(folder, 'left.db'))});
      await store.arrange({ types: { Patient: { sorts: ['x'] } } });
      await store.commit({ writes: [], guards: [] });
      console.log((await store.describe()).ready);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { timeout: 30_000 });
    expect(stdout.trim()).toBe('true');
  });
});
