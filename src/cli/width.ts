/** How wide text is on a terminal: Chinese characters and their punctuation take two columns, marks that combine take none. */

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const none = /\p{Mn}|\p{Me}|\p{Cf}/u;

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : none.test(character) ? 0 : 1;
  return width;
}

/** A line of a file as it may be shown: nothing in it can move the cursor or colour what follows. */
export function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/\p{Cc}|[\u2028-\u202e\u2066-\u2069]/gu, '·');
}
