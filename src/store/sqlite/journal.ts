/**
 * The journal in its tables. A record's number has its chain's in front, so that a chain lies together and is written at its end; a key is
 * found under a number made of its text, and what has another text by chance is left out afterwards. Source: store/audit-log.ts
 */
import type { AuditPlace, AuditRecord, AuditSeal } from '../audit-log.js';
import { StoreConflict } from '../port.js';
import { type Connection, fromText, type Row, toBuffer, toText } from './binding.js';

/** Above every number of a chain. */
const CHAIN = 2 ** 32;

export function chainOf(connection: Connection, name: string): number | undefined {
  const row = connection.statement('SELECT id FROM audit_chain WHERE name = ?').get([toText(name)]);
  return row && Number(row[0]);
}

function makeChain(connection: Connection, name: string): number {
  return chainOf(connection, name) ?? connection.statement('INSERT INTO audit_chain (name) VALUES (?)').run([toText(name)]).inserted;
}

function numberIn(chain: number, number: number): number {
  if (!Number.isInteger(number) || number < 1 || number >= CHAIN) throw new RangeError(`${number} is no number of a record in a chain`);
  return chain * CHAIN + number;
}

/** 48 bits of a text. */
export function keyNumber(key: string): number {
  let [low, high] = [0x9e3779b9, 0x85ebca6b];
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    low = Math.imul(low ^ code, 0x9e3779b1);
    high = Math.imul(high ^ code, 0xc2b2ae35);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return (high >>> 16) * CHAIN + (low >>> 0);
}

/** Inside a transaction, before its first write: throws StoreConflict where a place is taken, or stands twice among them. */
export function refuseTakenPlaces(connection: Connection, records: readonly AuditRecord[]): void {
  if (new Set(records.map(({ chain, number }) => `${number} ${chain}`)).size < records.length) {
    throw new StoreConflict('A place in the journal was given to two records');
  }
  for (const [name, own] of byChain(records)) {
    const chain = chainOf(connection, name);
    if (chain === undefined) continue;
    for (const { number } of own) {
      const there = connection.statement('SELECT 1 FROM audit_record WHERE n = ?').get([numberIn(chain, number)]);
      if (there !== undefined) throw new StoreConflict(`The journal has a record ${number} of the chain ${name} already`);
    }
  }
}

export function append(connection: Connection, records: readonly AuditRecord[]): void {
  for (const [name, own] of byChain(records)) {
    const chain = makeChain(connection, name);
    const put = connection.statement('INSERT INTO audit_record (n, time, keys, body) VALUES (?, ?, ?, ?)');
    const index = connection.statement('INSERT OR IGNORE INTO audit_key (key, time, n) VALUES (?, ?, ?)');
    for (const { number, time, keys, body } of own) {
      const n = numberIn(chain, number);
      put.run([n, time, JSON.stringify(keys), body]);
      for (const key of keys) index.run([keyNumber(key), time, n]);
    }
  }
}

function byChain(records: readonly AuditRecord[]): ReadonlyMap<string, readonly AuditRecord[]> {
  const [first] = records;
  if (first !== undefined && records.every(({ chain }) => chain === first.chain)) return new Map([[first.chain, records]]);
  const chains = new Map<string, AuditRecord[]>();
  for (const record of records) {
    const own = chains.get(record.chain);
    if (own === undefined) chains.set(record.chain, [record]);
    else own.push(record);
  }
  return chains;
}

const record = 'r.n, r.time, r.keys, r.body';

function toRecord(chain: string, [n, time, keys, body]: Row): AuditRecord {
  return {
    chain,
    number: Number(n) % CHAIN,
    time: Number(time),
    keys: JSON.parse(String(keys)) as readonly string[],
    body: toBuffer(body) ?? Buffer.alloc(0),
  };
}

export function recordAt(connection: Connection, { chain: name, number }: AuditPlace): AuditRecord | undefined {
  const chain = chainOf(connection, name);
  if (chain === undefined || !(number < CHAIN)) return undefined;
  const row = connection.statement(`SELECT ${record} FROM audit_record AS r WHERE r.n = ?`).get([chain * CHAIN + number]);
  return row && toRecord(name, row);
}

