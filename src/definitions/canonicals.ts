/** Looks definitions up by canonical. Source: R4 references.html#canonical */
import type { Row } from './index-format.js';

/** `url` finds the newest version, `url|version` that one, or else what the package of that version brings. `keep`: what was read once is kept. */
export function canonicalTable<T>(
  rows: readonly Row[],
  read: (offset: number, length: number) => T,
  mode: 'keep' | 'read again',
): (canonical: string) => T | undefined {
  const found = new Map<string, Row>();
  for (const row of rows) {
    const [url, version] = row;
    found.set(`${url}|${version}`, row);
    const newest = found.get(url);
    if (newest === undefined || compareVersions(version, newest[1]) > 0) found.set(url, row);
  }
  for (const row of rows) {
    const [url, , , , packageVersion] = row;
    if (packageVersion !== undefined && !found.has(`${url}|${packageVersion}`)) found.set(`${url}|${packageVersion}`, row);
  }
  const kept = new Map<Row, T>();
  return (canonical) => {
    const row = found.get(canonical);
    if (row === undefined) return undefined;
    const before = kept.get(row);
    if (before !== undefined) return before;
    const value = read(row[2], row[3]);
    if (mode === 'keep') kept.set(row, value);
    return value;
  };
}

/** By numeric segments (4.0.1 < 4.10), else as text. */
export function compareVersions(a: string, b: string): number {
  const left = a.split(/[.-]/);
  const right = b.split(/[.-]/);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    const numeric = Number(x) - Number(y);
    if (x !== y) return Number.isNaN(numeric) || numeric === 0 ? (x < y ? -1 : 1) : numeric;
  }
  return 0;
}

/** `url` or `url|version`, parted. */
export interface CanonicalParts {
  readonly url: string;
  readonly version?: string | undefined;
}

export function canonicalOf(parts: CanonicalParts): string;
export function canonicalOf(parts: Partial<CanonicalParts>): string | undefined;
export function canonicalOf({ url, version }: Partial<CanonicalParts>): string | undefined {
  return url === undefined || version === undefined ? url : `${url}|${version}`;
}

/** A URL has no `|` in it, a version may. */
export function partsOf(canonical: string): CanonicalParts {
  const bar = canonical.indexOf('|');
  return bar < 0 ? { url: canonical } : { url: canonical.slice(0, bar), version: canonical.slice(bar + 1) };
}

export function withoutVersion(canonical: string): string {
  return partsOf(canonical).url;
}
