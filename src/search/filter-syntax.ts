/**
 * The text of `_filter` as a tree. `and` and `or` bind alike and are taken from left to right; a name may be followed by a filter in
 * brackets and leads on with a point. Source: R4 search_filter.html
 */
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'test'; readonly path: readonly FilterStep[]; readonly operator: string; readonly value: string };

/** `subject`, `subject:Patient`; with what must hold of the resource it leads to. */
export interface FilterStep {
  readonly name: string;
  readonly filter?: Filter;
}

/** Parentheses and brackets inside each other. */
const MAX_DEPTH = 20;
/** Tests in one filter. */
const MAX_TESTS = 100;

/** Throws FhirError 400 that says where the text cannot be read on. */
export function parseFilter(text: string): Filter {
  const parser = new FilterParser(text);
  const filter = parser.filter(0);
  parser.end();
  return filter;
}

class FilterParser {
  readonly #text: string;
  #at = 0;
  #tests = 0;

  constructor(text: string) {
    this.#text = text;
  }

  filter(depth: number): Filter {
    if (depth > MAX_DEPTH) throw this.#refused(`at most ${MAX_DEPTH} parentheses inside each other`, `至多 ${MAX_DEPTH} 层括号`);
    let left = this.#single(depth);
    for (;;) {
      const kind = this.#word(/(?:and|or)(?=[\s(]|$)/iy)?.toLowerCase();
      if (kind !== 'and' && kind !== 'or') return left;
      const right = this.#single(depth);
      left = { kind, of: left.kind === kind ? [...left.of, right] : [left, right] };
    }
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#refused('"and", "or" or nothing more', '“and”、“or”，或到此结束');
  }

  #single(depth: number): Filter {
    if (this.#word(/not(?=\s*\()/iy) !== undefined) return { kind: 'not', of: this.#inParentheses(depth) };
    this.#space();
    return this.#text[this.#at] === '(' ? this.#inParentheses(depth) : this.#test(depth);
  }

  #inParentheses(depth: number): Filter {
    this.#expect('(');
    const filter = this.filter(depth + 1);
    this.#expect(')');
    return filter;
  }

  #test(depth: number): Filter {
    this.#tests++;
    if (this.#tests > MAX_TESTS) throw this.#refused(`at most ${MAX_TESTS} tests`, `至多 ${MAX_TESTS} 个条件`);
    const path = this.#path(depth);
    const operator = this.#word(/[A-Za-z]+(?=\s|$)/y);
    if (operator === undefined) throw this.#refused('an operator such as eq', '运算符，例如 eq');
    return { kind: 'test', path, operator: operator.toLowerCase(), value: this.#value() };
  }

  #path(depth: number): readonly FilterStep[] {
    const path: FilterStep[] = [];
    for (;;) {
      const name = this.#word(/[A-Za-z_][A-Za-z0-9_-]*(?::[A-Z][A-Za-z]*)?/y);
      if (name === undefined) throw this.#refused('a test, which begins with the name of a search parameter', '以检索参数名开头的条件');
      if (this.#text[this.#at] === '[') {
        this.#at++;
        const filter = this.filter(depth + 1);
        this.#expect(']');
        path.push({ name, filter });
        if (this.#text[this.#at] !== '.') throw this.#refused('a point and a name behind the bracket', '方括号之后的点号与名称');
      } else path.push({ name });
      if (this.#text[this.#at] !== '.') return path;
      this.#at++;
    }
  }

  #value(): string {
    const quoted = this.#word(/"(?:[^"\\]|\\.)*"/sy);
    if (quoted === undefined) {
      const token = this.#word(/[^\s\])"][^\s\])]*/y);
      if (token === undefined) throw this.#refused('a value', '值');
      return token;
    }
    try {
      return JSON.parse(quoted) as string;
    } catch {
      throw this.#refused('the string before this place written as in JSON', '此前的字符串按 JSON 书写');
    }
  }

  #word(pattern: RegExp): string | undefined {
    this.#space();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #expect(sign: string): void {
    this.#space();
    if (this.#text[this.#at] !== sign) throw this.#refused(`"${sign}"`, `“${sign}”`);
    this.#at++;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #refused(expected: string, expectedZh: string): FhirError {
    this.#space();
    const rest = this.#text.slice(this.#at, this.#at + 30);
    const place = this.#at + 1;
    const [where, whereZh] = rest === '' ? ['its end', '末尾'] : [`character ${place}, "${rest}"`, `第 ${place} 个字符“${rest}”`];
    return fault(
      'invalid',
      message(
        'filter-malformed',
        `The _filter cannot be read on at ${where}: expected ${expected}`,
        `_filter 在${whereZh}处无法继续识别：应为${expectedZh}`,
      ),
      { expression: '_filter' },
    );
  }
}
