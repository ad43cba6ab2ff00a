/**
 * Whether some order of the requests explains a history: one that keeps those apart which followed each other in time, and under which
 * the sequential model gives exactly each answer. An exact search that never looks twice at the same requests done and the same state.
 * Source: J. M. Wing and C. Gong, Testing and verifying concurrent objects (1993); G. Lowe, Testing for linearizability (2017)
 */
import { perform, type Rules, type State } from './model.js';
import type { Happened } from './step.js';

/** Places in a bit mask. */
const MOST = 30;

/** The requests in an order that explains them; undefined where there is none. What nobody was told of may be missing in it. */
export function explain(rules: Rules, history: readonly Happened[]): readonly Happened[] | undefined {
  if (history.length > MOST) throw new Error(`A history of ${history.length} requests is too long; ${MOST} are the most`);
  const seen = new Set<string>();
  const certain = history.reduce((mask, { told }, index) => (told === undefined ? mask : mask | (1 << index)), 0);
  const search = (done: number, state: State, order: readonly Happened[]): readonly Happened[] | undefined => {
    if ((done & certain) === certain) return order;
    const key = `${done} ${stateText(state)}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    const firstEnd = Math.min(...history.map(({ ended }, index) => (done & (1 << index) ? Number.POSITIVE_INFINITY : ended)));
    for (const [index, one] of history.entries()) {
      if (done & (1 << index) || one.began > firstEnd) continue;
      const { state: after, told } = perform(rules, state, one.step, one.ids);
      if (one.told !== undefined && !told.some(({ status, shown }) => status === one.told?.status && shown === one.told.shown)) continue;
      const found = search(done | (1 << index), after, [...order, one]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(0, new Map(), []);
}

function stateText(state: State): string {
  const texts = [...state].map(([id, { version, mark, identifiers }]) => `${id}/${version}=${identifiers === undefined ? '-' : mark}`);
  return texts.sort().join(',');
}
