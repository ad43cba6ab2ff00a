/** Work that takes much at once waits in line: few run, few wait, and nobody for long. Who comes last waits longest, whoever it is. */

export interface Turns {
  /** Throws what `refusal` makes where too many wait, or it did not come to be one's turn in time. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

export interface TurnsOptions {
  readonly atOnce: number;
  readonly mayWait: number;
  /** Milliseconds in line. */
  readonly patience: number;
  readonly refusal: () => Error;
}

export function createTurns({ atOnce, mayWait, patience, refusal }: TurnsOptions): Turns {
  let running = 0;
  const waiting = new Set<() => void>();

  async function enter(): Promise<void> {
    if (running < atOnce) {
      running++;
      return;
    }
    if (waiting.size >= mayWait) throw refusal();
    await new Promise<void>((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(begin);
        reject(refusal());
      }, patience);
      waiting.add(begin);
    });
  }

  /** The place passes to the next in line, so that nobody slips in between. */
  function leave(): void {
    const [next] = waiting;
    if (next === undefined) running--;
    else {
      waiting.delete(next);
      next();
    }
  }

  return {
    async take(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
