/**
 * An expression's text as tokens. Source: FHIRPath N1 #lexical-elements, #grammar
 */
import { message } from '../model/message.js';
import { FhirPathError } from './expression.js';

type TokenKind = 'identifier' | 'delimited' | 'string' | 'number' | 'temporal' | 'variable' | 'special' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** What it means: a string unescaped, an identifier without its backticks, `%name` without the sign. */
  readonly text: string;
  readonly position: number;
}

const MAX_LENGTH = 100_000;
const blank = /(?:\s+|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)+/y;
const word = /[A-Za-z_][A-Za-z0-9_]*/y;
const number = /\d+(?:\.\d+)?/y;
const temporal =
  /@(?:T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?|\d{4}(?:-\d\d(?:-\d\d)?)?(?:T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)/y;
const symbol = /<=|>=|!=|!~|[-+*/&|<>=~.,()[\]{}]/y;
const special = /\$(?:this|index|total)\b/y;

export function tokenize(text: string): readonly Token[] {
  if (text.length > MAX_LENGTH)
    throw new FhirPathError(
      message(
        'fhirpath-length',
        `The expression has ${text.length} characters; at most ${MAX_LENGTH} are read`,
        `表达式有 ${text.length} 个字符；最多读取 ${MAX_LENGTH} 个`,
      ),
    );
  const tokens: Token[] = [];
  let position = skipBlank(text, 0);
  while (position < text.length) {
    const [token, end] = tokenAt(text, position);
    tokens.push(token);
    position = skipBlank(text, end);
  }
  tokens.push({ kind: 'end', text: '', position });
  return tokens;
}

function skipBlank(text: string, position: number): number {
  return position + (matchAt(blank, text, position)?.length ?? 0);
}

function matchAt(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}

const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['identifier', word],
  ['number', number],
  ['temporal', temporal],
  ['special', special],
  ['symbol', symbol],
];

function tokenAt(text: string, position: number): readonly [Token, number] {
  const first = text.charAt(position);
  if (text.startsWith('/*', position))
    throw new FhirPathError(message('fhirpath-syntax', 'A comment does not end', '注释没有结束'), position);
  if (first === "'") return quoted('string', text, position, position);
  if (first === '`') return quoted('delimited', text, position, position);
  if (first === '%') return variable(text, position);
  for (const [kind, pattern] of patterns) {
    const found = matchAt(pattern, text, position);
    if (found !== undefined) return [{ kind, text: kind === 'temporal' ? found.slice(1) : found, position }, position + found.length];
  }
  const found = JSON.stringify(String.fromCodePoint(text.codePointAt(position) ?? 0));
  throw new FhirPathError(message('fhirpath-syntax', `Unexpected character ${found}`, `意外的字符 ${found}`), position);
}

function variable(text: string, position: number): readonly [Token, number] {
  const start = position + 1;
  const first = text.charAt(start);
  if (first === '`' || first === "'") return quoted('variable', text, start, position);
  const name = matchAt(word, text, start);
  if (name === undefined) throw new FhirPathError(message('fhirpath-syntax', '% must be followed by a name', '% 之后必须是名称'), position);
  return [{ kind: 'variable', text: name, position }, start + name.length];
}

const escapes: Readonly<Record<string, string>> = { f: '\f', n: '\n', r: '\r', t: '\t' };

/** `start` is at the quote, which may be a backtick. */
function quoted(kind: TokenKind, text: string, start: number, position: number): readonly [Token, number] {
  const quote = text.charAt(start);
  let value = '';
  for (let i = start + 1; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === quote) return [{ kind, text: value, position }, i + 1];
    if (character !== '\\') {
      value += character;
      continue;
    }
    const escaped = text.charAt(++i);
    if (escaped === 'u') {
      value += unicode(text, i + 1);
      i += 4;
    } else value += escapes[escaped] ?? escaped;
  }
  const [en, zh] = quote === '`' ? ['name in backticks', '反引号中的名称'] : ['string', '字符串'];
  throw new FhirPathError(message('fhirpath-syntax', `A ${en} does not end`, `${zh}没有结束`), position);
}

function unicode(text: string, position: number): string {
  const digits = text.slice(position, position + 4);
  if (!/^[0-9A-Fa-f]{4}$/.test(digits))
    throw new FhirPathError(
      message('fhirpath-syntax', '\\u must be followed by four hexadecimal digits', '\\u 之后必须是四位十六进制数字'),
      position,
    );
  return String.fromCharCode(Number.parseInt(digits, 16));
}
