/**
 * Which characters one part of a regular expression takes, found out by running it over all there are: no reading of classes and
 * escapes could be as sure.
 */

/** Half-open ranges in rising order. */
type Ranges = readonly (readonly [from: number, to: number])[];

export interface CharacterSet {
  /** Of the characters up to U+FFFF. */
  readonly plane: Ranges;
  /** Whether it takes any character beyond, of those that are tried. */
  readonly beyond: boolean;
}

const halves = /[\ud800-\udfff]/g;
const units = Array.from({ length: 256 }, (_, row) => String.fromCharCode(...Array.from({ length: 256 }, (_, i) => row * 256 + i))).join(
  '',
);
/** In Unicode mode two halves of a pair beside each other would be one character. */
const characters = units.replace(halves, '\u0000');
/** One in sixteen of those beyond U+FFFF: no property or class that people write falls between them all. */
const astral = Array.from({ length: 0x10_000 }, (_, i) => String.fromCodePoint(0x1_0000 + i * 16)).join('');

/** `source` is the text of one character or class, `flags` those that it is run with. */
export function characterSet(source: string, flags: string): CharacterSet {
  const unicode = flags.includes('u');
  const run = new RegExp(`(?:${source})+`, `${flags}g`);
  const plane = [...(unicode ? characters : units).matchAll(run)].map(({ index, 0: found }) => [index, index + found.length] as const);
  return { plane, beyond: unicode && (new RegExp(source, flags).test(astral) || namesBeyond(source)) };
}

/** Characters beyond U+FFFF that are named themselves may be few. */
function namesBeyond(source: string): boolean {
  return /\\u\{0*[1-9A-Fa-f][0-9A-Fa-f]{4,}\}/.test(source) || /[\ud800-\udfff]/.test(source) || /\\u[dD][89A-Fa-f]/.test(source);
}

/** Whether some character is in both; two that both go beyond U+FFFF are taken to meet there. */
export function overlap(a: CharacterSet, b: CharacterSet): boolean {
  if (a.beyond && b.beyond) return true;
  for (let i = 0, j = 0; i < a.plane.length && j < b.plane.length; ) {
    const [[from, to], [otherFrom, otherTo]] = [a.plane[i] as readonly [number, number], b.plane[j] as readonly [number, number]];
    if (from < otherTo && otherFrom < to) return true;
    if (to <= otherTo) i++;
    else j++;
  }
  return false;
}
