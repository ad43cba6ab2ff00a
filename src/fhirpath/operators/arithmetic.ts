/** `+ - * / div mod &` and the sign, on numbers, strings, quantities, dates and times. Source: FHIRPath N1 #math-1, #datetime-arithmetic */

import { calculate, type Numeric, type Operation } from '../../model/decimal.js';
import { message } from '../../model/message.js';
import { plusMinutes, plusMonths, plusNanos, type Temporal, temporalText } from '../dates.js';
import { comparableQuantity, temporalOf } from '../equality.js';
import { checkedText, type Evaluate, MAX_TEXT, type Run, tooLong } from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { decimalItem, type Items, integerItem, nothing, quantityItem, single, stringItem } from '../items.js';
import { numberOf, type Quantity, quantityOf, systemKind, textOf } from '../system-types.js';
import { type CalendarUnit, durationUnit, joinedUnits } from '../units.js';

export function compileArithmetic(operator: Operation, left: Evaluate, right: Evaluate): Evaluate {
  return (scope) => {
    const a = single(left(scope), operator);
    const b = single(right(scope), operator);
    if (a === undefined || b === undefined || a.value === undefined || b.value === undefined) return nothing;
    return arithmetic(operator, a, b, scope.run);
  };
}

function arithmetic(operator: Operation, a: Item, b: Item, run: Run): Items {
  const left = systemKind(a.type);
  const right = systemKind(b.type);
  const isNumber = (kind: string | undefined) => kind === 'Integer' || kind === 'Decimal';
  if (isNumber(left) && isNumber(right)) return ofNumbers(operator, a, b);
  if (left === 'String' && right === 'String' && operator === '+') return joined(textOf(a), textOf(b), run);
  const temporal = left === 'Date' || left === 'DateTime' || left === 'Time';
  if (temporal && right === 'Quantity' && (operator === '+' || operator === '-')) return shifted(operator, a, b);
  if (left === 'Quantity' && (right === 'Quantity' || isNumber(right))) return ofQuantities(operator, a, b);
  if (isNumber(left) && right === 'Quantity') return ofQuantities(operator, a, b);
  throw new FhirPathError(
    message('fhirpath-operands', `"${operator}" cannot join a ${a.type} and a ${b.type}`, `“${operator}”不能用于 ${a.type} 与 ${b.type}`),
  );
}

function ofNumbers(operator: Operation, a: Item, b: Item): Items {
  const x = numberOf(a);
  const y = numberOf(b);
  if (x === undefined || y === undefined) return nothing;
  const result = calculate(operator, x, y);
  if (result === undefined) return nothing;
  const whole = systemKind(a.type) === 'Integer' && systemKind(b.type) === 'Integer' && operator !== '/';
  return whole || operator === 'div' ? integers(result) : [decimalItem(result)];
}

export function integers(value: Numeric | undefined): Items {
  const whole = integerValue(value);
  return whole === undefined ? nothing : [integerItem(whole)];
}

/** An Integer beyond 32 bits is an overflow: undefined. */
export function integerValue(value: Numeric | undefined): number | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > 2_147_483_648 || value === 2_147_483_648) return undefined;
  return value;
}

function joined(a: string | undefined, b: string | undefined, run: Run): Items {
  if (a === undefined || b === undefined) return nothing;
  if (a.length + b.length > MAX_TEXT) throw tooLong();
  return [stringItem(checkedText(a + b, run))];
}

/** A number beside a quantity counts as a quantity of unit 1. */
function ofQuantities(operator: Operation, a: Item, b: Item): Items {
  const x = asQuantity(a);
  const y = asQuantity(b);
  if (x === undefined || y === undefined) return nothing;
  if (operator === '*' || operator === '/') {
    const unit = joinedUnits(operator, x.unit, y.unit);
    const value = calculate(operator, x.value, y.value);
    return value === undefined || unit === undefined ? nothing : [quantityItem(value, unit)];
  }
  if (operator !== '+' && operator !== '-')
    throw new FhirPathError(message('fhirpath-operands', `"${operator}" is not for quantities`, `“${operator}”不能用于带单位的数量`));
  const compared = comparableQuantity(x, y);
  const value = compared && calculate(operator, ...compared.values);
  return compared === undefined || value === undefined ? nothing : [quantityItem(value, compared.unit)];
}

