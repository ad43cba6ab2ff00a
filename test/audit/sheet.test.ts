/** What stands on a sheet is what seals are made over and what the store keeps, whatever is in it and however much of it there is. */
import { expect, test } from '@jest/globals';
import { headText } from '../../src/audit/digest.js';
import { createSheet, sheetFor } from '../../src/audit/sheet.js';
import type { AuditRecord } from '../../src/store/audit-log.js';
import { gathered, recordsOn, sheetsOf } from '../../src/store/audit-sheet.js';
import { keyNumber, placesOf, recordsOf, toBlocks } from '../../src/store/journal/block.js';

const texts = ['', 'Patient/1', '王小明', '𠮷', 'a"b', 'a\\b', '\u0000', '\u007f', 'é', '0'.repeat(200_000), '检'.repeat(200_000)];
const time = Date.UTC(2026, 10, 27);
const rows = texts.map((text, at) => ({ keys: JSON.stringify([text, `k${at}`]), body: JSON.stringify([1, text]) }));

test('a sheet holds each record with what its seal is made over before it, on sheets that are filled and on those for one commit', () => {
  const filled = createSheet('chain');
  for (const [at, row] of rows.entries()) filled.add(at + 1, time, row);
  for (const sheet of [filled, sheetFor('chain', 1, time, rows)]) {
    const records = recordsOn(sheet.forStore());
    expect(records.map(({ number, keys, body }) => [number, keys, body.toString()])).toEqual(
      rows.map(({ keys, body }, at) => [at + 1, JSON.parse(keys), body]),
    );
    const sealed = rows.map(({ keys, body }, at) => `${headText(at + 1, time, Buffer.byteLength(body), keys)}${body}`);
    expect(sheet.bytes(0, sheet.rows).toString()).toBe(sealed.join(''));
    expect(sheet.bytes(1, 3).toString()).toBe(sealed.slice(1, 3).join(''));
  }
});

test('blocks made of sheets say of each record what it says itself, its keys as their numbers too', () => {
  const [sheet] = gathered([
    sheetFor('chain', 20, time, rows.slice(5)).forStore(),
    sheetFor('chain', 1, time, rows.slice(0, 5)).forStore(),
  ]);
  const [block] = sheet === undefined ? [] : toBlocks([sheet]);
  if (block === undefined) throw new Error('there is one');
  const { numbers, ends, keys } = placesOf(block);
  expect([...numbers]).toEqual([1, 2, 3, 4, 5, 20, 21, 22, 23, 24, 25]);
  const recordAt = recordsOf(block);
  for (const [at, { keys: text, body }] of rows.entries()) {
    const own = JSON.parse(text) as readonly string[];
    expect(recordAt(at)).toEqual({ chain: 'chain', number: numbers[at], time, keys: own, body: Buffer.from(body) });
    expect([...keys.subarray(ends[at - 1] ?? 0, ends[at])]).toEqual(own.map(keyNumber));
  }
  expect(toBlocks(sheetsOf(rows.map((_, at) => recordAt(at))))).toEqual([block]);
});

test('sheets are put together in the order of their numbers, whether or not they lie across each other', () => {
  const odd = sheetsOf(records([1, 3, 9])).concat(sheetsOf(records([2, 4, 7])));
  const apart = sheetsOf(records([7, 9])).concat(sheetsOf(records([1, 2])), sheetsOf(records([3, 4])));
  for (const sheets of [odd, apart]) expect(gathered(sheets).flatMap(recordsOn)).toEqual(records([1, 2, 3, 4, 7, 9]));
});

function records(numbers: readonly number[]): readonly AuditRecord[] {
  return numbers.map((number) => ({ chain: 'c', number, time: time + number, keys: [`k${number}`], body: Buffer.from(`[${number}]`) }));
}
