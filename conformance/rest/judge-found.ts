/**
 * Whether a searchset holds just what a search must find, and says what R4 asks every searchset to say.
 * Source: R4 search.html#total, #include, #conformance, bundle.html#bundle-unique
 */
import { isObject, type JsonObject } from '../../src/model/json.js';
import type { Found } from './case.js';
import type { Answer } from './client.js';
import type { Look } from './look.js';

interface Entry {
  readonly url: string;
  readonly id: string;
  readonly mode: string;
}

export function foundFindings(answer: Answer, expected: Found, look: Look): readonly string[] {
  let bundle: JsonObject;
  try {
    bundle = look.resource(answer);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
  if (bundle.resourceType !== 'Bundle') return [`a ${bundle.resourceType} instead of a Bundle`];
  const entries = objects(bundle.entry).map(entryOf);
  const idsOf = (wanted: string) => entries.filter(({ mode }) => mode === wanted).map(({ id }) => id);
  return [
    ...(expected.matches === undefined ? [] : compare('matches', idsOf('match'), expected.matches, expected.inOrder ?? false)),
    ...(expected.matches === undefined && expected.included === undefined
      ? []
      : compare('included', idsOf('include'), expected.included ?? [], false)),
    ...entryFindings(entries),
    ...totalFindings(bundle, expected),
    ...selfFindings(bundle, expected),
  ];
}

function entryOf(entry: JsonObject): Entry {
  const resource = isObject(entry.resource) ? entry.resource : {};
  const search = isObject(entry.search) ? entry.search : {};
  return { url: String(entry.fullUrl ?? ''), id: String(resource.id ?? ''), mode: String(search.mode ?? 'none') };
}

function compare(what: string, found: readonly string[], wanted: readonly string[], inOrder: boolean): readonly string[] {
  const text = (ids: readonly string[]) => (inOrder ? ids : [...ids].sort()).join(' ') || 'none';
  return text(found) === text(wanted) ? [] : [`${what}: ${text(found)} instead of ${text(wanted)}`];
}

function entryFindings(entries: readonly Entry[]): readonly string[] {
  const real = entries.filter(({ mode }) => mode !== 'outcome');
  const without = real.filter(({ url }) => url === '');
  const urls = new Set(real.map(({ url }) => url));
  return [
    ...(without.length > 0 ? [`${without.length} entries without a fullUrl`] : []),
    ...(urls.size < real.length ? ['an entry stands twice'] : []),
    ...(real.some(({ mode }) => mode === 'none') ? ['an entry without search.mode'] : []),
  ];
}

function totalFindings(bundle: JsonObject, { total, matches }: Found): readonly string[] {
  const found = bundle.total === undefined ? undefined : Number(bundle.total);
  if (total !== undefined) return found === total ? [] : [`total ${found ?? 'is absent'} instead of ${total}`];
  const onePage = !objects(bundle.link).some(({ relation }) => relation === 'next' || relation === 'previous' || relation === 'prev');
  if (found === undefined || matches === undefined || !onePage) return [];
  return found === matches.length ? [] : [`total ${found} instead of ${matches.length}`];
}

function selfFindings(bundle: JsonObject, { self }: Found): readonly string[] {
  if (self === undefined) return [];
  const link = objects(bundle.link).find(({ relation }) => relation === 'self');
  if (link === undefined) return ['no self link'];
  const url = decodeURIComponent(String(link.url).replaceAll('+', ' '));
  return [
    ...(self.contains ?? []).filter((part) => !url.includes(part)).map((part) => `the self link ${url} lacks ${part}`),
    ...(self.lacks ?? []).filter((part) => url.includes(part)).map((part) => `the self link ${url} has ${part}`),
  ];
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
