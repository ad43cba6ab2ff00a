/** For tests of how work grows: time of the clock would be other work's too, and the user's part alone the kernel knows by samples only. */

/** Microseconds of processor of the quickest of some runs. */
export function processorTime(runs: number, work: () => void): number {
  const times = Array.from({ length: runs }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return user + system;
  });
  return Math.min(...times);
}