function asQuantity(item: Item): Quantity | undefined {
  const value = numberOf(item);
  return value === undefined ? quantityOf(item) : { value, unit: '1' };
}

/** Steps from a unit to the next coarser one, for values that were not written so finely. Source: #datetime-arithmetic */
const coarser: Readonly<Partial<Record<CalendarUnit, readonly [CalendarUnit, number]>>> = {
  millisecond: ['second', 1000],
  second: ['minute', 60],
  minute: ['hour', 60],
  hour: ['day', 24],
};
/** How many fields a value needs for a unit to count. */
const fieldsFor: Readonly<Record<CalendarUnit, number>> = {
  year: 1,
  month: 2,
  week: 3,
  day: 3,
  hour: 4,
  minute: 5,
  second: 6,
  millisecond: 6,
};

function shifted(operator: '+' | '-', a: Item, b: Item): Items {
  const start = temporalOf(a);
  const duration = quantityOf(b);
  if (start === undefined || duration === undefined) return nothing;
  const unit = durationUnit(duration.unit);
  if (unit === undefined || (start.time && fieldsFor[unit] < 4)) {
    throw new FhirPathError(
      message(
        'fhirpath-unit',
        `The unit "${duration.unit}" cannot be added to a ${a.type}`,
        `单位“${duration.unit}”不能与 ${a.type} 相加减`,
      ),
    );
  }
  const amount = Number(duration.value) * (operator === '-' ? -1 : 1);
  const exact = unit === 'second' || unit === 'millisecond';
  const end = shift(start, exact ? amount : Math.trunc(amount), unit);
  return end === undefined ? nothing : [{ type: a.type, value: temporalText(end), sibling: undefined }];
}

function shift(start: Temporal, amount: number, unit: CalendarUnit): Temporal | undefined {
  const written = start.fields.length + (start.time ? 3 : 0);
  if (unit === 'year' || unit === 'month') {
    const months = unit === 'year' ? amount * 12 : written < 2 ? Math.trunc(amount / 12) * 12 : amount;
    return plusMonths(start, months);
  }
  if (unit === 'week') return shift(start, amount * 7, 'day');
  const up = coarser[unit];
  if (up !== undefined && written < fieldsFor[unit]) return shift(start, Math.trunc(amount / up[1]), up[0]);
  if (unit === 'second' || unit === 'millisecond') return plusNanos(start, Math.round(amount * (unit === 'second' ? 1e9 : 1e6)));
  if (unit === 'day' && written < 3) return plusMonths(start, written < 2 ? Math.trunc(amount / 365) * 12 : Math.trunc(amount / 30));
  return plusMinutes(start, amount * (unit === 'day' ? 1440 : unit === 'hour' ? 60 : 1));
}

/** `&`: an empty side counts as an empty string. */
export function compileConcatenation(left: Evaluate, right: Evaluate): Evaluate {
  return (scope) => joined(concatenable(left(scope)), concatenable(right(scope)), scope.run);
}

function concatenable(items: Items): string {
  const item = single(items, '&');
  if (item === undefined) return '';
  const text = textOf(item);
  if (text === undefined && item.value !== undefined)
    throw new FhirPathError(
      message('fhirpath-operands', `"&" needs strings and was given a ${item.type}`, `“&”需要字符串，实际为 ${item.type}`),
    );
  return text ?? '';
}

export function compilePolarity(negative: boolean, operand: Evaluate): Evaluate {
  return (scope) => {
    const item = single(operand(scope), negative ? '-' : '+');
    if (item === undefined) return nothing;
    const value = numberOf(item);
    const quantity = quantityOf(item);
    if (value === undefined && quantity === undefined)
      throw new FhirPathError(message('fhirpath-operands', `A ${item.type} has no sign`, `${item.type} 不能带正负号`));
    if (!negative) return [item];
    const negated = calculate('-', 0, value ?? quantity?.value ?? 0);
    if (negated === undefined) return nothing;
    if (quantity !== undefined) return [quantityItem(negated, quantity.unit)];
    return [systemKind(item.type) === 'Integer' ? integerItem(Number(negated)) : decimalItem(negated)];
  };
}

/** `a + b`, for sums over collections. */
export function addItems(a: Item, b: Item, run: Run): Items {
  return arithmetic('+', a, b, run);
}
