/**
 * What a resource can be referred to by before it has an id on the server, and what a file refers to that it does not hold: by these
 * the loader knows which files wait for which. Keys are texts such as `Patient/1` and `Practitioner?identifier=http://example.org|7`,
 * kept as numbers, so that those of very many resources take little room.
 * Source: R4 http.html#trules (conditional references), references.html#literal
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { parseReference } from '../../model/reference.js';

/** 53 bits of a text. That two texts have the same is rare, and costs no more than another attempt. */
export function keyOf(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 2097152 * (low >>> 0) + (high >>> 11);
}

/** What a resource is found by once it is stored as this request asks. */
export function broughtBy(resource: JsonObject, { method, url, ifNoneExist }: JsonObject): readonly number[] {
  const { resourceType, id } = resource;
  const type = String(resourceType);
  const texts: string[] = [];
  if (typeof ifNoneExist === 'string') texts.push(criteriaText(type, ifNoneExist));
  if (method === 'PUT' && typeof url === 'string') {
    texts.push(url.includes('?') ? criteriaText(type, url.slice(url.indexOf('?') + 1)) : url);
    if (url === `${type}/${id}`) texts.push(`${type}?_id=${id}`);
  }
  for (const identifier of Array.isArray(resource.identifier) ? resource.identifier : [resource.identifier]) {
    if (!isObject(identifier) || typeof identifier.value !== 'string') continue;
    const { system = '', value } = identifier;
    texts.push(`${type}?identifier=${system}|${value}`, `${type}?identifier=${value}`);
  }
  if (typeof resource.url === 'string') texts.push(`${type}?url=${resource.url}`);
  return texts.map(keyOf);
}

/** As far as it can be told from the text of a Bundle, escapes in references left aside. */
const references = /"reference"\s*:\s*"([^"\\]+)"/g;

/**
 * What the text refers to by criteria and, where the server takes no reference to nothing (`enforced`), by type and id; each once, but
 * for what it brings itself.
 */
export function neededBy(text: string, brought: readonly number[], enforced: boolean): readonly number[] {
  const own = new Set(brought);
  const seen = new Set<string>();
  const needed = new Set<number>();
  for (const [, reference = ''] of text.matchAll(references)) {
    if (seen.has(reference)) continue;
    seen.add(reference);
    const key = wanted(reference, enforced);
    if (key !== undefined && !own.has(key)) needed.add(key);
  }
  return [...needed];
}

function wanted(reference: string, enforced: boolean): number | undefined {
  const parsed = parseReference(reference);
  if (parsed.kind === 'conditional') return keyOf(criteriaText(parsed.type, parsed.query));
  return enforced && parsed.kind === 'instance' && parsed.base === undefined ? keyOf(`${parsed.type}/${parsed.id}`) : undefined;
}

function criteriaText(type: string, query: string): string {
  try {
    return `${type}?${decodeURIComponent(query.replaceAll('+', ' '))}`;
  } catch {
    return `${type}?${query}`;
  }
}

/** The full URLs under which entries of a Bundle are referred to by type and id. */
export function namedIn(entries: readonly Json[]): readonly number[] {
  return entries.flatMap((entry) => {
    const [, name] =
      (isObject(entry) && typeof entry.fullUrl === 'string' ? /(?:^|\/)([A-Z]\w+\/[\w.-]+)$/.exec(entry.fullUrl) : null) ?? [];
    return name === undefined ? [] : [keyOf(name)];
  });
}

export interface Keys {
  add(keys: readonly number[]): void;
  has(key: number): boolean;
}

/** Bits of the filter (8 MB), and how many stand for one key. */
const BITS = 2 ** 26;
const PROBES = 4;

/**
 * Keys of all that was loaded, in the same room however many there are: a Bloom filter. A key that was never added seems to be there
 * once in a hundred at five million; then something is sent too early, refused and tried again.
 */
export function keysInBoundedRoom(): Keys {
  const words = new Uint32Array(BITS / 32);
  const bitsOf = (key: number) => {
    const [step, first] = [(key % BITS) | 1, Math.floor(key / BITS)];
    return Array.from({ length: PROBES }, (_, probe) => (first + probe * step) % BITS);
  };
  return {
    add(keys) {
      for (const bit of keys.flatMap(bitsOf)) words[bit >>> 5] = (words[bit >>> 5] ?? 0) | (1 << (bit & 31));
    },
    has: (key) => bitsOf(key).every((bit) => ((words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0),
  };
}
