/**
 * The resources that matches refer to and those that refer to matches, and under `:iterate` those around these. What the request may not
 * see is left out silently, by asking the store under the restriction of its own type; what is too much is left out and told.
 * What is referred to could be read one by one: for it the right to read is enough, or that to search. What refers is searched for.
 * Source: R4 search.html#include; SMART App Launch 2.2, scopes (r, s)
 */
import { type Access, isUnrestricted } from '../access/access.js';
import { inSteps } from '../model/in-steps.js';
import { type Message, message } from '../model/message.js';
import type { Issue } from '../model/outcome.js';
import { type Key, keyText } from '../model/resource.js';
import type { Predicate, ResourceStore, Version, Where } from '../store/port.js';
import { allOf } from './chain.js';
import { type Canonical, canonicalsOf, forwardTargets, isCanonical, type Reading, type Source } from './include-targets.js';
import type { IncludeRule, Match } from './search.js';
import { isVisibleVersion } from './visible-version.js';

export interface IncludeScope extends Reading {
  readonly store: ResourceStore;
  readonly access: Access;
  /** More resources than this, and more bytes, are not included. */
  readonly maxIncluded: number;
  readonly maxBytes: number;
  /** Milliseconds that the search may still take. */
  readonly timeLeft: () => number;
}

export interface Included {
  readonly included: readonly Version[];
  /** What was left out because it was too much. */
  readonly warnings: readonly Issue[];
}

/** How far `:iterate` goes. */
const MAX_ROUNDS = 10;

/** What has been included until now. */
interface Collection {
  readonly included: Version[];
  /** Names, and names with a version, of all that is shown. */
  readonly seen: Set<string>;
  bytes: number;
  /** Something was left out. */
  full: boolean;
}

/** Each version once, none that is a match. */
export async function includesFor(scope: IncludeScope, rules: readonly IncludeRule[], matches: readonly Match[]): Promise<Included> {
  if (rules.length === 0 || matches.length === 0) return { included: [], warnings: [] };
  const resources = matches.filter(({ container }) => container === undefined);
  const seen = new Set(resources.flatMap((version) => [keyText(version), versionName(version)]));
  const collection: Collection = { included: [], seen, bytes: 0, full: false };
  const { included } = collection;
  const again = rules.filter(({ iterate }) => iterate);
  let found = await roundOf(scope, collection, rules, matches.map(sourceOf));
  for (let round = 1; found.length > 0 && again.length > 0 && !collection.full; round++) {
    if (round === MAX_ROUNDS) return { included, warnings: [warning(tooFar())] };
    found = await roundOf(scope, collection, again, found);
  }
  return { included, warnings: collection.full ? [warning(tooMany(included.length))] : [] };
}

/** What the rules lead to from here and was not there before. */
async function roundOf(
  scope: IncludeScope,
  collection: Collection,
  rules: readonly IncludeRule[],
  sources: readonly Source[],
): Promise<readonly Source[]> {
  const { included, seen } = collection;
  const { keys, canonicals } = await inSteps(forwardTargets(scope, rules, sources));
  const before = included.length;
  const unseen = keys.filter((key) => !seen.has(key.version === undefined ? keyText(key) : versionName(key)));
  const room = scope.maxIncluded - included.length;
  collection.full ||= unseen.length > room;
  add(scope, collection, await fetchTargets(scope, unseen.slice(0, room)));
  await addFound(scope, collection, canonicalWhere(canonicals), referredTo);
  await addFound(scope, collection, await referring(scope, rules, sources), (access, type) => access.restriction('search', type));
  return included.slice(before).map(sourceOf);
}

type Restriction = (access: Access, type: string) => Predicate | undefined;

/** What may be shown because something refers to it. */
const referredTo: Restriction = (access, type) => access.restriction('read', type) ?? access.restriction('search', type);

async function addFound(scope: IncludeScope, collection: Collection, where: Where, restrictionOf: Restriction): Promise<void> {
  if (where.length === 0 || collection.full) return;
  const { store, access, maxIncluded, timeLeft } = scope;
  const allowed = merge(where).flatMap(({ type, predicate }) => {
    const restriction = restrictionOf(access, type);
    return restriction === undefined ? [] : [{ type, predicate: allOf([predicate, restriction]) }];
  });
  if (allowed.length === 0) return;
  // Some of what is found may be there already; of the rest one more than there is room for tells that there is more.
  const count = maxIncluded - collection.included.length + 1 + Math.min(collection.seen.size, maxIncluded);
  const { matches, more } = await store.search({ where: allowed, sort: [], count, timeLimit: timeLeft() });
  add(
    scope,
    collection,
    matches.map(({ version }) => version),
  );
  collection.full ||= more;
}

