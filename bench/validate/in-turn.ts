/** Works done in turn, A B A B, in one process: each warm first, then timed round by round; the median counts. */

export interface Timing {
  readonly rounds: number;
  /** Of one turn. */
  readonly milliseconds: number;
}

/** Before the clock counts: optimising compilers look at calls, and on a busy machine they come late. Whichever is reached first. */
const WARM_UP = { calls: 10_000, milliseconds: 2000 };

/** Microseconds of one call of each work. */
export function inTurn(works: readonly (() => void)[], { rounds, milliseconds }: Timing): readonly number[] {
  const found: number[][] = works.map(() => []);
  for (const work of works) warm(work);
  for (let round = 0; round < rounds; round++) {
    for (const [i, work] of works.entries()) found[i]?.push(turn(work, milliseconds));
  }
  return found.map(median);
}

function warm(work: () => void): void {
  const end = performance.now() + WARM_UP.milliseconds;
  for (let calls = 0; calls < WARM_UP.calls && performance.now() < end; calls++) work();
}

/** Calls until the time is up, at least one; the clock is looked at seldom. */
function turn(work: () => void, milliseconds: number): number {
  const start = performance.now();
  let calls = 0;
  let batch = 1;
  for (;;) {
    for (let i = 0; i < batch; i++) work();
    calls += batch;
    const elapsed = performance.now() - start;
    if (elapsed >= milliseconds) return (elapsed * 1000) / calls;
    batch = Math.max(1, Math.min(calls, 10_000, Math.floor((calls * (milliseconds - elapsed)) / elapsed)));
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
