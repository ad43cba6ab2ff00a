/** Who matches what, slowly and by R4's words alone. Source: R4 search.html#prefix, #string, #token, #quantity, #reference, #uri */
import { decimalOf, halfPlace } from './decimal.js';
import type { Address, Amount, Link, Span, Text, Token } from './values.js';
import { folded } from './words.js';

export const prefixes = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'] as const;
export type Prefix = (typeof prefixes)[number];

export type Unit = { readonly system: string; readonly code: string } | { readonly either: string } | undefined;

export function textMatches(value: Text, how: 'begins' | 'exact' | 'contains', asked: string): boolean {
  if (how === 'exact') return value.raw.includes(asked);
  if (how === 'contains') return value.raw.some((raw) => folded(raw).includes(folded(asked)));
  return value.keys.some((key) => key.startsWith(folded(asked)));
}

/** `system: null`: none must be there. */
export interface AskedToken {
  readonly system?: string | null;
  readonly code?: string;
}

export function tokenMatches(value: Pick<Token, 'system' | 'code'>, { system, code }: AskedToken): boolean {
  if (system === null && value.system !== undefined) return false;
  if (typeof system === 'string' && value.system !== system) return false;
  return code === undefined || value.code === code;
}

/** A normal string search over what belongs to the code: it begins with it, or one of its later words does. */
export function tokenTextMatches({ texts }: Token, asked: string): boolean {
  return texts.some((one) => folded(one).startsWith(folded(asked)));
}

export function spanMatches({ low, high }: Span, prefix: Prefix, asked: Span): boolean {
  switch (prefix) {
    case 'eq':
      return low >= asked.low && high <= asked.high;
    case 'ne':
      return !(low >= asked.low && high <= asked.high);
    case 'gt':
      return high > asked.high;
    case 'ge':
      return high > asked.high || (low >= asked.low && high <= asked.high);
    case 'lt':
      return low < asked.low;
    case 'le':
      return low < asked.low || (low >= asked.low && high <= asked.high);
    case 'sa':
      return low >= asked.high;
    case 'eb':
      return high <= asked.low;
  }
}

/** How many of the smallest unit of its kind one of a unit is; units of different kinds have nothing in common. */
const units: Readonly<Record<string, readonly [kind: string, factor: bigint]>> = {
  mg: ['mass', 1n],
  g: ['mass', 1000n],
  kg: ['mass', 1_000_000n],
  min: ['time', 1n],
  h: ['time', 60n],
  mo: ['months', 1n],
  a: ['months', 12n],
};
const UCUM = 'http://unitsofmeasure.org';

/** An end of what is stored, as [value, whether it belongs to it]; undefined: open. */
type End = readonly [bigint, boolean] | undefined;

export function amountMatches(stored: Amount, prefix: Prefix, text: string, unit: Unit): boolean {
  const factors = commonFactors(stored, unit);
  if (factors === undefined) return false;
  const [own, asked] = factors;
  const value = stored.value * own;
  const { comparator = '' } = stored;
  const low: End = comparator.startsWith('<') ? undefined : [value, comparator !== '>'];
  const high: End = comparator.startsWith('>') ? undefined : [value, comparator !== '<'];
  const exact = decimalOf(text) * asked;
  const half = halfPlace(text) * asked;
  return endsMatch(prefix, { low, high }, exact, half);
}

function endsMatch(prefix: Prefix, { low, high }: { readonly low: End; readonly high: End }, exact: bigint, half: bigint): boolean {
  const within = low !== undefined && high !== undefined && low[0] >= exact - half && high[0] < exact + half;
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return !within;
    case 'gt':
      return high === undefined || high[0] > exact;
    case 'ge':
      return high === undefined || (high[1] ? high[0] >= exact : high[0] > exact);
    case 'lt':
      return low === undefined || low[0] < exact;
    case 'le':
      return low === undefined || (low[1] ? low[0] <= exact : low[0] < exact);
    case 'sa':
      return low !== undefined && (low[1] ? low[0] > exact : low[0] >= exact);
    case 'eb':
      return high !== undefined && (high[1] ? high[0] < exact : high[0] <= exact);
  }
}

/** By which both are taken to one measure; undefined where they have none. */
function commonFactors(stored: Amount, unit: Unit): readonly [bigint, bigint] | undefined {
  if (unit === undefined) return [1n, 1n];
  if ('either' in unit) return stored.code === unit.either || stored.unit === unit.either ? [1n, 1n] : undefined;
  if (stored.system !== unit.system) return undefined;
  if (stored.code === unit.code) return [1n, 1n];
  const [one, other] = [units[stored.code ?? ''], units[unit.code]];
  if (unit.system !== UCUM || one === undefined || other === undefined || one[0] !== other[0]) return undefined;
  return [one[1], other[1]];
}

/** `target`: `Type/id`, an id alone, or a whole URL. */
export function linkMatches({ target }: Link, asked: string): boolean {
  if (target === undefined) return false;
  if (asked.includes('/')) return target === asked;
  return /^[A-Za-z]+\/[^/]+$/.test(target) && target.endsWith(`/${asked}`);
}

export function uriMatches({ value }: Address, how: 'equal' | 'below' | 'above', asked: string): boolean {
  const stands = (upper: string, lower: string) => lower === upper || lower.startsWith(upper.endsWith('/') ? upper : `${upper}/`);
  if (how === 'equal') return value === asked;
  return how === 'below' ? stands(asked, value) : stands(value, asked);
}
