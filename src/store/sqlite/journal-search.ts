/**
 * Searches of the journal, a window of candidates at a time: those of the key that has the fewest, in the order of time, of which the ones
 * that have the other keys too are read. Source: store/audit-log.ts AuditQuery
 */
import type { AuditLog, AuditQuery, AuditRecord } from '../audit-log.js';
import { type Connection, fromText, type SqlValue, toText } from './binding.js';
import { keyNumber, recordAt } from './journal.js';
import { and, join, type Sql, sql } from './sql.js';
import type { Steps } from './steps.js';

/** Candidates looked at in one statement, where not all of them are asked for. */
const WINDOW = 500;
/** How far a key's records are counted to tell which has the fewest. */
const COUNTED = 1000;

type Found = Awaited<ReturnType<AuditLog['search']>>;

interface Candidate {
  readonly time: number;
  readonly chain: string;
  readonly number: number;
  readonly hasOthers: boolean;
}

export function* searchJournal(connection: Connection, query: AuditQuery): Steps<Found> {
  const { count } = query;
  const [driver, ...others] = rarestFirst(connection, query);
  const window = others.length === 0 ? Math.min(count + 1, WINDOW) : WINDOW;
  const records: AuditRecord[] = [];
  let after = query.after;
  for (;;) {
    const candidates = candidatesOf(connection, { ...query, after }, { driver, others, window });
    for (const { chain, number, hasOthers } of candidates) {
      const record = hasOthers ? recordAt(connection, { chain, number }) : undefined;
      // Another text may have the same number.
      if (record === undefined || !query.keys.every((key) => record.keys.includes(key))) continue;
      if (records.length === count) return { records, more: true };
      records.push(record);
    }
    if (candidates.length < window) return { records, more: false };
    after = candidates.at(-1);
    yield;
  }
}

function rarestFirst(connection: Connection, { keys, from, before }: AuditQuery): readonly number[] {
  const numbers = [...new Set(keys.map(keyNumber))];
  if (numbers.length < 2) return numbers;
  const counted = `SELECT count(*) FROM (SELECT 1 FROM audit_key WHERE key = ? AND time >= ? AND time < ? LIMIT ${COUNTED})`;
  const range = [from ?? Number.MIN_SAFE_INTEGER, before ?? Number.MAX_SAFE_INTEGER];
  const counts = new Map(numbers.map((key) => [key, Number(connection.statement(counted).get([key, ...range])?.[0])]));
  return numbers.toSorted((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0));
}

interface Walk {
  /** The number of the key that is walked; all records where absent. */
  readonly driver: number | undefined;
  readonly others: readonly number[];
  readonly window: number;
}

function candidatesOf(connection: Connection, query: AuditQuery, { driver, others, window }: Walk): readonly Candidate[] {
  const table = driver === undefined ? 'audit_record' : 'audit_key';
  const has = others.map((key) => sql('EXISTS (SELECT 1 FROM audit_key AS o WHERE o.key = ? AND o.time = k.time AND o.n = k.n)', key));
  const hasAll = and(has);
  const conditions = and([...(driver === undefined ? [] : [sql('k.key = ?', driver)]), ...bounds(query)]);
  const way = query.descending ? 'DESC' : 'ASC';
  const parts = join(
    [
      sql('SELECT k.time, c.name, k.n & 0xffffffff,'),
      hasAll,
      sql(`FROM ${table} AS k CROSS JOIN audit_chain AS c ON c.id = k.n >> 32 WHERE`),
      conditions,
    ],
    ' ',
  );
  const text = `${parts.text} ORDER BY k.time ${way}, c.name ${way}, k.n ${way} LIMIT ? + 0`;
  return connection
    .statement(text)
    .all([...parts.values, window])
    .map(([time, chain, number, hasOthers]) => ({
      time: Number(time),
      chain: fromText(String(chain)),
      number: Number(number),
      hasOthers: hasOthers === 1,
    }));
}

function bounds({ from, before, after, descending }: AuditQuery): readonly Sql[] {
  const parts: Sql[] = [];
  const bound = (text: string, ...values: readonly SqlValue[]) => parts.push(sql(text, ...values));
  if (from !== undefined) bound('k.time >= ?', from);
  if (before !== undefined) bound('k.time < ?', before);
  if (after !== undefined) {
    const [step, chain] = [descending ? '<' : '>', toText(after.chain)];
    bound(`k.time ${step}= ?`, after.time);
    bound(`(k.time, c.name, k.n & 0xffffffff) ${step} (?, ?, ?)`, after.time, chain, after.number);
  }
  return parts;
}
