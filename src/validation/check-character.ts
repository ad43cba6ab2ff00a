/**
 * What the check character of a number would be, told beside a constraint that asks for it: of numbers with 17 digits and a check
 * character by MOD 11-2, as those of residents are. Known by the sum in the expression, whoever's profile it stands in.
 * Source: GB 11643 (ISO 7064, MOD 11-2)
 */
import type { Json } from '../model/json.js';

/** 2 to the power of 17 less the place, modulo 11. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

const digits = weights.map((weight, place) => `substring(${place},1).toInteger()${weight === 1 ? '' : `*${weight}`}`);
const sum = `(${digits.join('+')}+iif(substring(17,1)='X',10,substring(17,1).toInteger())) mod 11 = 1`;

const form = /^\d{17}[\dX]$/;

export function asksForCheckCharacter(expression: string): boolean {
  return expression.includes(sum);
}

/** The check character that goes with the 17 digits, and the one found; undefined where it is right, or the value has not their form. */
export function wrongCheckCharacter(value: Json | undefined): { readonly expected: string; readonly found: string } | undefined {
  if (typeof value !== 'string' || !form.test(value)) return undefined;
  const total = weights.reduce((so, weight, place) => so + weight * Number(value[place]), 0);
  const check = (12 - (total % 11)) % 11;
  const [expected, found] = [check === 10 ? 'X' : String(check), value.slice(17)];
  return expected === found ? undefined : { expected, found };
}
