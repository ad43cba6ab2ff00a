/**
 * Whether one text is a slip of another, where both are few letters apart: it is, if the letters that differ are few in a long word.
 * Numbers and short words are there to tell things apart.
 */

/** So many letters may be wrong, left out or too many in a whole text. */
export const MAX_SLIPS = 2;

/** Letters that a word needs for each that may be wrong in it. */
const LONG = 5;

const oid = /^[0-2](?:\.\d+)+$/;

/** Both folded. `known`: as it is written rightly. */
export function isSlip(written: string, known: string): boolean {
  if (oid.test(written) && oid.test(known)) return isSlipOfOid(written.split('.'), known.split('.'));
  if (digitsOf(written) !== digitsOf(known)) return false;
  const [words, right] = [wordsOf(written), wordsOf(known)];
  // The signs between the words differ.
  if (words.join('') === right.join('')) return true;
  if (words.length !== right.length) return false;
  return words.every((word, at) => {
    const wanted = right[at] ?? '';
    return word === wanted || (wanted.length >= LONG && distance(word, wanted) * LONG <= wanted.length + 1);
  });
}

/** The last arc is a number among others; an arc that somebody was given is long. */
function isSlipOfOid(written: readonly string[], known: readonly string[]): boolean {
  if (written.at(-1) !== known.at(-1)) return false;
  if (written.length !== known.length) return written.join('') === known.join('');
  const wrong = written.flatMap((arc, at) => (arc === known[at] ? [] : [[arc, known[at] ?? ''] as const]));
  return wrong.every(([arc, wanted]) => wanted.length >= LONG && distance(arc, wanted) === 1);
}

function digitsOf(text: string): string {
  return text.replace(/\D+/g, ' ').trim();
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}]+/u);
}

/** Letters wrong, left out, too many, or in the place of their neighbour. */
function distance(a: string, b: string): number {
  let [before, row]: [readonly number[], readonly number[]] = [[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
