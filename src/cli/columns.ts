/** Rows as a table for people: columns as wide as their widest cell, Chinese characters counted as two. */
import { printable, widthOf } from './width.js';

export function inColumns(rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map(printable));
  const widths = (shown[0] ?? []).map((_, at) => Math.max(...shown.map((row) => widthOf(row[at] ?? ''))));
  const line = (row: readonly string[]) => row.map((cell, at) => cell + ' '.repeat((widths[at] ?? 0) - widthOf(cell))).join('  ');
  return shown.map((row) => `${line(row).trimEnd()}\n`).join('');
}
