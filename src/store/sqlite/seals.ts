/** Seals of the journal, each under the number of its chain and its own in one. Source: store/audit-log.ts AuditSeal */
import { Buffer } from 'node:buffer';
import type { AuditSeal } from '../audit-log.js';
import { StoreConflict } from '../port.js';
import { type Connection, fromText, type Row } from './binding.js';
import { chainOf, makeChain } from './journal.js';

/** Above every number of a chain. */
const CHAIN = 2 ** 32;

interface SealText extends Pick<AuditSeal, 'time' | 'missing'> {
  readonly digest: string;
  readonly before: string;
  readonly others?: readonly { readonly chain: string; readonly digest: string }[];
}

/** Inside a transaction, before its first write: throws StoreConflict where the chain has a seal of that number. */
export function putSeal(connection: Connection, { chain: name, number, time, missing, digest, before, others }: AuditSeal): void {
  const n = makeChain(connection, name) * CHAIN + number;
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
