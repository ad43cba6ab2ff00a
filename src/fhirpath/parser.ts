/**
 * Tokens as a syntax tree, by operator precedence. Source: FHIRPath N1 #operator-precedence, #grammar
 */

import { numeric, parseScaled } from '../model/decimal.js';
import type { Decimal } from '../model/json.js';
import { message } from '../model/message.js';
import { parseDate, parseTime } from './dates.js';
import { FhirPathError, type Item } from './expression.js';
import { booleanItems, decimalItem, integerItem, nothing, quantityItem, stringItem, temporalItem } from './items.js';
import { type Token, tokenize } from './lexer.js';
import type { BinaryOperator, Syntax } from './syntax.js';
import { calendarUnit } from './units.js';

/** Levels a tree may have: evaluation recurses over them. */
const MAX_DEPTH = 200;

const powers = new Map<string, number>([
  ...['*', '/', 'div', 'mod'].map((operator) => [operator, 11] as const),
  ...['+', '-', '&'].map((operator) => [operator, 10] as const),
  ...['is', 'as'].map((operator) => [operator, 9] as const),
  ['|', 8],
  ...['<', '>', '<=', '>='].map((operator) => [operator, 7] as const),
  ...['=', '!=', '~', '!~'].map((operator) => [operator, 6] as const),
  ...['in', 'contains'].map((operator) => [operator, 5] as const),
  ['and', 4],
  ...['xor', 'or'].map((operator) => [operator, 3] as const),
  ['implies', 2],
]);
const LOWEST = 0;
/** The sign binds closer than every operator but looser than the point: `-1.abs()` is `-(1.abs())`. */
const POLARITY = 12;

/** Throws FhirPathError with the place of the fault. */
export function parse(text: string): Syntax {
  const parser = new Parser(tokenize(text));
  return parser.whole();
}

class Parser {
  private at = 0;
  private open = 0;
  /** The parts of unions that are still growing. */
  private readonly chains = new WeakMap<Syntax, Syntax[]>();

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Syntax {
    const syntax = this.expression(LOWEST);
    if (this.token.kind !== 'end') throw this.unexpected(['an operator or the end', '运算符或末尾']);
    return syntax;
  }

  private get token(): Token {
    const token = this.tokens[Math.min(this.at, this.tokens.length - 1)];
    if (token === undefined) throw new FhirPathError(message('fhirpath-syntax', 'The expression is empty', '表达式为空'), 0);
    return token;
  }

  private take(): Token {
    const { token } = this;
    this.at++;
    return token;
  }

  private isSymbol(text: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === text;
  }

  private expect(text: string): void {
    if (!this.isSymbol(text)) throw this.unexpected([`"${text}"`, `“${text}”`]);
    this.at++;
  }

  private expression(least: number): Syntax {
    if (++this.open > MAX_DEPTH) throw this.tooDeep();
    let left = this.prefix();
    for (;;) {
      const { token } = this;
      const power = token.kind === 'symbol' || token.kind === 'identifier' ? powers.get(token.text) : undefined;
      if (power === undefined || power <= least) break;
      this.at++;
      left = this.infix(left, token, power);
    }
    this.open--;
    return left;
  }

  private infix(left: Syntax, { text, position }: Token, power: number): Syntax {
    if (text === 'is' || text === 'as') {
      return { kind: 'type', operator: text, operand: left, typeName: this.typeName(), position, depth: this.above(left) };
    }
    const right = this.expression(power);
    const depth = this.above(left, right);
    if (text !== '|') return { kind: 'binary', operator: text as BinaryOperator, left, right, position, depth };
    // One flat node for a chain, as unions of dozens of paths are common in search parameters.
    if (left.kind === 'union') {
      const parts = this.chains.get(left) ?? [...left.parts];
      parts.push(right);
      const longer = { ...left, parts, depth: Math.max(left.depth, right.depth + 1) };
      this.chains.set(longer, parts);
      return longer;
    }
    return { kind: 'union', parts: [left, right], position, depth };
  }

  private prefix(): Syntax {
    const { position } = this.token;
    if (!this.isSymbol('-') && !this.isSymbol('+')) return this.postfix(this.term());
    const negative = this.take().text === '-';
    const operand = this.expression(POLARITY);
    return { kind: 'polarity', negative, operand, position, depth: this.above(operand) };
  }

  private postfix(start: Syntax): Syntax {
    let syntax = start;
    for (;;) {
      const { position } = this.token;
      if (this.isSymbol('.')) {
        this.at++;
        syntax = this.invocation(syntax);
      } else if (this.isSymbol('[')) {
        this.at++;
        const index = this.expression(LOWEST);
        this.expect(']');
        syntax = { kind: 'indexer', input: syntax, index, position, depth: this.above(syntax, index) };
      } else return syntax;
    }
  }

