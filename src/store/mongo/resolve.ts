/**
 * Chains and reverse chains become lists of targets or ids, found by a query of their own, so that every filter concerns one document.
 * The lists are bounded. In the place of one that would be too long stands whatever makes the filter match more, and what was found is
 * then looked at again, some at a time (semi-join.ts).
 */
import { keyText } from '../../model/resource.js';
import type { Predicate, Where } from '../port.js';
import { anyKey, compileType, type LocalPredicate, type LocalWhere } from './compile.js';
import { collectionOf, isContained, toKey } from './documents.js';
import { insideKey, parameterKey, referenceKey } from './keys.js';
import type { Reader } from './reader.js';

export type Link = Extract<Predicate, { kind: 'chain' | 'reverse' }>;

/** What is to be asked of one type. */
export interface ResolvedPart {
  readonly type: string;
  readonly predicate: LocalPredicate;
  /** Where `predicate` matches more than was asked for. */
  readonly asked?: Predicate;
}

export interface Resolver {
  readonly reader: Reader;
  resolve(where: Where): Promise<readonly ResolvedPart[]>;
  /** What of a link's far side is to be asked of. */
  far(type: string, link: Link): Promise<Where>;
  /** What a link means for resources of the type; undefined where it leads to too many. */
  listed(type: string, link: Link): Promise<LocalPredicate | undefined>;
}

/** `most`: targets or ids that a list may hold. Each link is followed once. */
export function resolver(reader: Reader, most: number): Resolver {
  const lists = new Map<Link, Map<string, Promise<LocalPredicate | undefined>>>();
  const fars = new Map<Link, Map<string, Promise<Where>>>();
  const self: Resolver = {
    reader,
    async resolve(where) {
      const parts: ResolvedPart[] = [];
      for (const { type, predicate } of merged(where)) {
        const state = { isWider: false };
        const local = await localOf(self, type, predicate, state);
        parts.push({ type, predicate: local, ...(state.isWider && { asked: predicate }) });
      }
      return parts;
    },
    far: (type, link) => once(fars, link, type, () => farOf(reader, type, link)),
    listed: (type, link) => once(lists, link, type, () => listOf(self, type, link, most)),
  };
  return self;
}

function once<T>(known: Map<Link, Map<string, T>>, link: Link, type: string, make: () => T): T {
  const ofLink = known.get(link) ?? new Map<string, T>();
  known.set(link, ofLink);
  const found = ofLink.get(type) ?? make();
  ofLink.set(type, found);
  return found;
}

function merged(where: Where): Where {
  const byType = new Map<string, Predicate[]>();
  for (const { type, predicate } of where) byType.set(type, [...(byType.get(type) ?? []), predicate]);
  return [...byType].map(([type, [first, ...others]]) => ({
    type,
    predicate: first !== undefined && others.length === 0 ? first : { kind: 'any', of: first === undefined ? [] : [first, ...others] },
  }));
}

/** `state.isWider` becomes true where a link could not be listed. `negated`: matching more is then to match less. */
async function localOf(
  self: Resolver,
  type: string,
  predicate: Predicate,
  state: { isWider: boolean },
  negated = false,
): Promise<LocalPredicate> {
  switch (predicate.kind) {
    case 'all':
    case 'any': {
      const of: LocalPredicate[] = [];
      for (const part of predicate.of) of.push(await localOf(self, type, part, state, negated));
      return { kind: predicate.kind, of };
    }
    case 'not':
      return { kind: 'not', of: await localOf(self, type, predicate.of, state, !negated) };
    case 'chain':
    case 'reverse': {
      const listed = await self.listed(type, predicate);
      if (listed !== undefined) return listed;
      state.isWider = true;
      return { kind: negated ? 'any' : 'all', of: [] };
    }
    default:
      return predicate;
  }
}

