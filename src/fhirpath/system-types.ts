/**
 * FHIR's primitives and Quantity as FHIRPath's System types. Source: R4 fhirpath.html#types
 */
import { Decimal, isNumeric, isObject } from '../model/json.js';
import type { Item } from './expression.js';

export type SystemKind = 'Boolean' | 'String' | 'Integer' | 'Decimal' | 'Date' | 'DateTime' | 'Time' | 'Quantity';

const strings = ['string', 'code', 'uri', 'url', 'canonical', 'id', 'oid', 'uuid', 'markdown', 'base64Binary', 'xhtml'];
const quantities = ['Quantity', 'Age', 'Distance', 'Duration', 'Count', 'MoneyQuantity', 'SimpleQuantity'];
const kinds = new Map<string, SystemKind>([
  ...strings.map((type) => [type, 'String'] as const),
  ...quantities.map((type) => [type, 'Quantity'] as const),
  ['boolean', 'Boolean'],
  ['integer', 'Integer'],
  ['positiveInt', 'Integer'],
  ['unsignedInt', 'Integer'],
  ['decimal', 'Decimal'],
  ['date', 'Date'],
  ['dateTime', 'DateTime'],
  ['instant', 'DateTime'],
  ['time', 'Time'],
  ...(['Boolean', 'String', 'Integer', 'Decimal', 'Date', 'DateTime', 'Time', 'Quantity'] as const).map(
    (kind) => [`System.${kind}`, kind] as const,
  ),
]);

/** undefined: a structure that has no System type. */
export function systemKind(type: string): SystemKind | undefined {
  return kinds.get(type);
}

export function isSystemType(name: string): boolean {
  return kinds.has(`System.${name}`);
}

/** The text of a string-like, date or time item; undefined where the item has no such value. */
export function textOf(item: Item): string | undefined {
  const kind = systemKind(item.type);
  const textual = kind === 'String' || kind === 'Date' || kind === 'DateTime' || kind === 'Time';
  return textual && typeof item.value === 'string' ? item.value : undefined;
}

export function numberOf(item: Item): number | Decimal | undefined {
  const kind = systemKind(item.type);
  return (kind === 'Integer' || kind === 'Decimal') && isNumeric(item.value) ? item.value : undefined;
}

export interface Quantity {
  readonly value: number | Decimal;
  readonly unit: string;
}

const ucum = 'http://unitsofmeasure.org';

/**
 * A System.Quantity or a FHIR Quantity as value and unit. A comparator makes a FHIR Quantity a range, so it has no such value; a unit
 * that is not UCUM's is only equal to itself. Source: R4 fhirpath.html#quantity
 */
export function quantityOf(item: Item): Quantity | undefined {
  if (systemKind(item.type) !== 'Quantity' || !isObject(item.value)) return undefined;
  const { value, unit, code, system, comparator } = item.value;
  if (!isNumeric(value) || comparator !== undefined) return undefined;
  if (item.type === 'System.Quantity') return { value, unit: typeof unit === 'string' ? unit : '1' };
  if (typeof code === 'string') return { value, unit: system === ucum || system === undefined ? code : `${String(system)}|${code}` };
  return { value, unit: typeof unit === 'string' ? unit : '1' };
}

/** The item as a System value where it is a primitive that has one: what getValue() gives. */
export function systemItem(item: Item): Item | undefined {
  const kind = systemKind(item.type);
  if (kind === undefined || item.value === undefined) return undefined;
  if (kind !== 'Quantity')
    return typeof item.value === 'object' && !(item.value instanceof Decimal)
      ? undefined
      : { type: `System.${kind}`, value: item.value, sibling: undefined };
  const quantity = quantityOf(item);
  return quantity && { type: 'System.Quantity', value: { value: quantity.value, unit: quantity.unit }, sibling: undefined };
}