function add({ maxIncluded, maxBytes }: IncludeScope, collection: Collection, versions: readonly Version[]): void {
  const { included, seen } = collection;
  for (const version of versions) {
    const name = versionName(version);
    if (seen.has(name)) continue;
    collection.bytes += version.json?.length ?? 0;
    if (included.length === maxIncluded || collection.bytes > maxBytes) {
      collection.full = true;
      return;
    }
    seen.add(name).add(keyText(version));
    included.push(version);
  }
}

async function referring(scope: IncludeScope, rules: readonly IncludeRule[], sources: readonly Source[]): Promise<Where> {
  const where: { readonly type: string; readonly predicate: Predicate }[] = [];
  for (const { direction, source, params, target } of rules) {
    if (direction !== 'reverse') continue;
    const targets = sources.filter(({ type }) => (target ?? type) === type);
    const names = targets.flatMap(({ name }) => (name === undefined ? [] : [name]));
    const canonical = params.filter((param) => isCanonical(scope.registry, source, param));
    const urls = canonical.length === 0 ? [] : await urlsOf(scope, targets);
    const of = [...refersTo(params, names), ...refersTo(canonical, urls)];
    if (of.length > 0) where.push({ type: source, predicate: { kind: 'any', of } });
  }
  return where;
}

async function urlsOf(scope: IncludeScope, sources: readonly Source[]): Promise<readonly string[]> {
  const urls: string[] = [];
  for (const source of sources) urls.push(...(await inSteps(canonicalsOf(scope, source))));
  return urls;
}

function refersTo(params: readonly string[], targets: readonly string[]): readonly Predicate[] {
  return targets.length === 0 ? [] : params.map((param) => ({ kind: 'match', param, match: { kind: 'reference', targets } }));
}

function versionName(key: Key): string {
  return `${keyText(key)}/_history/${key.version}`;
}

/** Nothing refers to what is inside of another resource. */
function sourceOf({ container, ...version }: Match): Source {
  const { type, json } = version;
  return { type, json: json ?? Buffer.from('{}'), ...(container === undefined ? { name: keyText(version) } : {}) };
}

async function fetchTargets(scope: IncludeScope, keys: readonly Key[]): Promise<readonly Version[]> {
  const { store, access, timeLeft } = scope;
  const direct: Key[] = [];
  const guarded = new Map<string, { readonly ids: string[]; readonly restriction: Predicate }>();
  for (const key of keys) {
    const restriction = referredTo(access, key.type);
    if (restriction === undefined) continue;
    if (key.version !== undefined || isUnrestricted(restriction)) direct.push(key);
    else {
      const group = guarded.get(key.type) ?? { ids: [], restriction };
      group.ids.push(key.id);
      guarded.set(key.type, group);
    }
  }
  const read = direct.length === 0 ? [] : await store.read(direct);
  const there: Version[] = [];
  for (const version of read) {
    if (version === undefined || version.json === null) continue;
    if (await isVisibleVersion(scope, version, referredTo(access, version.type))) there.push(version);
  }
  const where = [...guarded].map(([type, { ids, restriction }]) => ({ type, predicate: allOf([{ kind: 'id', ids }, restriction]) }));
  if (where.length === 0) return there;
  const { matches } = await store.search({ where, sort: [], count: keys.length, timeLimit: timeLeft() });
  return [...there, ...matches.map(({ version }) => version)];
}

function canonicalWhere(canonicals: readonly Canonical[]): Where {
  return canonicals.flatMap(({ url, version, types }) => {
    const predicate = allOf([
      { kind: 'match', param: 'url', match: { kind: 'uri', how: 'equal', values: [url] } },
      ...(version === undefined
        ? []
        : [{ kind: 'match', param: 'version', match: { kind: 'token', values: [{ code: version }] } } as const]),
    ]);
    return types.map((type) => ({ type, predicate }));
  });
}

/** A Where names each type once. */
function merge(where: Where): Where {
  const byType = new Map<string, Predicate[]>();
  for (const { type, predicate } of where) byType.set(type, [...(byType.get(type) ?? []), predicate]);
  return [...byType].map(([type, of]) => ({ type, predicate: { kind: 'any', of } }));
}

function warning(text: Message): Issue {
  return { severity: 'warning', code: 'incomplete', message: text, expression: '_include' };
}

function tooMany(shown: number): Message {
  return message(
    'search-includes-cut',
    `Only ${shown} of the resources that belong with this page are included; a smaller _count or fewer _include and _revinclude would show all of them`,
    `本页只包含了相关资源中的 ${shown} 个；减小 _count 或减少 _include、_revinclude 可显示全部`,
  );
}

function tooFar(): Message {
  return message(
    'search-includes-rounds',
    `:iterate was followed ${MAX_ROUNDS} times; what lies beyond is not included`,
    `:iterate 已追踪 ${MAX_ROUNDS} 轮；更远的资源未包含`,
  );
}
