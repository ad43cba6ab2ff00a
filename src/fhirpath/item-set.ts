/**
 * Collections without equal items. Source: FHIRPath N1 #distinct, #union-collections
 */
import { equalItems, familyOf } from './equality.js';
import { type Run, spend } from './evaluation.js';
import type { Item } from './expression.js';
import type { Items } from './items.js';

/** A text that equal items share; undefined where only equalItems can tell. Makes sets of long collections quick. */
export function keyOf(item: Item): string | undefined {
  const family = familyOf(item);
  if (family === 'text' && typeof item.value === 'string') return `s${item.value}`;
  return family === 'boolean' && typeof item.value === 'boolean' ? `b${item.value}` : undefined;
}

/** Those of which no equal one stands before. The same collection when nothing is left out. */
export function distinct(items: Items, run: Run): Items {
  if (items.length < 2) return items;
  const set = new ItemSet(run);
  const kept = items.filter((item) => set.add(item));
  return kept.length === items.length ? items : kept;
}

/** Items of which no two are equal. */
export class ItemSet {
  private readonly keys = new Set<string>();
  private readonly others: Item[] = [];

  constructor(private readonly run: Run) {}

  has(item: Item): boolean {
    const key = keyOf(item);
    if (key !== undefined) return this.keys.has(key);
    spend(this.run, this.others.length);
    return this.others.some((other) => equalItems(other, item) === true);
  }

  /** False when an equal one is there already. */
  add(item: Item): boolean {
    if (this.has(item)) return false;
    const key = keyOf(item);
    if (key === undefined) this.others.push(item);
    else this.keys.add(key);
    return true;
  }
}
