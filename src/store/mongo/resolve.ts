/**
 * Chains and reverse chains become lists of targets or ids, found by a query of their own, so that every filter concerns
 * one document. The lists are bounded. Where one would be too long, and the other conditions beside it select few
 * resources, it is made from those resources' side.
 */
import { keyText } from '../../model/resource.js';
import { type Predicate, StoreCostly, type Where } from '../port.js';
import { compileType, type DocumentFilter, type LocalPredicate, type LocalWhere } from './compile.js';
import { collectionOf, isContained, toKey } from './documents.js';
import { parameterKey, referenceKey } from './keys.js';
import type { Reader } from './reader.js';

/** The most targets or ids that a chain may lead to. */
const chainLimit = 10_000;
const chunkSize = 1_000;

type Link = Extract<Predicate, { kind: 'chain' | 'reverse' }>;

/** Throws StoreCostly when a chain leads to too many resources from either side. */
export async function resolveWhere(reader: Reader, where: Where): Promise<LocalWhere> {
  const byType = new Map<string, LocalPredicate[]>();
  for (const { type, predicate } of where) {
    const resolved = await resolve(reader, type, predicate);
    byType.set(type, [...(byType.get(type) ?? []), resolved]);
  }
  return [...byType].map(([type, [first, ...others]]) => ({
    type,
    predicate: first !== undefined && others.length === 0 ? first : { kind: 'any', of: first === undefined ? [] : [first, ...others] },
  }));
}

async function resolve(reader: Reader, type: string, predicate: Predicate): Promise<LocalPredicate> {
  switch (predicate.kind) {
    case 'all':
      return resolveAll(reader, type, predicate.of);
    case 'any': {
      const of: LocalPredicate[] = [];
      for (const part of predicate.of) of.push(await resolve(reader, type, part));
      return { kind: 'any', of };
    }
    case 'not':
      return { kind: 'not', of: await resolve(reader, type, predicate.of) };
    case 'chain':
    case 'reverse': {
      const resolved = await fromFarSide(reader, type, predicate);
      if (resolved === undefined) throw tooMany(predicate);
      return resolved;
    }
    default:
      return predicate;
  }
}

async function resolveAll(reader: Reader, type: string, parts: readonly Predicate[]): Promise<LocalPredicate> {
  const of: LocalPredicate[] = [];
  const links: Link[] = [];
  for (const part of parts) {
    if (part.kind === 'chain' || part.kind === 'reverse') links.push(part);
    else of.push(await resolve(reader, type, part));
  }
  const long: Link[] = [];
  for (const link of links) {
    const resolved = await fromFarSide(reader, type, link);
    if (resolved === undefined) long.push(link);
    else of.push(resolved);
  }
  for (const link of long) of.push(await fromNearSide(reader, type, link, { kind: 'all', of: [...of] }));
  return { kind: 'all', of };
}

/** Undefined when there are too many. */
async function fromFarSide(reader: Reader, type: string, link: Link): Promise<LocalPredicate | undefined> {
  const where = await resolveWhere(reader, link.where);
  const found = new Set<string>();
  for (const part of where) {
    if (link.kind === 'chain' && isContained(part.type)) continue;
    const more = link.kind === 'chain' ? await idsOf(reader, part) : await referencesOf(reader, part, link.param, type);
    if (more === undefined) return undefined;
    for (const one of more) found.add(one);
    if (found.size > chainLimit) return undefined;
  }
  return asPredicate(link, [...found]);
}

/** From the resources that satisfy everything else. */
async function fromNearSide(reader: Reader, type: string, link: Link, others: LocalPredicate): Promise<LocalPredicate> {
  const near = { type, predicate: others };
  const where = await resolveWhere(reader, link.where);
  const found = new Set<string>();
  const candidates = link.kind === 'reverse' ? await idsOf(reader, near) : undefined;
  for (const part of where) {
    if (link.kind === 'chain' && isContained(part.type)) continue;
    const starts = candidates ?? (link.kind === 'chain' ? await referencesOf(reader, near, link.param, part.type) : undefined);
    if (starts === undefined) throw tooMany(link);
    for (let at = 0; at < starts.length; at += chunkSize) {
      const chunk = starts.slice(at, at + chunkSize);
      const narrowed = { type: part.type, predicate: { kind: 'all', of: [oneOf(link, chunk), part.predicate] } as const };
      const more = link.kind === 'chain' ? await idsOf(reader, narrowed) : await referencesOf(reader, narrowed, link.param, type);
      if (more === undefined) throw tooMany(link);
      for (const one of more) found.add(one);
    }
  }
  return asPredicate(link, [...found]);
}

/** On the far side: the resources named, or those that refer to the ones named. */
function oneOf(link: Link, names: readonly string[]): LocalPredicate {
  if (link.kind === 'chain') return { kind: 'id', ids: names.map((name) => toKey(name).id) };
  return { kind: 'match', param: link.param, match: { kind: 'reference', targets: names } };
}

/** On the near side: refers to one of those found, or is one of those referred to. */
function asPredicate(link: Link, names: readonly string[]): LocalPredicate {
  if (link.kind === 'reverse') return { kind: 'id', ids: names.map((name) => toKey(name).id) };
  return { kind: 'match', param: link.param, match: { kind: 'reference', targets: names } };
}

type Part = LocalWhere[number];

async function idsOf(reader: Reader, { type, predicate }: Part): Promise<readonly string[] | undefined> {
  const filter = compileType(type, predicate, 'none');
  const rows = await reader.rows<{ _id: string }>(filter, { from: collectionOf(type), projection: { _id: 1 }, limit: chainLimit + 1 });
  return rows.length > chainLimit ? undefined : rows.map((row) => row._id);
}

/** `Type/id` of the resources of type `target` that these refer to by `param`. */
async function referencesOf(reader: Reader, part: Part, param: string, target: string): Promise<readonly string[] | undefined> {
  const begin = referenceKey(parameterKey(part.type, param), '');
  const wanted = `${begin}${target}/`;
  const filter: DocumentFilter = compileType(part.type, part.predicate, 'none');
  const refers = { $eq: [{ $indexOfBytes: ['$$this', { $literal: wanted }] }, 0] };
  const projection = { _id: 0, k: { $filter: { input: { $ifNull: ['$k', []] }, cond: refers } } };
  const rows = await reader.rows<{ k: readonly string[] }>(filter, { from: collectionOf(part.type), projection, limit: chainLimit + 1 });
  if (rows.length > chainLimit) return undefined;
  const references = new Set(rows.flatMap((row) => row.k.map((key) => key.slice(begin.length))));
  return [...references].filter((reference) => keyText(toKey(reference)) === reference);
}

function tooMany(link: Link): StoreCostly {
  const way = link.kind === 'chain' ? `The chain over "${link.param}"` : `The reverse chain (_has) over "${link.param}"`;
  return new StoreCostly(
    `${way} leads to more than ${chainLimit} resources; a more selective value in it, or another parameter that selects fewer resources, would help`,
  );
}
