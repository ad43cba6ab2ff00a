/** Functions on a single string. Source: FHIRPath N1 #string-manipulation, #additional-string-functions */
import { message } from '../../model/message.js';
import {
  argument,
  type Call,
  checkedText,
  type Evaluate,
  type FunctionTable,
  MAX_TEXT,
  passOver,
  type Run,
  type Scope,
  spend,
  tooLong,
} from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { booleanItems, type Items, integerItem, nothing, single, stringItem } from '../items.js';
import { fullyMatches, matches, replaceMatches } from '../regex.js';
import { textOf } from '../system-types.js';
import { decode, encode, escapeFor, unescapeFrom } from '../text-codes.js';

export const strings: FunctionTable = {
  indexOf: withText((text, other) => [integerItem(text.indexOf(other))]),
  lastIndexOf: withText((text, other) => [integerItem(text.lastIndexOf(other))]),
  startsWith: withText((text, other) => booleanItems(text.startsWith(other))),
  endsWith: withText((text, other) => booleanItems(text.endsWith(other))),
  contains: withText((text, other) => booleanItems(text.includes(other))),
  matches: withText((text, pattern, run) => booleanItems(matches(text, pattern, run))),
  matchesFull: withText((text, pattern, run) => booleanItems(fullyMatches(text, pattern, run))),
  encode: withText((text, format) => optional(encode(shortEnough(text), format))),
  decode: withText((text, format) => optional(decode(text, format))),
  escape: withText((text, target) => optional(escapeFor(shortEnough(text), target))),
  unescape: withText((text, target) => optional(unescapeFrom(text, target))),
  split: withText((text, separator) => text.split(separator).map(stringItem)),
  upper: alone((text) => [stringItem(text.toUpperCase())]),
  lower: alone((text) => [stringItem(text.toLowerCase())]),
  length: alone((text) => [integerItem(text.length)]),
  trim: alone((text) => [stringItem(text.trim())]),
  toChars: alone((text) => [...text].map(stringItem)),
  substring: { arity: [1, 2], compile: substring },
  replace: withTwo(replace),
  replaceMatches: withTwo(replaceMatches),
  join: { arity: [0, 1], compile: join },
};

/** undefined: empty, or a primitive without a value. */
function textIn(items: Items, name: string): string | undefined {
  const item = single(items, `${name}()`);
  return item && textOrFault(item, name);
}

function textOrFault(item: Item, name: string): string | undefined {
  const text = textOf(item);
  if (text === undefined && item.value !== undefined)
    throw new FhirPathError(
      message('fhirpath-input', `${name}() works on strings and was given a ${item.type}`, `${name}() 只能用于字符串，实际为 ${item.type}`),
    );
  return text;
}

/** Before it is made several times as long. */
function shortEnough(text: string): string {
  if (text.length > MAX_TEXT / 2) throw tooLong();
  return text;
}

function optional(text: string | undefined): Items {
  return text === undefined ? nothing : [stringItem(text)];
}

/** What a function made: each item counts, and each character; no string may be too long. */
function bounded(made: Items, run: Run): Items {
  if (made.length > 1) spend(run, made.length);
  else if (typeof made[0]?.value === 'string') checkedText(made[0].value, run);
  return made;
}

function alone(make: (text: string) => Items) {
  const compile = ({ input, name }: Call): Evaluate => {
    return (scope) => {
      const text = textIn(input(scope), name);
      if (text === undefined) return nothing;
      passOver(scope.run, text.length);
      return bounded(make(text), scope.run);
    };
  };
  return { arity: [0, 0] as const, compile };
}

function withText(make: (text: string, other: string, run: Run) => Items) {
  const compile = (call: Call): Evaluate => {
    const { input, name } = call;
    const other = argument(call, 0);
    return (scope) => {
      const text = textIn(input(scope), name);
      if (text === undefined) return nothing;
      const second = textIn(other(scope), name);
      if (second === undefined) return nothing;
      passOver(scope.run, text.length + second.length);
      return bounded(make(text, second, scope.run), scope.run);
    };
  };
  return { arity: [1, 1] as const, compile };
}

function withTwo(make: (text: string, pattern: string, replacement: string, run: Run) => string) {
  const compile = (call: Call): Evaluate => {
    const { input, name } = call;
    const [first, second] = [argument(call, 0), argument(call, 1)];
    return (scope) => {
      const text = textIn(input(scope), name);
      const pattern = textIn(first(scope), name);
      const replacement = textIn(second(scope), name);
      if (text === undefined || pattern === undefined || replacement === undefined) return nothing;
      passOver(scope.run, text.length + replacement.length);
      return [stringItem(checkedText(make(text, pattern, replacement, scope.run), scope.run))];
    };
  };
  return { arity: [2, 2] as const, compile };
}

function replace(text: string, pattern: string, replacement: string): string {
  const parts = text.split(pattern).length;
  if (text.length + (parts + 1) * replacement.length > MAX_TEXT) throw tooLong();
  return text.replaceAll(pattern, () => replacement);
}

function substring(call: Call): Evaluate {
  const [start, length] = [argument(call, 0), call.args[1]];
  return (scope) => {
    const text = textIn(call.input(scope), call.name);
    const from = integerIn(start, scope);
    if (text === undefined || from === undefined || from < 0 || from >= text.length) return nothing;
    const many = length === undefined ? undefined : integerIn(length, scope);
    return [stringItem(many === undefined ? text.slice(from) : text.slice(from, from + Math.max(0, many)))];
  };
}

function integerIn(evaluate: Evaluate, scope: Scope): number | undefined {
  const item = single(evaluate(scope), 'substring()');
  if (item === undefined) return undefined;
  if (typeof item.value !== 'number' || !Number.isInteger(item.value))
    throw new FhirPathError(message('fhirpath-arguments', 'substring() takes Integers', 'substring() 的参数必须是整数'));
  return item.value;
}

function join(call: Call): Evaluate {
  const separator = call.args[0];
  return (scope) => {
    const items = call.input(scope);
    if (items.length === 0) return nothing;
    const between = separator === undefined ? '' : (textIn(separator(scope), call.name) ?? '');
    const texts = items.map((item) => textOrFault(item, call.name)).filter((text) => text !== undefined);
    const length = texts.reduce((sum, text) => sum + text.length + between.length, 0);
    if (length > MAX_TEXT) throw tooLong();
    spend(scope.run, items.length);
    return [stringItem(checkedText(texts.join(between), scope.run))];
  };
}
