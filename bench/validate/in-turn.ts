/** Works done in turn, A B A B, in one process: warm first, then timed round by round; the median counts. */

export interface Timing {
  readonly rounds: number;
  /** Of one turn. */
  readonly milliseconds: number;
}

/** Turns before the clock counts: optimising compilers take that long. */
const WARM_UP = 3;

/** Microseconds of one call of each work; `calls` of a work: what a call of it stands for. */
export function inTurn(works: readonly (() => void)[], { rounds, milliseconds }: Timing): readonly number[] {
  const found: number[][] = works.map(() => []);
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const [i, work] of works.entries()) {
      const each = turn(work, milliseconds);
      if (round >= 0) found[i]?.push(each);
    }
  }
  return found.map(median);
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
