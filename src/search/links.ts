/**
 * From a page to the pages around it. Every link begins where a shown match stands, so that what is written meanwhile neither hides nor
 * repeats what was there all along. Source: R4 http.html#paging
 */
import type { Position, Query } from '../store/port.js';
import { type Cursors, type Turn, walkOf } from './cursors.js';
import type { PageLink, SearchPlan } from './search.js';

export function searchWalk({ where, self, compartment, walker }: Pick<SearchPlan, 'where' | 'self' | 'compartment' | 'walker'>): string {
  return walkOf([where.map(({ type }) => type), compartment ?? null, walker], self);
}

/** What the store is asked for so that the page begins where it should. */
export function startOf(turn: Turn | undefined): Pick<Query, 'after' | 'backward'> {
  if (turn === undefined) return {};
  const { position, backward } = turn;
  return { ...(position === undefined ? {} : { after: position }), ...(backward ? { backward } : {}) };
}

/** A page as it is shown. */
export interface ShownPage {
  /** How it was come to; absent: it is the first. */
  readonly turn?: Turn;
  readonly first?: Position;
  readonly last?: Position;
  /** Whether more stands in the direction that was walked. */
  readonly more: boolean;
}

/** None where one page is all. `walkOf` is asked for the walk only where there are some. */
export function pageLinks(cursors: Cursors, walkOf: () => string, page: ShownPage): readonly PageLink[] {
  const { turn, first, last, more } = page;
  const backward = turn?.backward === true;
  const before = backward ? more : turn !== undefined;
  const behind = backward ? turn.position !== undefined : more;
  if (!before && !behind) return [];
  const walk = walkOf();
  const cursorTo = (position: Position | undefined, back: boolean) =>
    cursors.encode({ backward: back, ...(position === undefined ? {} : { position }) }, walk);
  return [
    { relation: 'first' },
    ...(before ? [{ relation: 'previous', cursor: cursorTo(first, true) } as const] : []),
    // A page that nothing is left of, come to from behind: all there is begins with the first.
    ...(behind
      ? [last === undefined ? ({ relation: 'next' } as const) : ({ relation: 'next', cursor: cursorTo(last, false) } as const)]
      : []),
    { relation: 'last', cursor: cursorTo(undefined, true) },
  ];
}
