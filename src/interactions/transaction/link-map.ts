/**
 * What the links inside a Bundle lead to: full URLs and URNs of its entries, and what is relative to the entry they stand in.
 * Source: R4 bundle.html#references, http.html#trules
 */

import { parseReference } from '../../model/reference.js';
import { type Key, keyText } from '../../model/resource.js';
import type { Parameters } from '../../search/search.js';

export interface LinkMap {
  /** `isName`: the full URL is the canonical URL of the resource, too. */
  add(fullUrl: string | undefined, key: Key, isName: boolean): void;
  /** `Type/id` in place of `text`, with `#fragment` kept and a version made the one `versionOf` gives; undefined: no link of this Bundle. */
  resolve(text: string, from: string | undefined): string | undefined;
  /** The same for a uri or url, where canonical URLs are names, of a code system for example, and stay as they do in canonicals. */
  resolveUri(text: string, from: string | undefined): string | undefined;
  /** Every URN of the Bundle in the values of parameters, but for names: `_id` is given the id alone. */
  replaceWithin(parameters: Parameters): Parameters;
}

/** `versionOf`: the version that the Bundle makes of an instance. */
export function createLinkMap(versionOf: (key: Key) => number): LinkMap {
  const keys = new Map<string, Key>();
  const names = new Set<string>();
  // With what a full URL begins: most links of a resource name code systems, and begin otherwise.
  const beginnings = new Set<number>();
  const direct = (text: string): string | undefined => {
    if (!beginnings.has(text.charCodeAt(0))) return undefined;
    const key = keys.get(text);
    if (key !== undefined) return keyText(key);
    if (!text.includes('#') && !text.includes('/_history/')) return undefined;
    const [, plain, version, fragment = ''] = parts.exec(text) ?? [];
    const found = plain === undefined || plain === text ? undefined : keys.get(plain);
    if (found === undefined) return undefined;
    return `${keyText(found)}${version === undefined ? '' : `/_history/${versionOf(found)}`}${fragment}`;
  };
  const resolve = (text: string, from: string | undefined): string | undefined => {
    const found = direct(text);
    if (found !== undefined || from === undefined || !/^[A-Z]/.test(text)) return found;
    const base = restfulBase(from);
    return base === undefined ? undefined : direct(`${base}/${text}`);
  };
  const within = (name: string, value: string): string => {
    if (!value.includes('urn:')) return value;
    const asId = asksForId.test(name);
    return value.replace(urns, (urn) => (asId ? keys.get(urn)?.id : names.has(urn) ? undefined : direct(urn)) ?? urn);
  };
  const isNamed = (text: string): boolean => names.has(text) || names.has(text.split('#', 1)[0] ?? '');
  return {
    add(fullUrl, key, isName) {
      if (fullUrl === undefined) return;
      keys.set(fullUrl, key);
      beginnings.add(fullUrl.charCodeAt(0));
      if (isName) names.add(fullUrl);
    },
    resolve,
    resolveUri: (text, from) => (names.size > 0 && isNamed(text) ? undefined : resolve(text, from)),
    replaceWithin: (parameters) => parameters.map(([name, value]) => [name, within(name, value)] as const),
  };
}

const parts = /^(.*?)(\/_history\/[^/#]+)?(#.*)?$/s;
/** `_id`, `_id:not`, and both at the end of a chain. */
const asksForId = /(?:^|[.:])_id(?::[a-z]+)?$/;

/** Every URN in a longer text, such as criteria. */
export function urnsIn(text: string): readonly string[] {
  return text.match(urns) ?? [];
}

const urns = /urn:(?:uuid|oid):[\w.-]+/g;

/** `https://example.org/fhir` of `https://example.org/fhir/Patient/1`. */
function restfulBase(fullUrl: string): string | undefined {
  const parsed = parseReference(fullUrl);
  return parsed.kind === 'instance' ? parsed.base : undefined;
}
