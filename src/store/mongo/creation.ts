/**
 * Creation numbers: unique over all processes, below 2^53, and in the order of time as far as the clocks of the
 * machines agree. Milliseconds since 2020 in the upper bits, then the number of the process, then a counter.
 */
const epoch = Date.UTC(2020, 0, 1);
const processes = 512;
const perMillisecond = 8;

/** `process` is a number that no other running process has, modulo 512. Lasts until the year 2089. */
export function creationNumbers(process: number, now: () => number = Date.now): () => number {
  let last = 0;
  return () => {
    // Beyond 8 in a millisecond, or when the clock goes back, it runs ahead of the clock.
    const tick = Math.max((now() - epoch) * perMillisecond, last + 1);
    last = tick;
    const millisecond = Math.floor(tick / perMillisecond);
    return (millisecond * processes + (process % processes)) * perMillisecond + (tick % perMillisecond);
  };
}
