/**
 * A search told step by step: it is run over a connection that notes each statement, its values, rows and time; then SQLite is asked how it
 * goes about each. Source: port.ts explain; SQLite "EXPLAIN QUERY PLAN"
 */
import type { ExplainedStep, Explanation, Query } from '../port.js';
import { pageAtOnce } from './at-once.js';
import type { Connection, Row, SqlValue, Statement } from './binding.js';
import { entryTables } from './entry-tables.js';
import { inOneRead, type Reader } from './reader.js';
import { search } from './search.js';
import { inTurns } from './steps.js';

interface Noted {
  readonly statement: string;
  readonly values: readonly SqlValue[];
  readonly milliseconds: number;
  readonly rows: number;
}

/** Where it takes longer than it may, what was done until then. */
export async function explain(reader: Reader, query: Query): Promise<Explanation> {
  const noted: Noted[] = [];
  const noting = { ...reader, connection: notingConnection(reader.connection, noted) };
  const { timeLimit } = query;
  const empty = () => ({ matches: [], more: false });
  pageAtOnce(noting, query) ?? (await inTurns(search(noting, query), { timeLimit, late: empty, during: inOneRead(reader) }));
  return { steps: noted.map((one) => stepOf(reader.connection, one)) };
}

function notingConnection(connection: Connection, noted: Noted[]): Connection {
  return { ...connection, statement: (sql) => notingStatement(connection.statement(sql), sql, noted) };
}

function notingStatement(statement: Statement, sql: string, noted: Noted[]): Statement {
  function note<T>(values: readonly SqlValue[], work: () => T, rowsOf: (result: T) => number): T {
    const begun = performance.now();
    const result = work();
    noted.push({ statement: sql, values, milliseconds: performance.now() - begun, rows: rowsOf(result) });
    return result;
  }
  return {
    ...statement,
    get: (values) =>
      note(
        values,
        () => statement.get(values),
        (row: Row | undefined) => (row === undefined ? 0 : 1),
      ),
    all: (values) =>
      note(
        values,
        () => statement.all(values),
        (rows) => rows.length,
      ),
  };
}

/** What the statements of a search are for, by how they begin. */
const purposes: readonly (readonly [RegExp, string])[] = [
  [/^SELECT (max\(id\)|id|id, kind, names, width|name) FROM (param|type|system)\b/, 'numbers that stand for names'],
  [/^SELECT count\(\*\) FROM \(SELECT 1/, 'how many rows a condition has, up to a bound'],
  [/^SELECT max\(n\)/, 'how many resources there are, about'],
  [/^SELECT \(SELECT max\(id\) FROM param\)/, 'matches and their versions'],
  [/json_group_array/, 'the versions of the page'],
  [/FROM contained WHERE n IN/, 'the containers of the page'],
  [/^SELECT text FROM dictionary/, 'what texts are compressed with'],
  [/^SELECT version, updated, method, json/, 'a version of the page'],
  [/LIMIT 1 OFFSET \d+$/, 'where the next candidates begin'],
];

function stepOf(connection: Connection, { statement, values, milliseconds, rows }: Noted): ExplainedStep {
  const plan = connection
    .statement(`EXPLAIN QUERY PLAN ${statement}`)
    .all(values)
    .map((row) => String(row[3]));
  return {
    purpose: purposes.find(([begins]) => begins.test(statement))?.[1] ?? 'matches',
    statement: statement.replace(/\s+/g, ' '),
    values: values.map((value) => (value instanceof Uint8Array ? '(behind every text)' : value)),
    plan,
    indexes: [...new Set(plan.flatMap((line) => indexOf(line, statement)))],
    scans: plan.some((line) => isScan(line, statement)),
    milliseconds,
    rows,
  };
}

/** `SEARCH e1 USING COVERING INDEX token_of (resource=? AND param=?)`, or by the primary key of a table. */
function indexOf(line: string, statement: string): readonly string[] {
  const [, alias = '', index] =
    /^SEARCH (\w+)(?: EXISTS)? USING (?:COVERING |AUTOMATIC )*(?:INDEX (\w+)|(?:INTEGER )?PRIMARY KEY)/.exec(line) ?? [];
  if (index !== undefined) return [index];
  const table = alias === '' ? undefined : tableBehind(alias, statement);
  return table === undefined ? [] : [table];
}

const tables: ReadonlySet<string> = new Set([...entryTables, 'resource', 'contained', 'version', 'param', 'type', 'system', 'dictionary']);

/** The table that a name stands for; undefined where that is a list or a select. */
function tableBehind(alias: string, statement: string): string | undefined {
  if (tables.has(alias)) return alias;
  const [, table] = new RegExp(`(\\w+) AS ${alias}\\b`).exec(statement) ?? [];
  return table !== undefined && tables.has(table) ? table : undefined;
}

/** A table is read from end to end, be it by an index; lists and selects within the statement are no tables. */
function isScan(line: string, statement: string): boolean {
  const [, alias] = /^SCAN (\w+)/.exec(line) ?? [];
  return alias !== undefined && tableBehind(alias, statement) !== undefined;
}
