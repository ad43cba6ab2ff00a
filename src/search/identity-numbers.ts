/**
 * Identity numbers of residents in the one form by which they are found: 18 characters, half-width, the check character as a capital X.
 * An old number of 15 digits becomes the 18 of the same person. Source: GB 11643-1999, Decree 国发〔1999〕15号
 */

/** The systems of the package's NamingSystem `resident-id-card`. */
export const residentSystems: ReadonlySet<string> = new Set([
  'urn:oid:2.16.156.10011.1.3',
  'https://lianyi.cn/fhir/sid/resident-id-card',
  'urn:oid:2.16.840.1.113883.2.23.1.19.1',
]);

/** Further than this nothing is looked at. */
const MAX_LENGTH = 40;
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const short = /^[1-8]\d{5}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}$/;

/**
 * The further form under which a value of a system is kept; undefined where it has none. Numbers of other systems are only written alike
 * (width, x and X), and only where the check character says that they are such a number.
 */
export function identityForm(system: string | undefined, value: string): string | undefined {
  if (value.length < 15 || value.length > MAX_LENGTH || (value.length !== 15 && isWrittenSo(value))) return undefined;
  return further(value, system !== undefined && residentSystems.has(system) ? 'resident' : 'other');
}

/** The further form by which a value is asked for; `system` undefined: of any. */
export function askedIdentityForm(system: string | null | undefined, value: string): string | undefined {
  if (value.length < 15 || value.length > MAX_LENGTH) return undefined;
  const resident = system === undefined || (system !== null && residentSystems.has(system));
  return further(value, system === undefined ? 'any' : resident ? 'resident' : 'other');
}

function further(value: string, of: 'resident' | 'other' | 'any'): string | undefined {
  const text = value.normalize('NFKC').toUpperCase().replace(/\s/g, '');
  const form = canonical(text, of);
  return form === value ? undefined : form;
}

/** Already as numbers are kept: digits and capitals. */
function isWrittenSo(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < 0x30 || (code > 0x39 && code < 0x41) || code > 0x5a) return false;
  }
  return true;
}

function canonical(text: string, of: 'resident' | 'other' | 'any'): string | undefined {
  if (/^\d{17}[\dX]$/.test(text)) return of === 'resident' || checkCharacter(text) === text[17] ? text : undefined;
  if (of !== 'other' && short.test(text)) return lengthened(text);
  return of === 'resident' ? text : undefined;
}

/** Sequence numbers from 996 to 999 were given to those who were a hundred years old. */
function lengthened(text: string): string {
  const century = Number(text.slice(12)) >= 996 ? '18' : '19';
  const whole = text.slice(0, 6) + century + text.slice(6);
  return whole + checkCharacter(whole);
}

function checkCharacter(digits: string): string {
  const sum = weights.reduce((before, weight, at) => before + weight * Number(digits[at]), 0);
  return '10X98765432'[sum % 11] ?? '';
}
