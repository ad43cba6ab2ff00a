/**
 * What `_text` and `_content` ask for: words, of which all must be there, joined by AND and OR (AND binds closer), NOT and parentheses.
 * NOT is written in capitals, because "not" is a word of clinical texts. An operator with nothing to join is a word as any other, and
 * parentheses that do not pair are ignored. Source: R4 search.html#text
 */
import { askedWords } from './full-text.js';

export type WordQuery =
  | { readonly kind: 'all' | 'any'; readonly of: readonly WordQuery[] }
  | { readonly kind: 'not'; readonly of: WordQuery }
  | { readonly kind: 'word'; readonly word: string };

/** How deep parentheses may stand inside each other. */
const MAX_DEPTH = 20;

/** Undefined where the text has no word; throws RangeError where parentheses stand too deep. */
export function parseWordQuery(text: string): WordQuery | undefined {
  const tokens = text.normalize('NFKC').match(/[()]|[^\s()]+/gu) ?? [];
  return anyOf({ tokens, at: 0, depth: 0 });
}

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
  depth: number;
}

function anyOf(cursor: Cursor): WordQuery | undefined {
  const of: WordQuery[] = [];
  do {
    const one = allOf(cursor, of.length > 0);
    if (one !== undefined) of.push(one);
  } while (skip(cursor, 'OR', of.length > 0));
  return joined('any', of);
}

/** `inside`: an operator stood before. */
function allOf(cursor: Cursor, inside: boolean): WordQuery | undefined {
  const of: WordQuery[] = [];
  while (cursor.at < cursor.tokens.length) {
    if (cursor.tokens[cursor.at] === ')') {
      if (cursor.depth > 0) break;
      cursor.at++;
    } else if (of.length > 0 && isOperator(cursor, 'OR')) break;
    else if (!skip(cursor, 'AND', inside || of.length > 0)) {
      const one = single(cursor);
      if (one !== undefined) of.push(one);
    }
  }
  return joined('all', of);
}

function single(cursor: Cursor): WordQuery | undefined {
  let negated = false;
  for (; cursor.tokens[cursor.at] === 'NOT' && joins(cursor); cursor.at++) negated = !negated;
  const of = group(cursor);
  return negated && of !== undefined ? { kind: 'not', of } : of;
}

function group(cursor: Cursor): WordQuery | undefined {
  const token = cursor.tokens[cursor.at++] ?? '';
  if (token !== '(')
    return joined(
      'all',
      askedWords(token).map((word) => ({ kind: 'word', word })),
    );
  if (++cursor.depth > MAX_DEPTH) throw new RangeError(`more than ${MAX_DEPTH} parentheses inside each other`);
  const of = anyOf(cursor);
  cursor.depth--;
  // The closing one, where there is one.
  cursor.at++;
  return of;
}

function skip(cursor: Cursor, operator: 'AND' | 'OR', after: boolean): boolean {
  if (!after || !isOperator(cursor, operator)) return false;
  cursor.at++;
  return true;
}

function isOperator(cursor: Cursor, operator: 'AND' | 'OR'): boolean {
  return cursor.tokens[cursor.at]?.toUpperCase() === operator && joins(cursor);
}

/** Something stands behind that it can be for. */
function joins({ tokens, at }: Cursor): boolean {
  const next = tokens[at + 1];
  return next !== undefined && next !== ')';
}

function joined(kind: 'all' | 'any', of: readonly WordQuery[]): WordQuery | undefined {
  const [only] = of;
  return of.length > 1 ? { kind, of } : only;
}
