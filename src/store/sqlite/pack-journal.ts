/** Records of the journal on their way to the writer's thread: numbers, texts and bytes, each together. Source: store/audit-log.ts */
import { Buffer } from 'node:buffer';
import type { AuditRecord } from '../audit-log.js';

export interface PackedRecords {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly chains: readonly string[];
  /** All keys one behind the other, and how long each is: a text costs more on the way than its letters. */
  readonly keys: string;
  readonly lengths: Uint32Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Numbers of each record: which of the chains it is in, its own, its time, how many keys it has, how many bytes. */
const NUMBERS = 5;

export function packRecords(records: readonly AuditRecord[]): PackedRecords {
  const numbers = new Float64Array(records.length * NUMBERS);
  let [count, size] = [0, 0];
  for (const { keys, body } of records) [count, size] = [count + keys.length, size + body.byteLength];
  const lengths = new Uint32Array(count);
  const bytes = new Uint8Array(size);
  const chains: string[] = [];
  let all = '';
  let [at, key, byte] = [0, 0, 0];
  for (const { chain, number, time, keys, body } of records) {
    if (chains.at(-1) !== chain) chains.push(chain);
    numbers[at] = chains.length - 1;
    numbers[at + 1] = number;
    numbers[at + 2] = time;
    numbers[at + 3] = keys.length;
    numbers[at + 4] = body.byteLength;
    for (const one of keys) {
      all += one;
      lengths[key++] = one.length;
    }
    bytes.set(body, byte);
    at += NUMBERS;
    byte += body.byteLength;
  }
  return { numbers, chains, keys: all, lengths, bytes };
}

export function unpackRecords({ numbers, chains, keys: all, lengths, bytes }: PackedRecords): readonly AuditRecord[] {
  const records: AuditRecord[] = [];
  let [key, letter, byte] = [0, 0, 0];
  for (let at = 0; at < numbers.length; at += NUMBERS) {
    const [chain = 0, number = 0, time = 0, count = 0, size = 0] = numbers.subarray(at, at + NUMBERS);
    const keys: string[] = [];
    for (const end = key + count; key < end; key++) {
      const length = lengths[key] ?? 0;
      keys.push(all.slice(letter, letter + length));
      letter += length;
    }
    records.push({ chain: chains[chain] ?? '', number, time, keys, body: Buffer.from(bytes.buffer, byte, size) });
    byte += size;
  }
  return records;
}
