/**
 * The resources that matches refer to and those that refer to matches. What the request may not see is left out silently, by
 * asking the store under the restriction of its own type. Source: R4 search.html#include
 */
import type { Access } from '../access/access.js';
import { isUnrestricted } from '../access/access.js';
import { inSteps } from '../model/in-steps.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { parseStored } from '../model/parse-stored.js';
import { isId, type Key, keyText, type Resource } from '../model/resource.js';
import type { Predicate, ResourceStore, Version, Where } from '../store/port.js';
import { allOf } from './chain.js';
import type { Extractor } from './extract.js';
import type { IncludeRule } from './search.js';

export interface IncludeScope {
  readonly store: ResourceStore;
  readonly access: Access;
  readonly extractor: Extractor;
  /** More than this is refused, with what would help. */
  readonly maxIncluded: number;
  /** Milliseconds that the search may still take. */
  readonly timeLeft: () => number;
}

/** Each resource once, none that is a match. */
export async function includesFor(
  scope: IncludeScope,
  rules: readonly IncludeRule[],
  matches: readonly Version[],
): Promise<readonly Version[]> {
  if (rules.length === 0 || matches.length === 0) return [];
  const seen = new Set(matches.map(keyText));
  const targets = (await inSteps(forwardTargets(scope, rules, matches))).filter((key) => !seen.has(keyText(key)));
  if (targets.length > scope.maxIncluded) throw tooMany(scope);
  const found = [...(await fetchTargets(scope, targets)), ...(await fetchReferring(scope, rules, matches))];
  const included = found.filter((version) => !seen.has(keyText(version)) && seen.add(keyText(version)) !== undefined);
  if (included.length > scope.maxIncluded) throw tooMany(scope);
  return included;
}

function* forwardTargets(
  { extractor }: IncludeScope,
  rules: readonly IncludeRule[],
  matches: readonly Version[],
): Generator<undefined, readonly Key[]> {
  const keys = new Map<string, Key>();
  for (const match of matches) {
    const own = rules.filter(({ direction, source }) => direction === 'forward' && source === match.type);
    if (own.length === 0 || match.json === null) continue;
    yield;
    const resource = (yield* parseStored(match.json)) as Resource;
    const entries = extractor.entries(resource, new Set(own.flatMap(({ params }) => params)));
    for (const entry of entries) {
      const key = entry.kind === 'reference' ? localKey(entry.target) : undefined;
      if (key !== undefined && own.some(({ params, target }) => params.includes(entry.param) && (target ?? key.type) === key.type)) {
        keys.set(keyText(key), key);
      }
    }
  }
  return [...keys.values()];
}

function localKey(target: string): Key | undefined {
  const [type = '', id = '', ...more] = target.split('/');
  return more.length === 0 && /^[A-Z]/.test(type) && isId(id) ? { type, id } : undefined;
}

async function fetchTargets({ store, access, timeLeft }: IncludeScope, keys: readonly Key[]): Promise<readonly Version[]> {
  const open: Key[] = [];
  const guarded = new Map<string, { readonly ids: string[]; readonly restriction: Predicate }>();
  for (const key of keys) {
    const restriction = access.restriction('search', key.type);
    if (restriction === undefined) continue;
    if (isUnrestricted(restriction)) open.push(key);
    else {
      const group = guarded.get(key.type) ?? { ids: [], restriction };
      group.ids.push(key.id);
      guarded.set(key.type, group);
    }
  }
  const read = open.length === 0 ? [] : await store.read(open);
  const current = read.flatMap((version) => (version === undefined || version.json === null ? [] : [version]));
  const where = [...guarded].map(([type, { ids, restriction }]) => ({ type, predicate: allOf([{ kind: 'id', ids }, restriction]) }));
  return where.length === 0 ? current : [...current, ...(await search(store, where, keys.length, timeLeft()))];
}

async function fetchReferring(
  { store, access, maxIncluded, timeLeft }: IncludeScope,
  rules: readonly IncludeRule[],
  matches: readonly Version[],
) {
  const where = rules.flatMap(({ direction, source, params, target }) => {
    const restriction = direction === 'reverse' ? access.restriction('search', source) : undefined;
    const targets = matches.filter(({ type }) => (target ?? type) === type).map(keyText);
    if (restriction === undefined || targets.length === 0) return [];
    const refers = params.map((param): Predicate => ({ kind: 'match', param, match: { kind: 'reference', targets } }));
    return [{ type: source, predicate: allOf([{ kind: 'any', of: refers }, restriction]) }];
  });
  return where.length === 0 ? [] : search(store, merge(where), maxIncluded + 1, timeLeft());
}

/** A Where names each type once. */
function merge(where: Where): Where {
  const byType = new Map<string, Predicate[]>();
  for (const { type, predicate } of where) byType.set(type, [...(byType.get(type) ?? []), predicate]);
  return [...byType].map(([type, of]) => ({ type, predicate: { kind: 'any', of } }));
}

async function search(store: ResourceStore, where: Where, count: number, timeLimit: number): Promise<readonly Version[]> {
  const { matches } = await store.search({ where, sort: [], count, timeLimit });
  return matches.map(({ version }) => version);
}

function tooMany({ maxIncluded }: IncludeScope) {
  return fault(
    'too-costly',
    message(
      'search-too-many-includes',
      `More than ${maxIncluded} resources would be included; ask for a smaller _count or for fewer references`,
      `将包含的资源超过 ${maxIncluded} 个；请减小 _count 或减少引用`,
    ),
    { expression: '_include', status: 400 },
  );
}