async function listOf(self: Resolver, type: string, link: Link, most: number): Promise<LocalPredicate | undefined> {
  // No reverse leads to what is contained.
  if (link.kind === 'reverse' && isContained(type)) return asPredicate(link, []);
  const found = new Set<string>();
  for (const part of await self.resolve(await self.far(type, link))) {
    if (part.asked !== undefined) return undefined;
    const purpose = `${link.kind === 'chain' ? 'what the chain leads to over' : 'what refers here by'} "${link.param}"`;
    const asked = { reader: self.reader, part, most, purpose };
    const more = link.kind === 'chain' ? await idsOf(asked) : await referencesOf(asked, link.param, type);
    if (more === undefined) return undefined;
    for (const one of more) found.add(one);
    if (found.size > most) return undefined;
  }
  return asPredicate(link, [...found]);
}

/** Of what is contained only the types there are. */
async function heldOf(reader: Reader, where: Where): Promise<Where> {
  const held: Where[number][] = [];
  for (const one of where) if (!isContained(one.type) || (await reader.holdsContained(one.type))) held.push(one);
  return held;
}

/** With so few far types each is asked of at once. */
const fewTypes = 8;

/** The far types that are to be asked of: a parameter may lead to any type there is, and in fact leads to few. */
async function farOf(reader: Reader, type: string, link: Link): Promise<Where> {
  const held = await heldOf(reader, link.where);
  if (link.kind === 'reverse' || held.length <= fewTypes) return held;
  const ledTo: Where[number][] = [];
  // One after the other: in a transaction commands may not overlap.
  for (const far of held) {
    const filter = anyKey(referencesTo(type, link.param, far.type).wanted);
    const purpose = `whether "${link.param}" leads to any ${far.type}`;
    const some = await reader.rows(filter, { from: collectionOf(type), projection: { _id: 1 }, limit: 1, purpose });
    if (some.length > 0) ledTo.push(far);
  }
  return ledTo;
}

/** How keys begin: of references whose names stand behind it, and of those to this type. */
function referencesTo(type: string, param: string, target: string): { readonly begin: string; readonly wanted: string } {
  const parameter = parameterKey(type, param);
  if (isContained(target)) return { begin: insideKey(parameter, ''), wanted: insideKey(parameter, '') };
  return { begin: referenceKey(parameter, ''), wanted: referenceKey(parameter, `${target}/`) };
}

/** On the near side: refers to one of those found, or is one of those referred to. */
export function asPredicate(link: Link, names: readonly string[]): LocalPredicate {
  if (link.kind === 'reverse') return { kind: 'documents', ids: names };
  return { kind: 'refers', param: link.param, ids: names };
}

export interface Listing {
  readonly reader: Reader;
  readonly part: LocalWhere[number];
  readonly most: number;
  readonly purpose: string;
}

/** Undefined when there are more. */
export async function idsOf({ reader, part: { type, predicate }, most, purpose }: Listing): Promise<readonly string[] | undefined> {
  const filter = compileType(type, predicate, 'none');
  const reading = { from: collectionOf(type), projection: { _id: 1 }, limit: most + 1, purpose };
  const rows = await reader.rows<{ _id: string }>(filter, reading);
  return rows.length > most ? undefined : rows.map((row) => row._id);
}

/** Ids of the documents of type `target` that these refer to by `param`; undefined when these are more. */
export async function referencesOf(
  { reader, part, most, purpose }: Listing,
  param: string,
  target: string,
): Promise<readonly string[] | undefined> {
  const { begin, wanted } = referencesTo(part.type, param, target);
  const refers = { $eq: [{ $indexOfBytes: ['$$this', { $literal: wanted }] }, 0] };
  const projection = { _id: 0, k: { $filter: { input: { $ifNull: ['$k', []] }, cond: refers } } };
  const filter = compileType(part.type, part.predicate, 'none');
  const reading = { from: collectionOf(part.type), projection, limit: most + 1, purpose };
  const rows = await reader.rows<{ k: readonly string[] }>(filter, reading);
  if (rows.length > most) return undefined;
  const references = [...new Set(rows.flatMap((row) => row.k.map((key) => key.slice(begin.length))))];
  return isContained(target) ? references : references.filter((reference) => keyText(toKey(reference)) === reference);
}
