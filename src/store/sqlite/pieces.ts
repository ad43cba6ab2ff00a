/**
 * Strings by what stands inside them: each is kept in pieces of three characters, one beginning at each of its own, the last two shorter.
 * One, two or three characters are then the beginning of a piece wherever they stand; of more, the rarest piece leads, and the value is
 * looked at. Source: port.ts IndexEntry within, Match contains; R4 search.html#string
 */

const LENGTH = 3;

/** UTF-16 units of a string that is kept in pieces; a longer one is looked through. */
export const MOST_PIECES = 400;

/** Different ones. */
export function piecesOf(value: string): ReadonlySet<string> {
  const characters = Array.from(value);
  const pieces = new Set<string>();
  for (let at = 0; at < characters.length; at++) pieces.add(characters.slice(at, at + LENGTH).join(''));
  return pieces;
}

/** Rows of a piece that are still counted, and pieces of what is asked for that are weighed. */
export const MOST_IN_PIECE = 500;
const MOST_WEIGHED = 8;

/** The whole piece of the value that has the fewest rows; undefined where the value is shorter than a piece. */
export function rarest(value: string, rowsOf: (piece: string) => number): string | undefined {
  const characters = Array.from(value);
  const whole = [...piecesOf(value)].filter((piece) => Array.from(piece).length === LENGTH);
  if (characters.length <= LENGTH) return whole[0];
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const piece of whole.slice(0, MOST_WEIGHED)) {
    const rows = rowsOf(piece);
    if (rows < fewest) [best, fewest] = [piece, rows];
    if (rows === 0) break;
  }
  return best;
}
