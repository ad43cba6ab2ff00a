/**
 * A walk whose filter may match more than was asked for, because a link leads to too many to be listed: some at a time, each look telling
 * which of them are right. Good where many are; where few are it is given up for longer lists.
 */
import { StoreCostly, type Where } from '../port.js';
import { type Ordered, rowsInOrder } from './ordered.js';
import { positionOf, type SortedRow } from './pages.js';
import type { Reader } from './reader.js';
import { type ResolvedPart, type Resolver, resolver } from './resolve.js';
import { satisfying } from './semi-join.js';

/** How much a list may hold, and how many may be looked at in vain before longer ones are tried. A merge in order has at most 200 keys. */
const levels = [
  { most: 200, patience: 2_000 },
  { most: 10_000, patience: 200_000 },
];
/** Looked at together: first, and at most. */
const together = { first: 60, most: 500 };

export interface Listed {
  readonly resolver: Resolver;
  readonly patience: number;
}

/** `walk` gives undefined when its patience is at an end. Throws StoreCostly at the end of all patience. */
export async function byLevels<T>(
  reader: Reader,
  where: Where,
  walk: (parts: readonly ResolvedPart[], listed: Listed) => Promise<T | undefined>,
): Promise<T> {
  for (const { most, patience } of levels) {
    const one = resolver(reader, most);
    const found = await walk(await one.resolve(where), { resolver: one, patience });
    if (found !== undefined) return found;
  }
  throw new StoreCostly(
    'The search looked at too many resources in vain: a chain in it leads to too many, and few of them match; a more selective value, or ' +
      'another parameter that selects fewer resources, would help',
  );
}

export interface Through extends Listed {
  readonly ordered: Ordered;
  /** Just one where it is wider than asked. */
  readonly parts: readonly ResolvedPart[];
}

/** As many as there are, at most `ordered.limit`. */
export async function walkThrough<Row extends SortedRow>({
  ordered,
  parts,
  resolver,
  patience,
}: Through): Promise<readonly Row[] | undefined> {
  const [part] = parts;
  if (part?.asked === undefined) return rowsInOrder<Row>(ordered);
  const found: Row[] = [];
  let { after } = ordered;
  let limit = Math.max(together.first, ordered.limit);
  for (let seen = 0; seen < patience; ) {
    const rows = await rowsInOrder<Row>({ ...ordered, after, limit });
    const ids = rows.map(({ _id }) => _id);
    const right = await satisfying(resolver, part.type, part.asked, ids);
    found.push(...rows.filter(({ _id }) => right.has(_id)));
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit || found.length >= ordered.limit) return found.slice(0, ordered.limit);
    after = positionOf(last, ordered.walk);
    seen += rows.length;
    limit = Math.max(ordered.limit, Math.min(together.most, limit * 3));
  }
  return undefined;
}
