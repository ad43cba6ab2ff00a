/**
 * Which of some resources satisfy a predicate whose links lead to too many to be listed: each link is followed from these resources,
 * level by level, so that it costs what they are, not what there is.
 */
import { type Predicate, StoreCostly } from '../port.js';
import type { LocalPredicate } from './compile.js';
import { asPredicate, idsOf, type Link, type Resolver, referencesOf } from './resolve.js';

/** Resources that are looked at in one command, and what they may lead to. */
const together = 500;
const mostLed = 10_000;

/** `names`: ids of documents of the type. Gives those that satisfy it. */
export async function satisfying(
  resolver: Resolver,
  type: string,
  predicate: Predicate,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let at = 0; at < names.length; at += together) {
    const some = names.slice(at, at + together);
    if (predicate.kind === 'reverse' && (await resolver.listed(type, predicate)) === undefined) {
      for (const name of await referredTo(resolver, type, predicate, some)) found.add(name);
      continue;
    }
    const local: LocalPredicate = { kind: 'all', of: [named(some), await among(resolver, type, predicate, some)] };
    const part = { type, predicate: local };
    const ids = await idsOf({ reader: resolver.reader, part, most: some.length, purpose: 'which of these match' });
    for (const id of ids ?? []) found.add(id);
  }
  return found;
}

/** The predicate for these resources alone. */
async function among(resolver: Resolver, type: string, predicate: Predicate, names: readonly string[]): Promise<LocalPredicate> {
  switch (predicate.kind) {
    case 'all':
    case 'any': {
      const of: LocalPredicate[] = [];
      for (const part of predicate.of) of.push(await among(resolver, type, part, names));
      return { kind: predicate.kind, of };
    }
    case 'not':
      return { kind: 'not', of: await among(resolver, type, predicate.of, names) };
    case 'chain':
    case 'reverse': {
      const listed = await resolver.listed(type, predicate);
      if (listed !== undefined) return listed;
      const follow = predicate.kind === 'chain' ? targetsOf : referredTo;
      return asPredicate(predicate, await follow(resolver, type, predicate, names));
    }
    default:
      return predicate;
  }
}

/** Which of the resources that these refer to are such as the chain asks for. */
async function targetsOf(resolver: Resolver, type: string, link: Link, names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const far of await resolver.far(type, link)) {
    const part = { type, predicate: named(names) };
    const purpose = `where these lead over "${link.param}"`;
    const targets = await referencesOf({ reader: resolver.reader, part, most: names.length, purpose }, link.param, far.type);
    found.push(...(await satisfying(resolver, far.type, far.predicate, targets ?? [])));
  }
  return found;
}

/** Which of these are referred to by such as the reverse chain asks for. */
async function referredTo(resolver: Resolver, type: string, link: Link, names: readonly string[]): Promise<readonly string[]> {
  const wanted = new Set(names);
  const found = new Set<string>();
  for (const far of await resolver.resolve(link.where)) {
    const left = names.filter((name) => !found.has(name));
    for (const name of await referredToBy(resolver, { type, link, far }, left)) if (wanted.has(name)) found.add(name);
  }
  return [...found];
}

interface Reverse {
  readonly type: string;
  readonly link: Link;
  readonly far: Awaited<ReturnType<Resolver['resolve']>>[number];
}

/** Halves what is asked at once where it leads to too much. */
async function referredToBy(resolver: Resolver, reverse: Reverse, names: readonly string[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const { type, link, far } = reverse;
  const refers: LocalPredicate = { kind: 'match', param: link.param, match: { kind: 'reference', targets: names } };
  const part = { type: far.type, predicate: { kind: 'all', of: [refers, far.predicate] } as const };
  const listing = { reader: resolver.reader, part, most: mostLed, purpose: `which of these are referred to by "${link.param}"` };
  if (far.asked === undefined) {
    const references = await referencesOf(listing, link.param, type);
    if (references !== undefined) return references;
    if (names.length === 1) return names;
  } else {
    const ids = await idsOf(listing);
    if (ids !== undefined) return whoseMatch(resolver, reverse, far.asked, ids);
    if (names.length === 1) throw tooMany(link);
  }
  const half = Math.ceil(names.length / 2);
  const first = await referredToBy(resolver, reverse, names.slice(0, half));
  return [...first, ...(await referredToBy(resolver, reverse, names.slice(half)))];
}

async function whoseMatch(
  resolver: Resolver,
  { type, link, far }: Reverse,
  asked: Predicate,
  ids: readonly string[],
): Promise<readonly string[]> {
  const matching = [...(await satisfying(resolver, far.type, asked, ids))];
  const found: string[] = [];
  for (let at = 0; at < matching.length; at += together) {
    const some = matching.slice(at, at + together);
    const part = { type: far.type, predicate: named(some) };
    const purpose = `where these refer to by "${link.param}"`;
    found.push(...((await referencesOf({ reader: resolver.reader, part, most: some.length, purpose }, link.param, type)) ?? []));
  }
  return found;
}

function named(ids: readonly string[]): LocalPredicate {
  return { kind: 'documents', ids };
}

function tooMany({ param }: Link): StoreCostly {
  return new StoreCostly(
    `The reverse chain (_has) over "${param}" leads from one resource to more than ${mostLed}; a more selective value in it would help`,
  );
}
