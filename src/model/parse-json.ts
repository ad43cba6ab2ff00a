/**
 * Reads JSON as FHIR wants it: numbers keep their text, key order is kept; doubled keys, `__proto__` tricks and bottomless nesting
 * are refused, with line and column, and so are halves of surrogate pairs, which no UTF-8 can hold.
 * Source: R4 json.html; RFC 8259 §8.2
 */
import { Decimal, type Json, type MutableJsonObject } from './json.js';
import { message } from './message.js';
import { FhirError } from './outcome.js';

/** Levels of arrays and objects. */
export const MAX_DEPTH = 100;
/** Properties of one object: no type of FHIR has a tenth of them, and looking after millions takes long. */
const MAX_PROPERTIES = 2000;

/**
 * Parses one JSON text. Throws FhirError 400 (`structure` or `invalid`) with line, column and, where it is known, the path.
 */
export function parseJson(text: string): Json {
  const parser = new Parser(text);
  parser.read(Number.POSITIVE_INFINITY);
  return parser.end();
}

/** Characters read at once: a few milliseconds of work. */
const STEP = 128 * 1024;

/** The same, with places to let other work in between. */
export function* parseJsonInSteps(text: string): Generator<undefined, Json> {
  const parser = new Parser(text);
  for (let until = STEP; !parser.read(until); until += STEP) yield;
  return parser.end();
}

type Container = MutableJsonObject | Json[];

/** It keeps the containers it is in on a stack of its own, and so can be left between any two values. */
class Parser {
  private at = 0;
  private begun = false;
  private result: Json | undefined;
  /** The innermost container that is open, its next key and how many it has had where it is an object; and what stands around it. */
  private container: Container | undefined;
  private key = '';
  private properties = 0;
  private readonly containers: (Container | undefined)[] = [];
  private readonly keys: string[] = [];
  private readonly counts: number[] = [];

  constructor(private readonly text: string) {
    if (text.charCodeAt(0) === 0xfeff) this.at = 1;
  }

  /** Reads until the document is complete (true), or `until` has been passed. */
  read(until: number): boolean {
    if (!this.begun) this.begin();
    while (this.result === undefined) {
      if (this.at >= until) return false;
      const value = this.scalarOrContainer();
      if (value !== undefined) this.put(value);
    }
    return true;
  }

  end(): Json {
    if (this.at < this.text.length) throw this.unexpected('the end of the text', '文本结束');
    return this.result ?? null;
  }

  private begin(): void {
    this.begun = true;
    this.space();
    if (this.at < this.text.length) return;
    throw this.wrong('json-empty', 'The body is empty; a JSON object was expected', '正文为空；应为一个 JSON 对象');
  }

  /** undefined: a container has begun, and its first value comes next. */
  private scalarOrContainer(): Json | undefined {
    const code = this.text.charCodeAt(this.at);
    if (code === 0x22) return this.string();
    if (code === 0x7b) return this.enter({}, 0x7d);
    if (code === 0x5b) return this.enter([], 0x5d);
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.number();
    if (code === 0x74) return this.word('true', true);
    if (code === 0x66) return this.word('false', false);
    if (code === 0x6e) return this.word('null', null);
    throw this.unexpected('a JSON value', 'JSON 值');
  }

  /** The container itself where it is empty. */
  private enter(container: Container, close: number): Json | undefined {
    if (this.containers.length === MAX_DEPTH) {
      throw this.wrong('json-too-deep', `The JSON is nested more than ${MAX_DEPTH} levels deep`, `JSON 嵌套超过 ${MAX_DEPTH} 层`);
    }
    this.at++;
    this.space();
    if (this.text.charCodeAt(this.at) === close) {
      this.at++;
      return container as Json;
    }
    this.containers.push(this.container);
    this.keys.push(this.key);
    this.counts.push(this.properties);
    this.container = container;
    this.properties = 0;
    if (close === 0x7d) this.key = this.name(container as MutableJsonObject);
    return undefined;
  }

  /** Puts a value where it belongs, and the containers that end with it too. */
  private put(value: Json): void {
    for (let one = value; ; ) {
      const { container } = this;
      this.space();
      if (container === undefined) {
        this.result = one;
        return;
      }
      if (Array.isArray(container) ? !this.ends(container, one) : !this.endsObject(container, one)) return;
      one = container as Json;
      this.container = this.containers.pop();
      this.key = this.keys.pop() ?? '';
      this.properties = this.counts.pop() ?? 0;
    }
  }

  /** Whether the array ends after this item. */
  private ends(array: Json[], value: Json): boolean {
    array.push(value);
    const next = this.text.charCodeAt(this.at);
    if (next !== 0x5d && next !== 0x2c) throw this.unexpected('a comma or the end of the array', '逗号或数组结束');
    this.at++;
    if (next === 0x5d) return true;
    this.space();
    return false;
  }

