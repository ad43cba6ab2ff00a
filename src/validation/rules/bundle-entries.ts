/** The entries of a Bundle one by one, what is found in each given its place. Source: R4 bundle.html */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { enclose, type Step, type Walk } from '../walk.js';

export const entryStep: Step = { key: 'entry', text: 'entry', owner: 'Bundle', element: 'entry', type: 'Bundle.entry' };
export const resourceStep: Step = { key: 'resource', text: 'resource', owner: 'Bundle.entry', element: 'resource', type: 'Resource' };

/** Runs a check on each entry. */
export type EachEntry = (check: (entry: JsonObject, index: number) => void) => void;

export function eachOf(items: readonly Json[], step: Step, walk: Walk, check: (item: JsonObject, index: number) => void): void {
  for (const [index, item] of items.entries()) {
    if (!isObject(item)) continue;
    const from = walk.findings.length;
    check(item, index);
    if (walk.findings.length !== from) enclose(walk, from, step, index);
  }
}
