/** Records of the journal put on sheets, and taken off them again. Source: store/audit-log.ts AuditSheet */
import { Buffer } from 'node:buffer';
import type { AuditRecord, AuditSheet } from './audit-log.js';

/** Numbers in `spans` for each record. */
export const SPANS = 4;

/** A sheet for each chain. Throws RangeError for a number that is none of a record. */
export function sheetsOf(records: readonly AuditRecord[]): readonly AuditSheet[] {
  const chains = new Map<string, AuditRecord[]>();
  for (const record of records) {
    if (!(Number.isInteger(record.number) && record.number > 0 && record.number < 2 ** 32)) {
      throw new RangeError(`${record.number} is no number of a record in a chain`);
    }
    const own = chains.get(record.chain);
    if (own === undefined) chains.set(record.chain, [record]);
    else own.push(record);
  }
  return [...chains].map(([chain, own]) => sheetOf(chain, own.length === 1 ? own : own.toSorted((a, b) => a.number - b.number)));
}

/** In this order, which is that of the numbers but where some are 0. */
export function sheetOf(chain: string, records: readonly AuditRecord[]): AuditSheet {
  const texts = records.map(({ keys }) => Buffer.from(JSON.stringify(keys)));
  const size = records.reduce((sum, { body }, at) => sum + (texts[at]?.length ?? 0) + body.byteLength, 0);
  const sheet = emptySheet(chain, records.length, size);
  let end = 0;
  for (const [at, { number, time, body }] of records.entries()) {
    const keys = texts[at] ?? Buffer.alloc(0);
    sheet.numbers[at] = number;
    sheet.times[at] = time;
    end = put(sheet, at, keys, body, end);
  }
  return sheet;
}

function emptySheet(chain: string, rows: number, size: number): AuditSheet {
  const [numbers, times, spans] = [new Uint32Array(rows), new Float64Array(rows), new Uint32Array(SPANS * rows)];
  return { chain, numbers, times, spans, bytes: new Uint8Array(size) };
}

/** Where what was put there ends. */
function put({ spans, bytes }: AuditSheet, row: number, keys: Uint8Array, body: Uint8Array, start: number): number {
  const middle = start + keys.length;
  const end = middle + body.length;
  bytes.set(keys, start);
  bytes.set(body, middle);
  spans.set([start, middle, middle, end], SPANS * row);
  return end;
}

/** Their bodies lie in the memory of the sheet. */
export function recordsOn({ chain, numbers, times, spans, bytes }: AuditSheet): readonly AuditRecord[] {
  const memory = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from(numbers, (number, row) => {
    const [keysFrom, keysTo, from, to] = spans.subarray(SPANS * row, SPANS * row + SPANS);
    const keys = JSON.parse(memory.toString('utf8', keysFrom, keysTo)) as readonly string[];
    return { chain, number, time: times[row] ?? 0, keys, body: memory.subarray(from, to) };
  });
}

/** The same, with all of a chain on one sheet. */
export function gathered(sheets: readonly AuditSheet[]): readonly AuditSheet[] {
  const chains = new Map<string, AuditSheet[]>();
  for (const sheet of sheets) {
    const own = chains.get(sheet.chain);
    if (own === undefined) chains.set(sheet.chain, [sheet]);
    else own.push(sheet);
  }
  return [...chains.values()].map(whole);
}

function whole(sheets: readonly AuditSheet[]): AuditSheet {
  const [first] = sheets;
  if (first !== undefined && sheets.length === 1) return first;
  const sorted = sheets.toSorted((a, b) => (a.numbers[0] ?? 0) - (b.numbers[0] ?? 0));
  const areApart = sorted.every(({ numbers }, at) => at === 0 || (sorted[at - 1]?.numbers.at(-1) ?? 0) < (numbers[0] ?? 0));
  return areApart ? joined(sorted) : merged(sorted);
}

/** One behind the other, as they are: an object for each record would cost more than all else. */
function joined(sheets: readonly AuditSheet[]): AuditSheet {
  const sum = (of: (sheet: AuditSheet) => number) => sheets.reduce((all, sheet) => all + of(sheet), 0);
  const all = emptySheet(
    sheets[0]?.chain ?? '',
    sum(({ numbers }) => numbers.length),
    sum(({ bytes }) => bytes.length),
  );
  let [row, end] = [0, 0];
  for (const { numbers, times, spans, bytes } of sheets) {
    all.numbers.set(numbers, row);
    all.times.set(times, row);
    all.bytes.set(bytes, end);
    for (let at = 0; at < spans.length; at++) all.spans[SPANS * row + at] = (spans[at] ?? 0) + end;
    [row, end] = [row + numbers.length, end + bytes.length];
  }
  return all;
}

function merged(sheets: readonly AuditSheet[]): AuditSheet {
  const rows = sheets.flatMap((sheet) => Array.from(sheet.numbers, (number, row) => ({ sheet, row, number })));
  rows.sort((a, b) => a.number - b.number);
  const all = emptySheet(
    sheets[0]?.chain ?? '',
    rows.length,
    rows.reduce((sum, { sheet, row }) => sum + sizeAt(sheet, row), 0),
  );
  let end = 0;
  for (const [at, { sheet, row, number }] of rows.entries()) {
    const [keysFrom, keysTo, from, to] = sheet.spans.subarray(SPANS * row, SPANS * row + SPANS);
    all.numbers[at] = number;
    all.times[at] = sheet.times[row] ?? 0;
    end = put(all, at, sheet.bytes.subarray(keysFrom, keysTo), sheet.bytes.subarray(from, to), end);
  }
  return all;
}

function sizeAt({ spans }: AuditSheet, row: number): number {
  const [keysFrom = 0, keysTo = 0, from = 0, to = 0] = spans.subarray(SPANS * row, SPANS * row + SPANS);
  return keysTo - keysFrom + to - from;
}
