/** Functions on a single number. Source: FHIRPath N1 #math */

import { calculate, type Numeric, numeric, parseScaled, type Rounding, roundTo, scaled } from '../../model/decimal.js';
import { message } from '../../model/message.js';
import { argument, type Call, type Evaluate, type FunctionDefinition, type FunctionTable } from '../evaluation.js';
import { FhirPathError, type Item } from '../expression.js';
import { decimalItem, type Items, nothing, quantityItem, single } from '../items.js';
import { integers } from '../operators/arithmetic.js';
import { numberOf, quantityOf, systemKind } from '../system-types.js';

export const math: FunctionTable = {
  abs: { arity: [0, 0], compile: abs },
  ceiling: rounded('ceiling'),
  floor: rounded('floor'),
  truncate: rounded('truncate'),
  round: { arity: [0, 1], compile: round },
  exp: real(Math.exp),
  ln: real(Math.log),
  sqrt: real(Math.sqrt),
  log: { arity: [1, 1], compile: log },
  power: { arity: [1, 1], compile: power },
};

function numberIn(items: Items, name: string): Numeric | undefined {
  const item = single(items, `${name}()`);
  return item && numberOrFault(item, name);
}

function numberOrFault(item: Item, name: string): Numeric | undefined {
  const value = numberOf(item);
  if (value === undefined && item.value !== undefined)
    throw new FhirPathError(
      message('fhirpath-input', `${name}() works on numbers and was given a ${item.type}`, `${name}() 只能用于数字，实际为 ${item.type}`),
    );
  return value;
}

/** What has no real value (the root of -1) or overflows is empty. */
function decimals(value: number): Items {
  const exact = Number.isFinite(value) ? parseScaled(String(value)) : undefined;
  const result = exact && numeric(exact);
  return result === undefined ? nothing : [decimalItem(result)];
}

function real(compute: (value: number) => number): FunctionDefinition {
  const compile = ({ input, name }: Call): Evaluate => {
    return (scope) => {
      const value = numberIn(input(scope), name);
      return value === undefined ? nothing : decimals(compute(Number(value)));
    };
  };
  return { arity: [0, 0], compile };
}

function rounded(rounding: Rounding): FunctionDefinition {
  const compile = ({ input, name }: Call): Evaluate => {
    return (scope) => {
      const value = numberIn(input(scope), name);
      const exact = value === undefined ? undefined : scaled(value);
      return exact === undefined ? nothing : integers(numeric(roundTo(exact, 0, rounding)));
    };
  };
  return { arity: [0, 0], compile };
}

/** The most digits after the point that round() keeps. */
const MAX_SCALE = 28;

function round({ input, name, args: [precision] }: Call): Evaluate {
  return (scope) => {
    const value = numberIn(input(scope), name);
    const digits = precision === undefined ? 0 : numberIn(precision(scope), name);
    const exact = value === undefined ? undefined : scaled(value);
    if (exact === undefined || digits === undefined) return nothing;
    if (typeof digits !== 'number' || !Number.isInteger(digits) || digits < 0 || digits > MAX_SCALE)
      throw new FhirPathError(
        message('fhirpath-arguments', `round() takes 0 to ${MAX_SCALE} digits`, `round() 的位数必须为 0 到 ${MAX_SCALE}`),
      );
    const result = numeric(roundTo(exact, digits, 'nearest'));
    return result === undefined ? nothing : [decimalItem(result)];
  };
}

function abs({ input, name }: Call): Evaluate {
  return (scope) => {
    const item = single(input(scope), `${name}()`);
    if (item === undefined) return nothing;
    const quantity = quantityOf(item);
    const value = quantity?.value ?? numberOrFault(item, name);
    if (value === undefined) return nothing;
    const positive = Number(value) < 0 ? calculate('-', 0, value) : value;
    if (positive === undefined) return nothing;
    if (quantity !== undefined) return [quantityItem(positive, quantity.unit)];
    return systemKind(item.type) === 'Integer' ? integers(positive) : [decimalItem(positive)];
  };
}

function log(call: Call): Evaluate {
  const base = argument(call, 0);
  return (scope) => {
    const value = numberIn(call.input(scope), call.name);
    const to = numberIn(base(scope), call.name);
    if (value === undefined || to === undefined) return nothing;
    const [x, b] = [Number(value), Number(to)];
    return decimals(b === 2 ? Math.log2(x) : b === 10 ? Math.log10(x) : Math.log(x) / Math.log(b));
  };
}

function power(call: Call): Evaluate {
  const exponent = argument(call, 0);
  return (scope) => {
    const item = single(call.input(scope), `${call.name}()`);
    const to = single(exponent(scope), `${call.name}()`);
    if (item === undefined || to === undefined) return nothing;
    const value = numberOrFault(item, call.name);
    const by = numberOrFault(to, call.name);
    if (value === undefined || by === undefined) return nothing;
    const result = Number(value) ** Number(by);
    const whole = systemKind(item.type) === 'Integer' && systemKind(to.type) === 'Integer' && Number(by) >= 0;
    return whole ? integers(result) : decimals(result);
  };
}