  /** Whether the object ends after this property. Plain assignment to __proto__ would set the prototype instead of a property. */
  private endsObject(object: MutableJsonObject, value: Json): boolean {
    const { key } = this;
    if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
    else object[key] = value;
    const next = this.text.charCodeAt(this.at);
    if (next !== 0x7d && next !== 0x2c) throw this.unexpected('a comma or the end of the object', '逗号或对象结束');
    this.at++;
    if (next === 0x7d) return true;
    this.space();
    this.key = this.name(object);
    return false;
  }

  /** The name of the next property, and the colon behind it. */
  private name(object: MutableJsonObject): string {
    if (this.text.charCodeAt(this.at) !== 0x22) throw this.unexpected('a property name in double quotes', '双引号括起的属性名');
    if (++this.properties > MAX_PROPERTIES) {
      const [en, zh] = [`An object has more than ${MAX_PROPERTIES} properties`, `一个对象的属性超过 ${MAX_PROPERTIES} 个`];
      throw this.wrong('json-too-many-properties', en, zh);
    }
    const start = this.at;
    const key = this.string();
    if (Object.hasOwn(object, key)) {
      this.at = start;
      throw this.wrong('json-duplicate-key', `The property "${key}" stands twice in one object`, `属性“${key}”在同一对象中出现两次`);
    }
    this.space();
    if (this.text.charCodeAt(this.at) !== 0x3a) throw this.unexpected('a colon', '冒号');
    this.at++;
    this.space();
    return key;
  }

  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    for (let i = start; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code === 0x22) {
        this.at = i + 1;
        return text.slice(start, i);
      }
      if (code === 0x5c) return this.escaped(i);
      if (code < 0x20) {
        this.at = i;
        throw this.unexpected('an escaped control character', '经转义的控制字符');
      }
    }
    this.at = text.length;
    throw this.unexpected('the closing quote of a string', '字符串的结束引号');
  }

  /** A string with at least one escape: its end is found here, JSON.parse reads it. */
  private escaped(firstEscape: number): string {
    const { text } = this;
    const start = this.at;
    let i = firstEscape;
    while (i < text.length && text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
    const token = text.slice(start, i + 1);
    const value = unescaped(token);
    if (value === undefined) {
      throw this.wrong('json-bad-string', 'A string holds a bad escape or does not end', '字符串含错误的转义或没有结束');
    }
    if (halfPair.test(value)) {
      throw this.wrong(
        'json-surrogate',
        'A string holds one half of a surrogate pair, which is no character; expected both halves',
        '字符串含代理对的一半，不是字符；应为完整的一对',
      );
    }
    this.at = i + 1;
    return value;
  }

  private number(): number | Decimal {
    const match = numberToken;
    match.lastIndex = this.at;
    const token = match.exec(this.text)?.[0];
    if (token === undefined) throw this.unexpected('a JSON number', 'JSON 数字');
    this.at += token.length;
    const after = this.text.charCodeAt(this.at);
    if ((after >= 0x30 && after <= 0x39) || after === 0x2e || (after | 0x20) === 0x65) {
      throw this.unexpected('a JSON number (no leading zeros or bare point)', 'JSON 数字（无前导零、小数点后须有数字）');
    }
    const value = Number(token);
    return String(value) === token ? value : new Decimal(token);
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.unexpected('a JSON value', 'JSON 值');
    this.at += word.length;
    return value;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  private unexpected(en: string, zh: string) {
    const point = this.text.codePointAt(this.at);
    const found = point === undefined ? 'the end of the text' : JSON.stringify(String.fromCodePoint(point));
    const foundZh = point === undefined ? '文本结束' : `“${String.fromCodePoint(point)}”`;
    return this.wrong('json-syntax', `The JSON is broken: expected ${en}, found ${found}`, `JSON 有误：应为${zh}，实为${foundZh}`);
  }

  private wrong(id: string, en: string, zh: string) {
    const before = this.text.slice(0, this.at);
    const line = before.split('\n').length;
    const column = this.at - before.lastIndexOf('\n');
    const text = message(id, `${en} (line ${line}, column ${column})`, `${zh}（第 ${line} 行第 ${column} 列）`);
    return new FhirError([{ severity: 'error', code: 'structure', message: text, line, column }]);
  }
}

/** With the flag u whole pairs are characters beyond U+FFFF, so only halves match. */
const halfPair = /\p{Surrogate}/u;

/** undefined: no string of JSON. */
function unescaped(token: string): string | undefined {
  try {
    return JSON.parse(token) as string;
  } catch {
    return undefined;
  }
}

const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