export function walkChain(connection: Connection, name: string, after: number, count: number): readonly AuditRecord[] {
  const chain = chainOf(connection, name);
  if (chain === undefined) return [];
  const walk = `SELECT ${record} FROM audit_record AS r WHERE r.n > ? AND r.n < ? ORDER BY r.n LIMIT ? + 0`;
  const rows = connection.statement(walk).all([chain * CHAIN + after, (chain + 1) * CHAIN, count]);
  return rows.map((row) => toRecord(name, row));
}

export function chainsOf(connection: Connection): readonly string[] {
  const has = (table: string) => `EXISTS (SELECT 1 FROM ${table} AS r WHERE r.n > c.id * ${CHAIN} AND r.n < (c.id + 1) * ${CHAIN})`;
  const chains = `SELECT c.name FROM audit_chain AS c WHERE ${has('audit_seal')} OR ${has('audit_record')} ORDER BY c.name`;
  return connection
    .statement(chains)
    .all([])
    .map(([name]) => fromText(String(name)));
}

interface SealText extends Pick<AuditSeal, 'time' | 'missing'> {
  readonly digest: string;
  readonly before: string;
  readonly others?: readonly { readonly chain: string; readonly digest: string }[];
}

/** Inside a transaction, before its first write: throws StoreConflict where the chain has a seal of that number. */
export function putSeal(connection: Connection, { chain: name, number, time, missing, digest, before, others }: AuditSeal): void {
  const n = numberIn(makeChain(connection, name), number);
  if (connection.statement('SELECT 1 FROM audit_seal WHERE n = ?').get([n]) !== undefined) {
    throw new StoreConflict(`The chain ${name} has a seal ${number} already`);
  }
  const text: SealText = {
    time,
    missing,
    digest: toBase64(digest),
    before: toBase64(before),
    ...(others && { others: others.map((one) => ({ chain: one.chain, digest: toBase64(one.digest) })) }),
  };
  connection.statement('INSERT INTO audit_seal (n, seal) VALUES (?, ?)').run([n, JSON.stringify(text)]);
}

/** On the way through a thread a Buffer becomes an array of bytes. */
function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

export function sealsOf(connection: Connection, name: string, after: number, count: number): readonly AuditSeal[] {
  const chain = chainOf(connection, name);
  if (chain === undefined) return [];
  const seals = 'SELECT n, seal FROM audit_seal WHERE n > ? AND n < ? ORDER BY n LIMIT ? + 0';
  const rows = connection.statement(seals).all([chain * CHAIN + after, (chain + 1) * CHAIN, count]);
  return rows.map((row) => toSeal(name, row));
}

/** The last seal of every chain that has one. */
export function headsOf(connection: Connection): readonly AuditSeal[] {
  const last = `SELECT max(s.n) FROM audit_seal AS s WHERE s.n > c.id * ${CHAIN} AND s.n < (c.id + 1) * ${CHAIN}`;
  const heads = `SELECT c.name, h.n, h.seal FROM audit_chain AS c CROSS JOIN audit_seal AS h ON h.n = (${last}) ORDER BY c.name`;
  const rows = connection.statement(heads).all([]);
  return rows.map(([name, ...row]) => toSeal(fromText(String(name)), row));
}

function toSeal(chain: string, [n, seal]: Row): AuditSeal {
  const { time, missing, digest, before, others }: SealText = JSON.parse(String(seal));
  const bytes = (text: string) => Buffer.from(text, 'base64');
  return {
    chain,
    number: Number(n) % CHAIN,
    time,
    missing,
    digest: bytes(digest),
    before: bytes(before),
    ...(others && { others: others.map((one) => ({ chain: one.chain, digest: bytes(one.digest) })) }),
  };
}

/** Inside a transaction: removes at most so many records of before; how many. */
export function purgeSome(connection: Connection, before: number, count: number): number {
  const old = connection.statement('SELECT n, time, keys FROM audit_record WHERE time < ? ORDER BY time LIMIT ? + 0').all([before, count]);
  for (const [n = null, time = null, keys] of old) {
    const texts: readonly string[] = JSON.parse(String(keys));
    for (const key of texts) {
      connection.statement('DELETE FROM audit_key WHERE key = ? AND time = ? AND n = ?').run([keyNumber(key), time, n]);
    }
    connection.statement('DELETE FROM audit_record WHERE n = ?').run([n]);
  }
  return old.length;
}
