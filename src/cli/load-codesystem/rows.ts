/** The rows of a CSV or TSV, each with the line it begins in. Source: RFC 4180 */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { decoded, type Encoded } from './encoding.js';
import { refused } from './faults.js';

/** Called for the headings first, then for each row that is not blank. What it throws ends the reading. */
export type OnRow = (fields: readonly string[], line: number) => void;

const delimiters = [',', '\t', ';', '|'] as const;
/** Bytes at the beginning that show the delimiter. */
const LOOK = 64 * 1024;

/** The one that parts the first line most often, outside of quotes. */
export function delimiterOf(encoded: Encoded): string {
  const [first] = decoded({ ...encoded, bytes: encoded.bytes.subarray(0, LOOK) });
  const [line = ''] = String(first?.piece ?? '')
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n|\n|\r/, 1);
  const counts = delimiters.map((one) => line.split(one).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

export interface Rows {
  readonly encoded: Encoded;
  readonly delimiter: string;
  readonly onRow: OnRow;
  /** How many bytes are behind. */
  readonly onBytes: ((bytes: number) => void) | undefined;
}

/** Throws CodesRefused where it is no such file. */
export async function eachRow({ encoded, delimiter, onRow, onBytes }: Rows): Promise<void> {
  const parser = parse({ delimiter, relax_column_count: true });
  let thrown: unknown;
  let line = 1;
  parser.on('data', (fields: readonly string[]) => {
    const own = line;
    line += 1 + fields.reduce((sum, field) => sum + lineFeeds(field), 0);
    if (thrown !== undefined || fields.every((field) => field.trim() === '')) return;
    try {
      onRow(fields, own);
    } catch (error) {
      // What is thrown inside of the stream would be lost.
      thrown = error;
    }
  });
  const ended = finished(parser);
  // An error is awaited below.
  ended.catch(() => undefined);
  for (const { piece, end } of decoded(encoded)) {
    if (thrown !== undefined || parser.destroyed) break;
    if (!parser.write(piece)) await Promise.race([once(parser, 'drain').catch(() => undefined), ended.catch(() => undefined)]);
    onBytes?.(end);
  }
  if (!parser.destroyed) parser.end();
  try {
    await ended;
  } catch (error) {
    throw thrown ?? noCsv(error);
  }
  if (thrown !== undefined) throw thrown;
}

function lineFeeds(field: string): number {
  let count = 0;
  for (let at = field.indexOf('\n'); at >= 0; at = field.indexOf('\n', at + 1)) count++;
  return count;
}

function noCsv(error: unknown): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = typeof error.lines === 'number' ? { line: error.lines } : {};
  const said = sayings[error.code];
  return refused(said ?? [`it cannot be read as CSV: ${error.message}`, `无法按 CSV 读取：${error.message}`], line);
}

const sayings: Readonly<Record<string, readonly [string, string]>> = {
  CSV_QUOTE_NOT_CLOSED: ['a quotation mark is opened and never closed, up to here', '引号到此处仍未闭合'],
  INVALID_OPENING_QUOTE: [
    'a quotation mark stands inside of a field that has none around it; it was to be doubled and the field put in quotes',
    '未加引号的字段中出现引号；应将字段用引号括起，其中的引号写两次',
  ],
  CSV_INVALID_CLOSING_QUOTE: [
    'a quotation mark closes a field, and more follows before the delimiter; quotes inside of a field are doubled',
    '引号闭合后、分隔符之前还有内容；字段内的引号应写两次',
  ],
};
