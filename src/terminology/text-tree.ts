/**
 * Finds, among some thousand texts, those that few letters part from another. The texts are gone through in their order, so that what is
 * worked out for a beginning serves all that begin so, and a beginning that is too far away already passes them all over.
 */

export interface TextTree {
  /** `distance`: letters wrong, left out or too many. */
  within(wanted: string, most: number): readonly FoundText[];
}

export interface FoundText {
  readonly text: string;
  readonly distance: number;
}

const FAR = 0xffff;

export function createTextTree(texts: readonly string[]): TextTree {
  const sorted = [...new Set(texts)].sort();
  const shared = Uint16Array.from(sorted, (text, at) => beginningShared(sorted[at - 1] ?? '', text));
  return {
    within(wanted, most) {
      const found: FoundText[] = [];
      const width = wanted.length + 1;
      const deepest = wanted.length + most;
      const rows = new Uint8Array((deepest + 1) * width).fill(most + 1);
      for (let j = 0; j <= Math.min(most, wanted.length); j++) rows[j] = j;
      // Rows that hold for the text in hand, and how much of it is too far away already.
      let known = 0;
      let away = FAR;
      for (let at = 0; at < sorted.length; at++) {
        const same = shared[at] ?? 0;
        if (same >= away) continue;
        const text = sorted[at] ?? '';
        away = FAR;
        if (same < known) known = same;
        while (known < text.length && away > known) {
          const isNear = known < deepest && nextRow(rows, known + 1, text.charCodeAt(known), wanted, most);
          known++;
          if (!isNear) away = known;
        }
        const distance = away === FAR ? (rows[text.length * width + wanted.length] ?? most + 1) : most + 1;
        if (distance <= most) found.push({ text, distance });
      }
      return found;
    },
  };
}

/** Whether anything in the row is near enough. Only places within `most` of the diagonal can be. */
function nextRow(rows: Uint8Array, row: number, letter: number, wanted: string, most: number): boolean {
  const width = wanted.length + 1;
  const [above, here] = [(row - 1) * width, row * width];
  let isNear = false;
  for (let j = Math.max(0, row - most - 1); j <= Math.min(wanted.length, row + most); j++) {
    const replaced = j === 0 ? most + 1 : (rows[above + j - 1] ?? 0) + (wanted.charCodeAt(j - 1) === letter ? 0 : 1);
    const before = j === 0 ? most + 1 : (rows[here + j - 1] ?? 0) + 1;
    const value = Math.min(replaced, before, (rows[above + j] ?? 0) + 1, most + 1);
    rows[here + j] = value;
    isNear ||= value <= most;
  }
  return isNear;
}

function beginningShared(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
