/**
 * `=` and `~` between items. Source: FHIRPath N1 #equality, #equivalence
 */

import { compareNumeric, type Numeric, roundTo, scaled, withoutTrailingZeros } from '../model/decimal.js';
import { isNumeric, isObject, type Json, type JsonObject } from '../model/json.js';
import { compareTemporal, parseDate, parseTime, type Temporal } from './dates.js';
import { passOver, type Run, spend } from './evaluation.js';
import type { Item } from './expression.js';
import type { Items } from './items.js';
import { numberOf, type Quantity, quantityOf, systemKind, textOf } from './system-types.js';
import { inUnit } from './units.js';

/** A date, date-time or time item with its fields; undefined for others and for what is in no calendar. */
export function temporalOf(item: Item): Temporal | undefined {
  const text = textOf(item);
  if (text === undefined) return undefined;
  return systemKind(item.type) === 'Time' ? parseTime(text) : parseDate(text);
}

/** Broader than SystemKind: kinds of values that can be compared with each other. */
type Family = 'boolean' | 'text' | 'number' | 'date' | 'time' | 'quantity' | 'structure';

export function familyOf(item: Item): Family {
  switch (systemKind(item.type)) {
    case 'Boolean':
      return 'boolean';
    case 'String':
      return 'text';
    case 'Integer':
    case 'Decimal':
      return 'number';
    case 'Date':
    case 'DateTime':
      return 'date';
    case 'Time':
      return 'time';
    case 'Quantity':
      return 'quantity';
    default:
      return 'structure';
  }
}

/** undefined: cannot be told (dates of different precision, quantities without a common unit). */
export function equalItems(a: Item, b: Item, run?: Run): boolean | undefined {
  if (a === b) return true;
  if (run !== undefined) compared(a, b, run);
  const family = familyOf(a);
  if (family !== familyOf(b)) return family === 'number' || family === 'quantity' ? equalAcross(a, b) : equalAcross(b, a);
  if (family === 'number') return sameNumber(a.value, b.value);
  if (family === 'date' || family === 'time') return equalTemporal(a, b);
  if (family === 'quantity') return equalQuantities(a, b, run);
  if (a.value === undefined || b.value === undefined) return a.value === b.value && equalJson(a.sibling, b.sibling, run);
  return family === 'structure' ? equalJson(a.value, b.value, run) : a.value === b.value;
}

/** Long texts of one length are compared to their end. */
function compared(a: Item, b: Item, run: Run): void {
  const text = typeof a.value === 'string' && typeof b.value === 'string' && a.value.length === b.value.length;
  passOver(run, text ? (a.value as string).length >> 2 : 0);
}

/** A number is a quantity of unit 1. */
function equalAcross(a: Item, b: Item): boolean | undefined {
  if (familyOf(a) === 'quantity' && familyOf(b) === 'number') return equalAcross(b, a);
  const value = numberOf(a);
  if (value === undefined || b.type !== 'System.Quantity') return false;
  const quantity = quantityOf(b);
  return quantity !== undefined && sameQuantity({ value, unit: '1' }, quantity);
}

function sameNumber(a: Json | undefined, b: Json | undefined): boolean {
  if (!isNumeric(a) || !isNumeric(b)) return a === b;
  return compareNumeric(a, b) === 0;
}

function equalTemporal(a: Item, b: Item): boolean | undefined {
  if (a.value === b.value) return a.value !== undefined || equalJson(a.sibling, b.sibling);
  const left = temporalOf(a);
  const right = temporalOf(b);
  if (left === undefined || right === undefined) return false;
  const order = compareTemporal(left, right);
  return order === undefined ? undefined : order === 0;
}

/**
 * Both values in one of their units, as far as they measure the same: in the `finer`, or the coarser. `roughly` takes a calendar year
 * or month for one of fixed length.
 */
export function comparableQuantity(a: Quantity, b: Quantity, side: 'finer' | 'coarser' = 'finer', roughly = false): Compared | undefined {
  if (a.unit === b.unit) return { values: [a.value, b.value], unit: a.unit };
  const size = inUnit(1, a.unit, b.unit, roughly);
  if (size === undefined) return undefined;
  if (compareNumeric(size, 1) > 0 === (side === 'finer')) {
    const value = inUnit(a.value, a.unit, b.unit, roughly);
    return value === undefined ? undefined : { values: [value, b.value], unit: b.unit };
  }
  const value = inUnit(b.value, b.unit, a.unit, roughly);
  return value === undefined ? undefined : { values: [a.value, value], unit: a.unit };
}

interface Compared {
  readonly values: readonly [Numeric, Numeric];
  readonly unit: string;
}

function equalQuantities(a: Item, b: Item, run?: Run): boolean | undefined {
  if (a.type !== 'System.Quantity' && b.type !== 'System.Quantity') return equalJson(a.value, b.value, run);
  const left = quantityOf(a);
  const right = quantityOf(b);
  if (left === undefined || right === undefined) return undefined;
  return sameQuantity(left, right);
}

