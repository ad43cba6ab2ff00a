/**
 * The shape of a regular expression that JavaScript has found valid: just enough to judge how long it can run.
 */

import { message } from '../model/message.js';
import { type CharacterSet, characterSet } from './character-set.js';
import { FhirPathError } from './expression.js';

export type RegexNode =
  /** One character of the set. */
  | { readonly kind: 'character'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly RegexNode[] }
  /** Looks ahead or behind: takes nothing. */
  | { readonly kind: 'look'; readonly body: RegexNode }
  | { readonly kind: 'repeat'; readonly body: RegexNode; readonly least: number; readonly most: number }
  /** Matches a place, not a character. */
  | { readonly kind: 'place'; readonly source: string };

const MAX_GROUPS = 50;
const groupStart = /\((?:\?(?::|=|!|<=|<!|<[A-Za-z_]\w*>))?/y;
const classText = /\[(?:\\[\s\S]|[^\]\\])*\]/y;
const escapeText = /\\(?:u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|[pP]\{[^}]*\}|[\s\S])/y;
const quantifier = /(?:[*+?]|\{(\d+)(,(\d*))?\})\??/y;

/** Back references are refused: what they match cannot be told from the pattern. */
export function parseRegex(pattern: string, flags: string): RegexNode {
  const reader = new RegexReader(pattern, flags);
  return reader.choice();
}

class RegexReader {
  private at = 0;
  private groups = 0;
  private readonly sets = new Map<string, CharacterSet>();

  constructor(
    private readonly text: string,
    private readonly flags: string,
  ) {}

  choice(): RegexNode {
    const parts = [this.sequence()];
    while (this.text.charAt(this.at) === '|') {
      this.at++;
      parts.push(this.sequence());
    }
    return parts.length === 1 ? (parts[0] as RegexNode) : { kind: 'choice', parts };
  }

  private sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.at < this.text.length && !'|)'.includes(this.text.charAt(this.at))) parts.push(this.quantified());
    return { kind: 'sequence', parts };
  }

  private quantified(): RegexNode {
    const body = this.atom();
    quantifier.lastIndex = this.at;
    const match = quantifier.exec(this.text);
    if (match === null) return body;
    this.at += match[0].length;
    const sign = match[0].charAt(0);
    if (sign !== '{') return { kind: 'repeat', body, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    return { kind: 'repeat', body, least, most };
  }

  private atom(): RegexNode {
    const first = this.text.charAt(this.at);
    if (first === '(') return this.group();
    if (first === '^' || first === '$') return this.place(first);
    if (first === '[') return this.character(this.take(classText));
    if (first !== '\\') return this.character(this.take(this.flags.includes('u') ? /[\s\S]/uy : /[\s\S]/y));
    const source = this.take(escapeText);
    if (/^\\[1-9k]/.test(source))
      throw new FhirPathError(
        message('fhirpath-regex-unsafe', 'Back references in regular expressions are not supported', '不支持正则表达式中的反向引用'),
      );
    if (source !== '\\b' && source !== '\\B') return this.character(source);
    this.at -= source.length;
    return this.place(source);
  }

  private group(): RegexNode {
    if (++this.groups > MAX_GROUPS)
      throw new FhirPathError(
        message('fhirpath-regex-size', `A regular expression may have ${MAX_GROUPS} groups`, `正则表达式最多有 ${MAX_GROUPS} 个分组`),
      );
    const looks = /^\(\?<?[=!]/.test(this.take(groupStart));
    const body = this.choice();
    this.at++;
    return looks ? { kind: 'look', body } : body;
  }

  private place(source: string): RegexNode {
    this.at += source.length;
    return { kind: 'place', source };
  }

  private character(source: string): RegexNode {
    let set = this.sets.get(source);
    if (set === undefined) {
      set = characterSet(source, this.flags);
      this.sets.set(source, set);
    }
    return { kind: 'character', set };
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined)
      throw new FhirPathError(
        message(
          'fhirpath-regex',
          `The regular expression cannot be judged at character ${this.at}`,
          `无法判断正则表达式第 ${this.at} 个字符处的内容`,
        ),
      );
    this.at += found.length;
    return found;
  }
}
