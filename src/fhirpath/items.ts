/**
 * Items and collections: how values come in, how the engine's own values are made, and the singleton rules.
 * Source: FHIRPath N1 #collections, #singleton-evaluation-of-collections
 */

import type { Decimal } from '../model/json.js';
import { message } from '../model/message.js';
import type { Resource } from '../model/resource.js';
import { FhirPathError, type Item } from './expression.js';

export type Items = readonly Item[];

export const nothing: Items = Object.freeze([]);
const yes: Items = Object.freeze([{ type: 'System.Boolean', value: true, sibling: undefined }]);
const no: Items = Object.freeze([{ type: 'System.Boolean', value: false, sibling: undefined }]);

/** A resource as the item to start from. */
export function resourceItem(resource: Resource): Item {
  return { type: resource.resourceType, value: resource, sibling: undefined };
}

export function booleanItems(value: boolean | undefined): Items {
  return value === undefined ? nothing : value ? yes : no;
}

export function stringItem(value: string): Item {
  return { type: 'System.String', value, sibling: undefined };
}

export function integerItem(value: number): Item {
  return { type: 'System.Integer', value, sibling: undefined };
}

export function decimalItem(value: number | Decimal): Item {
  return { type: 'System.Decimal', value, sibling: undefined };
}

/** `value` is the text of the literal without `@` and without the `T` that begins a time. */
export function temporalItem(type: 'System.Date' | 'System.DateTime' | 'System.Time', value: string): Item {
  return { type, value, sibling: undefined };
}

/** `unit` is a UCUM code or one of FHIRPath's calendar words, in the singular. */
export function quantityItem(value: number | Decimal, unit: string): Item {
  return { type: 'System.Quantity', value: { value, unit }, sibling: undefined };
}

/** The only item, undefined when there is none; several are an error that names who asked. */
export function single(items: Items, asker: string): Item | undefined {
  if (items.length > 1)
    throw new FhirPathError(
      message(
        'fhirpath-single',
        `${asker} needs a single item and was given ${items.length}`,
        `${asker} 需要单个值，实际有 ${items.length} 个`,
      ),
    );
  return items[0];
}

/**
 * What a condition makes of a collection: undefined when empty; a single Boolean is itself; any other single item counts as true;
 * several are an error.
 */
export function toBoolean(items: Items): boolean | undefined {
  if (items === yes) return true;
  if (items === no) return false;
  if (items.length > 1) {
    const count = items.length;
    throw new FhirPathError(
      message('fhirpath-single', `A condition needs a single item and was given ${count}`, `条件需要单个值，实际有 ${count} 个`),
    );
  }
  const [item] = items;
  if (item === undefined) return undefined;
  if (item.type === 'System.Boolean' || item.type === 'boolean') return typeof item.value === 'boolean' ? item.value : undefined;
  return true;
}