function sameQuantity(a: Quantity, b: Quantity): boolean | undefined {
  const compared = comparableQuantity(a, b);
  return compared && compareNumeric(...compared.values) === 0;
}

/** Structures are equal where all their properties are, in any order. */
export function equalJson(a: Json | undefined, b: Json | undefined, run?: Run): boolean {
  if (a === b) return true;
  if (isNumeric(a) && isNumeric(b)) return sameNumber(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((one, i) => equalJson(one, b[i], run));
  if (!isObject(a) || !isObject(b)) return false;
  let count = 0;
  for (const name in a) {
    if (run !== undefined) spend(run, 2);
    if (!Object.hasOwn(b, name) || !equalJson(a[name], b[name], run)) return false;
    count++;
  }
  return count === Object.keys(b).length;
}

/** undefined: empty, where either collection is or an item cannot be compared. */
export function equalCollections(a: Items, b: Items, run: Run): boolean | undefined {
  if (a.length === 0 || b.length === 0) return undefined;
  if (a.length !== b.length) return false;
  passOver(run, a.length);
  let answer: boolean | undefined = true;
  for (let i = 0; i < a.length; i++) {
    const same = equalItems(a[i] as Item, b[i] as Item, run);
    if (same === false) return false;
    if (same === undefined) answer = undefined;
  }
  return answer;
}

function equivalentItems(a: Item, b: Item, run: Run): boolean {
  spend(run, 2);
  const family = familyOf(a);
  if (family !== familyOf(b)) return false;
  if (family === 'text') return foldText(a.value, run) === foldText(b.value, run);
  if (family === 'number') return equivalentNumbers(numberOf(a), numberOf(b));
  if (family === 'quantity') return equivalentQuantities(quantityOf(a), quantityOf(b));
  if (family !== 'structure') return equalItems(a, b, run) === true;
  return isObject(a.value) && isObject(b.value) ? equivalentObjects(a.value, b.value, run) : equalJson(a.value, b.value, run);
}

/** Without case and with all white space alike. */
function foldText(value: Json | undefined, run: Run): unknown {
  if (typeof value !== 'string') return value;
  // Each is made anew.
  spend(run, 8);
  passOver(run, value.length);
  return value.toLowerCase().trim().replace(/\s+/g, ' ');
}

/** Equal when rounded to the digits of the less precise; zeros at the end are no precision. */
function equivalentNumbers(a: Numeric | undefined, b: Numeric | undefined): boolean {
  const left = a === undefined ? undefined : scaled(a);
  const right = b === undefined ? undefined : scaled(b);
  if (left === undefined || right === undefined) return a === b;
  const x = withoutTrailingZeros(left);
  const y = withoutTrailingZeros(right);
  const scale = Math.min(x.scale, y.scale);
  return roundTo(x, scale, 'nearest').digits === roundTo(y, scale, 'nearest').digits;
}

function equivalentQuantities(a: Quantity | undefined, b: Quantity | undefined): boolean {
  // In the coarser unit, so that 4 g, which says less, decides against 4040 mg on either side.
  const compared = a && b && comparableQuantity(a, b, 'coarser', true);
  return compared !== undefined && equivalentNumbers(...compared.values);
}

function equivalentObjects(a: JsonObject, b: JsonObject, run: Run): boolean {
  const names = Object.keys(a).filter((name) => name !== 'id');
  if (names.length !== Object.keys(b).filter((name) => name !== 'id').length) return false;
  return names.every((name) => Object.hasOwn(b, name) && equivalentJson(a[name], b[name], run));
}

/** Inside structures the types are not at hand; the JSON tells text, number and structure apart. */
function equivalentJson(a: Json | undefined, b: Json | undefined, run: Run): boolean {
  spend(run, 1);
  if (typeof a === 'string' && typeof b === 'string') return foldText(a, run) === foldText(b, run);
  if (isNumeric(a) && isNumeric(b)) return equivalentNumbers(a, b);
  if (isObject(a) && isObject(b)) return equivalentObjects(a, b, run);
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return matchAll(a as readonly Json[], b as readonly Json[], (x, y) => equivalentJson(x, y, run));
}

/** Collections are equivalent in any order. */
export function equivalentCollections(a: Items, b: Items, run: Run): boolean {
  return matchAll(a, b, (x, y) => equivalentItems(x, y, run));
}

/** Most are equivalent to what stands at their own place; the others are looked for among all that are left, in their order. */
function matchAll<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  const moved = a.flatMap((one, at) => (same(one, b[at] as T) ? [] : [at]));
  // What follows each of those that are left; the first stands behind the last.
  const { length } = moved;
  const next = Int32Array.from({ length: length + 1 }, (_, i) => (i === length ? 0 : i + 1));
  return moved.every((at) => {
    for (let before = length, i = next[length] ?? length; i < length; before = i, i = next[i] ?? length) {
      if (!same(a[at] as T, b[moved[i] as number] as T)) continue;
      next[before] = next[i] ?? length;
      return true;
    }
    return false;
  });
}