  private term(): Syntax {
    const { token } = this;
    const { kind, text, position } = token;
    const literal = (items: readonly Item[]): Syntax => ({ kind: 'literal', items, position, depth: 1 });
    if (kind === 'identifier' && (text === 'true' || text === 'false')) {
      this.at++;
      return literal(booleanItems(text === 'true'));
    }
    if (kind === 'identifier' || kind === 'delimited' || kind === 'special') return this.invocation(undefined);
    if (kind === 'variable') {
      this.at++;
      return { kind: 'variable', name: text, position, depth: 1 };
    }
    if (kind === 'string' || kind === 'number' || kind === 'temporal') {
      this.at++;
      return literal([kind === 'string' ? stringItem(text) : kind === 'number' ? this.number(token) : temporal(token)]);
    }
    if (this.isSymbol('(')) return this.parenthesized();
    if (!this.isSymbol('{')) throw this.unexpected(['a term', '值、元素名或函数']);
    this.at++;
    this.expect('}');
    return literal(nothing);
  }

  private parenthesized(): Syntax {
    this.at++;
    const inner = this.expression(LOWEST);
    this.expect(')');
    // A union in parentheses is a value of its own: it must not grow by a `|` that follows.
    return inner.kind === 'union' ? { ...inner, kind: 'union', parts: [inner], depth: this.above(inner) } : inner;
  }

  /** A number, and a quantity where a unit follows it. */
  private number({ text, position }: Token): Item {
    const value = text.includes('.') ? exactDecimal(text, position) : Number(text);
    const { token } = this;
    const unit = token.kind === 'string' ? token.text : token.kind === 'identifier' ? calendarUnit(token.text) : undefined;
    if (unit !== undefined) {
      this.at++;
      return quantityItem(value, unit);
    }
    if (text.includes('.')) return decimalItem(value);
    if (Number(text) > 2_147_483_647)
      throw new FhirPathError(message('fhirpath-number', `${text} is beyond the range of an Integer`, `${text} 超出整数范围`), position);
    return integerItem(Number(text));
  }

  private invocation(input: Syntax | undefined): Syntax {
    const { kind, text, position } = this.take();
    if (kind === 'special') return this.specialTerm(input, text, position);
    if (kind !== 'identifier' && kind !== 'delimited') {
      this.at--;
      throw this.unexpected(['a name', '名称']);
    }
    if (!this.isSymbol('(')) return { kind: 'member', input, name: text, position, depth: this.above(...(input ? [input] : [])) };
    this.at++;
    const args: Syntax[] = [];
    while (!this.isSymbol(')')) {
      if (args.length > 0) this.expect(',');
      args.push(this.expression(LOWEST));
    }
    this.at++;
    return { kind: 'call', input, name: text, args, position, depth: this.above(...(input ? [input] : []), ...args) };
  }

  private specialTerm(input: Syntax | undefined, name: string, position: number): Syntax {
    if (input !== undefined)
      throw new FhirPathError(message('fhirpath-syntax', `${name} cannot follow a point`, `${name} 不能出现在点号之后`), position);
    return { kind: 'special', name, position, depth: 1 };
  }

  private typeName(): string {
    const names: string[] = [];
    do {
      const token = this.take();
      if (token.kind !== 'identifier' && token.kind !== 'delimited') {
        this.at--;
        throw this.unexpected(["a type's name", '类型名称']);
      }
      names.push(token.text);
    } while (this.isSymbol('.') && this.take());
    return names.join('.');
  }

  private above(...below: readonly Syntax[]): number {
    const depth = 1 + Math.max(0, ...below.map((syntax) => syntax.depth));
    if (depth > MAX_DEPTH) throw this.tooDeep();
    return depth;
  }

  private tooDeep(): FhirPathError {
    return new FhirPathError(
      message('fhirpath-depth', `The expression is nested more than ${MAX_DEPTH} levels deep`, `表达式嵌套超过 ${MAX_DEPTH} 层`),
      this.token.position,
    );
  }

  private unexpected([en, zh]: readonly [en: string, zh: string]): FhirPathError {
    const { kind, text, position } = this.token;
    const [foundEn, foundZh] = kind === 'end' ? ['the end of the expression', '表达式末尾'] : [JSON.stringify(text), `“${text}”`];
    return new FhirPathError(message('fhirpath-syntax', `Expected ${en}, found ${foundEn}`, `应为${zh}，实际为${foundZh}`), position);
  }
}

function exactDecimal(text: string, position: number): number | Decimal {
  const value = parseScaled(text);
  const exact = value && numeric(value);
  if (exact === undefined) throw new FhirPathError(message('fhirpath-number', 'The number has too many digits', '数字位数过多'), position);
  return exact;
}

function temporal({ text, position }: Token): Item {
  const time = text.startsWith('T');
  if ((time ? parseTime(text) : parseDate(text)) === undefined)
    throw new FhirPathError(message('fhirpath-date', `@${text} is not in the calendar`, `@${text} 不是有效的日期或时间`), position);
  if (time) return temporalItem('System.Time', text.slice(1));
  return temporalItem(text.includes('T') ? 'System.DateTime' : 'System.Date', text.endsWith('T') ? text.slice(0, -1) : text);
}
