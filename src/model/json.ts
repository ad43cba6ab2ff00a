/**
 * FHIR's JSON as values that lose nothing: a number whose text JavaScript would change (`1.10`, 25 digits) is kept
 * as a Decimal with its text; key order is kept. `parse-json.ts` reads them.
 * Source: R4 json.html#primitive, datatypes.html#decimal
 */
import { randomUUID } from 'node:crypto';

export type Json = null | boolean | number | Decimal | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
/** The same while it is still being made or changed by its only owner. */
export interface MutableJsonObject {
  [key: string]: Json | MutableJsonObject | (Json | MutableJsonObject)[] | undefined;
}

/** Stands where a Decimal was while JSON.stringify runs; nobody outside this process can know it, so no text can forge it. */
const mark = randomUUID();
const marked = new RegExp(`"${mark}([^"]*)"`, 'g');

/** A number whose exact text matters. `text` is a JSON number token as it was sent. */
export class Decimal {
  constructor(readonly text: string) {}
  valueOf(): number {
    return Number(this.text);
  }
  toString(): string {
    return this.text;
  }
  toJSON(): string {
    return mark + this.text;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);
}

export function isNumeric(value: unknown): value is number | Decimal {
  return typeof value === 'number' || value instanceof Decimal;
}

/** Compact JSON text of a value, numbers with the text they came with. */
export function stringifyJson(value: Json | MutableJsonObject, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return text.includes(mark) ? text.replace(marked, '$1') : text;
}
