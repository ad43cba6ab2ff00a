/** Single items from one System type to another. Source: FHIRPath N1 #conversion */

import { compareNumeric, numeric, numericText, parseScaled } from '../model/decimal.js';
import { parseDate, parseTime } from './dates.js';
import type { Item } from './expression.js';
import { booleanItems, decimalItem, integerItem, quantityItem, stringItem, temporalItem } from './items.js';
import { numberOf, type Quantity, quantityOf, type SystemKind, systemKind, textOf } from './system-types.js';
import { calendarUnit } from './units.js';

/** undefined: cannot be converted. */
export type Convert = (item: Item) => Item | undefined;

export const conversions: Readonly<Record<SystemKind, Convert>> = {
  Boolean: toBooleanItem,
  Integer: toInteger,
  Decimal: toDecimal,
  String: toStringItem,
  Date: (item) => toTemporal(item, 'Date'),
  DateTime: (item) => toTemporal(item, 'DateTime'),
  Time: (item) => toTemporal(item, 'Time'),
  Quantity: toQuantity,
};

function toBooleanItem(item: Item): Item | undefined {
  if (typeof item.value === 'boolean') return booleanItems(item.value)[0];
  const value = numberOf(item);
  if (value !== undefined)
    return compareNumeric(value, 1) === 0 ? booleanItems(true)[0] : compareNumeric(value, 0) === 0 ? booleanItems(false)[0] : undefined;
  const text = textOf(item)?.toLowerCase() ?? '';
  if (['true', 't', 'yes', 'y', '1', '1.0'].includes(text)) return booleanItems(true)[0];
  return ['false', 'f', 'no', 'n', '0', '0.0'].includes(text) ? booleanItems(false)[0] : undefined;
}

function toInteger(item: Item): Item | undefined {
  if (systemKind(item.type) === 'Integer' && typeof item.value === 'number') return integerItem(item.value);
  if (typeof item.value === 'boolean') return integerItem(item.value ? 1 : 0);
  const text = systemKind(item.type) === 'String' ? textOf(item) : undefined;
  const value = text === undefined ? undefined : toIntegerValue(text);
  return value === undefined ? undefined : integerItem(value);
}

/** The whole number of 32 bits that a text holds. */
export function toIntegerValue(text: string): number | undefined {
  const digit = text.charCodeAt(0) - 0x30;
  if (text.length === 1) return digit >= 0 && digit <= 9 ? digit : undefined;
  if (!/^[+-]?\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value > 2_147_483_647 || value < -2_147_483_648 ? undefined : value;
}

function toDecimal(item: Item): Item | undefined {
  const value = numberOf(item);
  if (value !== undefined) return decimalItem(value);
  if (typeof item.value === 'boolean') return decimalItem(item.value ? 1 : 0);
  const text = systemKind(item.type) === 'String' ? textOf(item) : undefined;
  const parsed = text === undefined || /e/i.test(text) ? undefined : parseScaled(text);
  const exact = parsed && numeric(parsed);
  return exact === undefined ? undefined : decimalItem(exact);
}

export function toStringItem(item: Item): Item | undefined {
  const text = textOf(item);
  if (text !== undefined) return stringItem(text);
  if (typeof item.value === 'boolean') return stringItem(String(item.value));
  const value = numberOf(item);
  if (value !== undefined) return stringItem(numericText(value));
  const quantity = quantityOf(item);
  return quantity && stringItem(quantityText(quantity));
}

function quantityText({ value, unit }: Quantity): string {
  return `${numericText(value)} ${calendarUnit(unit) === undefined ? `'${unit}'` : unit}`;
}

function toTemporal(item: Item, kind: 'Date' | 'DateTime' | 'Time'): Item | undefined {
  const from = systemKind(item.type);
  const text = textOf(item);
  const time = kind === 'Time';
  if (text === undefined || (from !== 'String' && (from === 'Time') !== time)) return undefined;
  if ((time ? parseTime(text) : parseDate(text)) === undefined) return undefined;
  return temporalItem(
    `System.${kind}`,
    kind === 'Date' ? text.replace(/T.*$/, '') : time ? text.replace(/^T/, '') : text.replace(/T$/, ''),
  );
}

const quantityPattern = /^([+-]?\d+(?:\.\d+)?)\s*(?:'([^']+)'|([a-zA-Z]+))?$/;

function toQuantity(item: Item): Item | undefined {
  const quantity = quantityOf(item);
  if (quantity !== undefined) return quantityItem(quantity.value, quantity.unit);
  if (typeof item.value === 'boolean') return quantityItem(item.value ? 1 : 0, '1');
  const value = numberOf(item);
  if (value !== undefined) return quantityItem(value, '1');
  const match = quantityPattern.exec(systemKind(item.type) === 'String' ? (textOf(item) ?? '') : '');
  const parsed = match?.[1] === undefined ? undefined : parseScaled(match[1]);
  const amount = parsed && numeric(parsed);
  if (match === null || amount === undefined) return undefined;
  const [, , code, word] = match;
  const unit = code ?? (word === undefined ? '1' : calendarUnit(word));
  return unit === undefined ? undefined : quantityItem(amount, unit);
}
