/** What a request costs of an allowance: a read 1, a search 1 and 1 for each include, a Bundle its entries. */
import type { FhirRequest } from '../interactions/request.js';
import { isObject } from '../model/json.js';

/** Of the whole request: with its body, where it has one. */
export function weightOf({ interaction, parameters, body }: FhirRequest): number {
  if (interaction === 'bundle') return isObject(body) && Array.isArray(body.entry) ? Math.max(1, body.entry.length) : 1;
  return interaction.startsWith('search-') ? 1 + parameters.filter(isInclude).length : 1;
}

function isInclude([name]: readonly [string, string]): boolean {
  return name.startsWith('_include') || name.startsWith('_revinclude');
}
