/** Records of the journal on their way to the writer's thread: numbers, texts and bytes, each together. Source: store/audit-log.ts */
import { Buffer } from 'node:buffer';
import type { AuditRecord } from '../audit-log.js';

export interface PackedRecords {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly texts: readonly string[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Numbers of each record: its own, its time, how many keys it has, how many bytes. */
const NUMBERS = 4;

export function packRecords(records: readonly AuditRecord[]): PackedRecords {
  const numbers = new Float64Array(records.length * NUMBERS);
  const bytes = new Uint8Array(records.reduce((sum, { body }) => sum + body.byteLength, 0));
  const texts: string[] = [];
  let [at, byte] = [0, 0];
  for (const { chain, number, time, keys, body } of records) {
    numbers.set([number, time, keys.length, body.byteLength], at);
    texts.push(chain, ...keys);
    bytes.set(body, byte);
    at += NUMBERS;
    byte += body.byteLength;
  }
  return { numbers, texts, bytes };
}

export function unpackRecords({ numbers, texts, bytes }: PackedRecords): readonly AuditRecord[] {
  const records: AuditRecord[] = [];
  let [text, byte] = [0, 0];
  for (let at = 0; at < numbers.length; at += NUMBERS) {
    const [number = 0, time = 0, keys = 0, length = 0] = numbers.subarray(at, at + NUMBERS);
    const [chain = '', ...own] = texts.slice(text, text + 1 + keys);
    records.push({ chain, number, time, keys: own, body: Buffer.from(bytes.buffer, byte, length) });
    text += 1 + keys;
    byte += length;
  }
  return records;
}
