/** The text of a long value, written in steps. Source: R4 json.html */
import { Decimal, isObject, type Json, stringifyJson } from './json.js';

/** Values that are written at once, and how deep one that is longer is taken apart. */
const FEW = 50;
const DEPTH = 10;
/** Values and signs of text beyond which it is worth while. */
const LARGE = 4000;
const SIGNS = 16;

/** What `stringifyJson` gives, with places to let other work in between. */
export function* stringifyJsonInSteps(json: Json): Generator<undefined, string> {
  return isLarge(json) ? yield* written(json, 0) : stringifyJson(json);
}

function* written(value: Json, depth: number): Generator<undefined, string> {
  if (depth >= DEPTH || !isLarge(value)) return stringifyJson(value);
  yield;
  if (Array.isArray(value)) return yield* writtenArray(value, depth);
  if (!isObject(value)) return stringifyJson(value);
  const properties: string[] = [];
  for (const [key, one] of Object.entries(value)) {
    if (one !== undefined) properties.push(`${JSON.stringify(key)}:${yield* written(one, depth + 1)}`);
  }
  return `{${properties.join(',')}}`;
}

function* writtenArray(values: readonly Json[], depth: number): Generator<undefined, string> {
  const items: string[] = [];
  for (let from = 0; from < values.length; from += FEW) {
    const some = values.slice(from, from + FEW);
    if (!isLarge(some)) items.push(stringifyJson(some).slice(1, -1));
    else for (const one of some) items.push(yield* written(one, depth + 1));
    yield;
  }
  return `[${items.join(',')}]`;
}

/** Signs that are encoded in one step. */
const SLICE = 256 * 1024;

/** The bytes of a long text, with places to let other work in between. */
export function* encodeInSteps(text: string): Generator<undefined, Buffer> {
  if (text.length <= SLICE) return Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let from = 0; from < text.length; ) {
    // Not between the halves of a pair.
    const until = from + SLICE + (isFirstHalf(text.charCodeAt(from + SLICE - 1)) ? 1 : 0);
    pieces.push(Buffer.from(text.slice(from, until)));
    from = until;
    yield;
  }
  return Buffer.concat(pieces);
}

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** Whether it takes more than a moment to write; looks no further than it must. */
export function isLarge(json: Json): boolean {
  let left = LARGE;
  const look = (value: Json): void => {
    left--;
    if (typeof value === 'string') left -= value.length / SIGNS;
    else if (Array.isArray(value)) for (let i = 0; i < value.length && left > 0; i++) look(value[i] ?? null);
    else if (typeof value === 'object' && value !== null && !(value instanceof Decimal)) {
      for (const key in value as object) {
        if (left <= 0) return;
        look((value as { readonly [key: string]: Json | undefined })[key] ?? null);
      }
    }
  };
  look(json);
  return left <= 0;
}
