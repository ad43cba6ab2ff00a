/** lowBoundary, highBoundary, precision and comparable. Source: FHIRPath N1 (later trial use) #lowboundary, #precision */

import { type Numeric, numeric, roundTo, scaled } from '../../model/decimal.js';
import { message } from '../../model/message.js';
import { daysIn, type Temporal, temporalText } from '../dates.js';
import { comparableQuantity, temporalOf } from '../equality.js';
import { argument, type Call, type Evaluate, type FunctionTable } from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { booleanItems, decimalItem, type Items, integerItem, nothing, quantityItem, single } from '../items.js';
import { numberOf, quantityOf, systemKind } from '../system-types.js';

type Side = 'low' | 'high';

export const boundaries: FunctionTable = {
  lowBoundary: { arity: [0, 1], compile: (call) => boundary(call, 'low') },
  highBoundary: { arity: [0, 1], compile: (call) => boundary(call, 'high') },
  precision: { arity: [0, 0], compile: precision },
  comparable: { arity: [1, 1], compile: comparable },
};

function boundary({ input, name, args: [digits] }: Call, side: Side): Evaluate {
  return (scope) => {
    const item = single(input(scope), `${name}()`);
    const wanted = digits === undefined ? undefined : single(digits(scope), `${name}()`);
    if (item === undefined || (digits !== undefined && wanted === undefined)) return nothing;
    const many = wanted?.value;
    if (many !== undefined && typeof many !== 'number')
      throw new FhirPathError(message('fhirpath-arguments', `${name}() takes an Integer`, `${name}() 的参数必须是整数`));
    return boundaryOf(item, side, many);
  };
}

function boundaryOf(item: Item, side: Side, digits: number | undefined): Items {
  const value = numberOf(item);
  if (value !== undefined) return numberBoundary(value, side, digits).map(decimalItem);
  const quantity = quantityOf(item);
  if (quantity !== undefined) return numberBoundary(quantity.value, side, digits).map((edge) => quantityItem(edge, quantity.unit));
  const temporal = temporalOf(item);
  return temporal === undefined ? nothing : temporalBoundary(item, temporal, side, digits);
}

const DEFAULT_DIGITS = 8;
const MOST_DIGITS = 28;

/** Half of the last digit that is written, below or above; cut outwards to the digits that are wanted. */
function numberBoundary(value: Numeric, side: Side, digits = DEFAULT_DIGITS): readonly Numeric[] {
  const exact = scaled(value);
  if (exact === undefined || !Number.isInteger(digits) || digits < 0 || digits > MOST_DIGITS) return [];
  const edge = { digits: exact.digits * 10n + (side === 'low' ? -5n : 5n), scale: exact.scale + 1 };
  const result = numeric(roundTo(edge, digits, side === 'low' ? 'floor' : 'ceiling'));
  return result === undefined ? [] : [result];
}

/** Digits of a value with so many fields: 4 for a year, 6 with a month, … 17 with milliseconds. */
const dateDigits = [4, 6, 8, 10, 12, 14, 17];
const timeDigits = [2, 4, 6, 9];

/** The first or last moment that the written value covers, written with the digits that are wanted. */
function temporalBoundary(item: Item, value: Temporal, side: Side, digits: number | undefined): Items {
  const scale = value.time ? timeDigits : dateDigits;
  const most = value.time ? 9 : systemKind(item.type) === 'Date' && value.fields.length <= 3 ? 8 : 17;
  const level = scale.indexOf(digits ?? most) + 1;
  if (level === 0) return nothing;
  const all = value.time ? clockEdge(value.fields, side) : dateEdge(value.fields, side);
  const whole = scale.length;
  const fields = all.slice(0, Math.min(level, whole - 1));
  const zoned = !value.time && fields.length > 3;
  const offset = zoned ? (value.offset ?? (side === 'low' ? 14 * 60 : -12 * 60)) : undefined;
  const text = temporalText({ time: value.time, fields, offset, fraction: level === whole ? 3 : 0 });
  const type = value.time ? 'System.Time' : fields.length > 3 ? 'System.DateTime' : 'System.Date';
  return [{ type, value: text, sibling: undefined }];
}

const LAST_NANOS = 59_999_000_000;

function clockEdge([hour, minute, nanos]: readonly number[], side: Side): number[] {
  const high = side === 'high';
  return [hour ?? (high ? 23 : 0), minute ?? (high ? 59 : 0), nanos ?? (high ? LAST_NANOS : 0)];
}

function dateEdge([year = 1, month, day, ...clock]: readonly number[], side: Side): number[] {
  const high = side === 'high';
  const m = month ?? (high ? 12 : 1);
  return [year, m, day ?? (high ? daysIn(year, m) : 1), ...clockEdge(clock, side)];
}

function precision({ input, name }: Call): Evaluate {
  return (scope) => {
    const item = single(input(scope), `${name}()`);
    if (item === undefined) return nothing;
    const value = numberOf(item);
    if (value !== undefined) return [integerItem(significant(value))];
    const temporal = temporalOf(item);
    if (temporal === undefined)
      throw new FhirPathError(message('fhirpath-input', `${name}() is not for a ${item.type}`, `${name}() 不能用于 ${item.type}`));
    const scale = temporal.time ? timeDigits : dateDigits;
    return [integerItem(scale[temporal.fields.length - (temporal.fraction > 0 ? 0 : 1)] ?? 0)];
  };
}

/** Digits after the point, as HL7's suite counts them. */
function significant(value: Numeric): number {
  return scaled(value)?.scale ?? 0;
}

function comparable(call: Call): Evaluate {
  const other = argument(call, 0);
  return (scope) => {
    const a = single(call.input(scope), 'comparable()');
    const b = single(other(scope), 'comparable()');
    const left = a && quantityOf(a);
    const right = b && quantityOf(b);
    return left === undefined || right === undefined ? nothing : booleanItems(comparableQuantity(left, right) !== undefined);
  };
}
