/**
 * The search parameters of a granular scope, as text. Only what a resource says by itself may narrow a scope: chains, `_has`, `_filter`
 * and lists, which SMART calls experimental, would let whoever asks for scopes look into other resources.
 * Source: SMART App Launch 2.2 scopes-and-launch-context.html#finer-grained-resource-constraints-using-search-parameters
 */

/** Name with modifier, and value, decoded: the alternatives of the value are separated by commas. */
export type ScopeCriterion = readonly [name: string, value: string];

/** RFC 6749's characters of a scope, without what would end the parameter. */
const legal = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const common: ReadonlySet<string> = new Set(['_id', '_lastUpdated', '_tag', '_profile', '_security', '_source']);
/** Alternatives separated by commas, none of them empty; a backslash stands before what it escapes. */
const alternatives = /^(?:\\.|[^,\\])+(?:,(?:\\.|[^,\\])+)*$/s;
/** `ap2024` means more or less from one day to the next: what a token allows must not change while it lives. */
const about = /(?:^|,)ap[\d-]/;
const name = /^([a-z][A-Za-z0-9-]*|_[A-Za-z]+)(:[A-Za-z-]+)?$/;
/** More of them, and longer ones, serve nobody. */
const MOST = 20;
const LONGEST = 1000;

/** undefined: not to be read without a guess. A plus is refused, since in a query it would be a space. */
export function parseCriteria(query: string): readonly ScopeCriterion[] | undefined {
  const parts = query.split('&');
  if (!legal.test(query) || query.includes('+') || parts.length > MOST || query.length > LONGEST * 4) return undefined;
  const criteria: ScopeCriterion[] = [];
  for (const part of parts) {
    const equals = part.indexOf('=');
    const [asked, value] = [decode(part.slice(0, Math.max(equals, 0))), decode(part.slice(equals + 1))];
    if (asked === undefined || value === undefined || !isNarrowing(asked, value)) return undefined;
    criteria.push([asked, value]);
  }
  return criteria;
}

function isNarrowing(asked: string, value: string): boolean {
  const parts = name.exec(asked);
  if (value.length > LONGEST || !alternatives.test(value) || about.test(value)) return false;
  return parts !== null && (parts[1]?.startsWith('_') !== true || common.has(parts[1]));
}

function decode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    return /\p{Cc}/u.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}

/** Beginning with its question mark; '' where there are none. */
export function formatCriteria(criteria: readonly ScopeCriterion[]): string {
  return criteria.length === 0 ? '' : `?${criteria.map(([asked, value]) => `${encode(asked)}=${encode(value)}`).join('&')}`;
}

/** Signs that are legal in a scope, and are no separators of the query, stay readable. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/%(?:3A|2F|2C|7C|24|40)/g, (code) => decodeURIComponent(code));
}

/** Whether what satisfies `asked` certainly satisfies `allowed`: each criterion of it stands there, perhaps with fewer alternatives. */
export function narrowerCriteria(allowed: readonly ScopeCriterion[], asked: readonly ScopeCriterion[]): boolean {
  return allowed.every((wide) => asked.some((fine) => isNarrower(wide, fine)));
}

function isNarrower([wideName, wide]: ScopeCriterion, [fineName, fine]: ScopeCriterion): boolean {
  if (wideName !== fineName) return false;
  if (wide === fine) return true;
  // With a modifier alternatives may narrow instead of widen: `:not=a,b`.
  if (wideName.includes(':')) return false;
  const wider = new Set(alternativesOf(wide));
  return alternativesOf(fine).every((one) => wider.has(one));
}

/** Commas behind a backslash separate nothing. */
function alternativesOf(value: string): readonly string[] {
  return value.match(/(?:\\.|[^,\\])+/g) ?? [];
}
