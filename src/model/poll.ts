/** Looking at something again and again, for as long as the process has other reasons to live. */
export interface Polling {
  /** Looks without waiting for the time; resolves also where the look fails. */
  now(): Promise<void>;
  close(): void;
}

/** One look at a time. `onLoss` is told why one failed: once, until one succeeds again. */
export function poll(every: number, look: () => Promise<void>, onLoss?: (error: unknown) => void): Polling {
  let isLost = false;
  const attempt = async () => {
    try {
      await look();
      isLost = false;
    } catch (error) {
      if (!isLost) onLoss?.(error);
      isLost = true;
    }
  };
  let underway: Promise<void> | undefined;
  const once = () => {
    underway ??= attempt().finally(() => {
      underway = undefined;
    });
    return underway;
  };
  const timer = setInterval(() => void once(), every).unref();
  return { now: once, close: () => clearInterval(timer) };
}
