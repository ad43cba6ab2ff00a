/** The line of a file in which a fault stands, with a mark under the place. */
import { printable, widthOf } from '../width.js';

/** Columns of a terminal that the text of a line may take. */
const ROOM = 100;
/** Of these, what stands before the place. */
const BEFORE = 30;

/** Two lines, or none where the text has no such line. `number`: what the line is called. */
export function excerpt(text: string, line: number, column: number, number = line): readonly string[] {
  const source = lineOf(text, line);
  if (source === undefined) return [];
  const { shown, before } = shortened(printable(source), column - 1);
  const margin = `${String(number).padStart(5)} | `;
  return [margin + shown, `${' '.repeat(margin.length - 2)}| ${' '.repeat(before)}^`];
}

function lineOf(text: string, line: number): string | undefined {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
}

/** `before`: the columns that stand before the place in what is shown. */
function shortened(line: string, offset: number): { readonly shown: string; readonly before: number } {
  const place = Math.min(offset, line.length);
  let from = place;
  if (widthOf(line.slice(0, place)) <= ROOM / 2) from = 0;
  else for (let width = 0; from > 0 && width < BEFORE; ) width += widthOf(line.charAt(--from));
  const head = from === 0 ? '' : '…';
  let shown = '';
  for (const character of line.slice(from, from + ROOM)) {
    if (widthOf(shown) + widthOf(character) > ROOM) break;
    shown += character;
  }
  const tail = from + shown.length < line.length ? '…' : '';
  return { shown: head + shown + tail, before: widthOf(head + line.slice(from, place)) };
}
