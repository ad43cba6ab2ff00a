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
  return [...chains.values()].map(merged);
}

function merged(sheets: readonly AuditSheet[]): AuditSheet {
  const [first] = sheets;
  if (first === undefined || sheets.length === 1) return first ?? emptySheet('', 0, 0);
  const rows = sheets.flatMap((sheet) => Array.from(sheet.numbers, (number, row) => ({ sheet, row, number })));
  rows.sort((a, b) => a.number - b.number);
  const whole = emptySheet(
    first.chain,
    rows.length,
    rows.reduce((sum, { sheet, row }) => sum + sizeAt(sheet, row), 0),
  );
  let end = 0;
  for (const [at, { sheet, row, number }] of rows.entries()) {
    const [keysFrom, keysTo, from, to] = sheet.spans.subarray(SPANS * row, SPANS * row + SPANS);
    whole.numbers[at] = number;
    whole.times[at] = sheet.times[row] ?? 0;
    end = put(whole, at, sheet.bytes.subarray(keysFrom, keysTo), sheet.bytes.subarray(from, to), end);
  }
  return whole;
}

function sizeAt({ spans }: AuditSheet, row: number): number {
  const [keysFrom = 0, keysTo = 0, from = 0, to = 0] = spans.subarray(SPANS * row, SPANS * row + SPANS);
  return keysTo - keysFrom + to - from;
}
