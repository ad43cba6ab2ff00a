/** Figures in columns. */

export interface Column {
  readonly title: string;
  readonly width: number;
}

export const out = (text = ''): void => void process.stdout.write(`${text}\n`);

/** The first column is set left, the others right; a cell may be one more than there are columns, and closes the line. */
export function line(columns: readonly Column[], cells: readonly string[]): string {
  const set = columns.map(({ width }, i) => (i === 0 ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width)));
  return [...set, ...cells.slice(columns.length).map((cell) => `  ${cell}`)].join('').trimEnd();
}

export function titles(columns: readonly Column[]): string {
  return line(
    columns,
    columns.map(({ title }) => title),
  );
}

/** Three digits are enough. */
export function figure(value: number | undefined, digits = value === undefined || value >= 100 ? 0 : value >= 10 ? 1 : 2): string {
  return value === undefined ? '–' : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
