/** What the clients of a storm asked for and what they were told: what the store must answer for afterwards. */

/** `acknowledged`: told that it is stored. `refused`: told that it is not. `unknown`: the answer was lost, or the server could not tell. */
export type Fate = 'acknowledged' | 'refused' | 'unknown';

export interface Attempt {
  /** Stands in every resource that the attempt writes, and nowhere else. */
  readonly mark: string;
  /** How many resources carry the mark when it was done; 0 for a deletion. */
  readonly parts: number;
  readonly fate: Fate;
  /** `Patient/1/_history/2` of every version acknowledged, in the order of the answer. */
  readonly locations: readonly string[];
  readonly deletion?: boolean;
  /** What a conditional create looked for: however many ask, one resource has it. */
  readonly key?: string;
  /** Found by its criteria, so that nothing was written. */
  readonly found?: boolean;
}

export interface Ledger {
  readonly attempts: Attempt[];
  count(fate: Fate): number;
}

export function createLedger(): Ledger {
  const attempts: Attempt[] = [];
  return { attempts, count: (fate) => attempts.filter((attempt) => attempt.fate === fate).length };
}
