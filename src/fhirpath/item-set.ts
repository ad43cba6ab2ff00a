/**
 * Collections without equal items. Source: FHIRPath N1 #distinct, #union-collections
 */

import { numeric, numericText, scaled, withoutTrailingZeros } from '../model/decimal.js';
import { isObject, type Json } from '../model/json.js';
import { equalItems, familyOf } from './equality.js';
import { type Run, spend } from './evaluation.js';
import type { Item } from './expression.js';
import type { Items } from './items.js';
import { numberOf } from './system-types.js';

/** Up to so many items comparing each with each is quicker than sorting them into buckets. */
const FEW = 8;

/** Those of which no equal one stands before. The same collection when nothing is left out. */
export function distinct(items: Items, run: Run): Items {
  if (items.length < 2) return items;
  const set = items.length > FEW ? new ItemSet(run) : undefined;
  const kept = items.filter((item, i) => (set === undefined ? !standsBefore(items, item, i) : set.add(item)));
  return kept.length === items.length ? items : kept;
}

function standsBefore(items: Items, item: Item, end: number): boolean {
  for (let i = 0; i < end; i++) if (equalItems(items[i] as Item, item) === true) return true;
  return false;
}

/** Items of which no two are equal. */
export class ItemSet {
  private readonly buckets = new Map<string, Item[]>();

  constructor(private readonly run: Run) {}

  has(item: Item): boolean {
    return this.find(this.buckets.get(bucketOf(item)) ?? [], item);
  }

  /** False when an equal one is there already. */
  add(item: Item): boolean {
    spend(this.run, 8);
    const key = bucketOf(item);
    const bucket = this.buckets.get(key);
    if (bucket === undefined) {
      this.buckets.set(key, [item]);
      return true;
    }
    if (this.find(bucket, item)) return false;
    bucket.push(item);
    return true;
  }

  private find(bucket: Items, item: Item): boolean {
    spend(this.run, bucket.length);
    return bucket.some((other) => equalItems(other, item, this.run) === true);
  }
}

/** A text that equal items share. */
function bucketOf(item: Item): string {
  const family = familyOf(item);
  if (family === 'number') return `n${numberKey(item)}`;
  if (family === 'text' || family === 'boolean') return `${family} ${String(item.value)}`;
  return family === 'structure' && isObject(item.value) ? `s${structureHash(item.value)}` : family;
}

function numberKey(item: Item): string {
  const value = numberOf(item);
  if (value === undefined) return '';
  if (typeof value === 'number') return numericText(value);
  const exact = scaled(value);
  const plain = exact && numeric(withoutTrailingZeros(exact));
  return plain === undefined ? '' : numericText(plain);
}

/** The same whatever the order of the properties; only texts count, as equal numbers can be written differently. */
function structureHash(value: { readonly [key: string]: Json | undefined }): number {
  let sum = 0;
  for (const name in value) {
    const child = value[name];
    sum = (sum + textHash(name) * 31 + (typeof child === 'string' ? textHash(child) : 0)) | 0;
  }
  return sum;
}

const HASHED = 64;

function textHash(text: string): number {
  let hash = text.length;
  for (let i = 0; i < text.length && i < HASHED; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
