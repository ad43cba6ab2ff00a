/** How often something happened to each of many names in the last minute. What is kept is bounded. */
export interface CounterOptions {
  readonly perMinute: number;
  readonly now: () => number;
  /** Called once when a name has as many. */
  readonly onFull?: (name: string) => void;
}

export interface Counter {
  add(name: string): void;
  /** Seconds until it begins anew; 0 where it has fewer. */
  wait(name: string): number;
}

interface Counted {
  /** Milliseconds UTC. */
  readonly until: number;
  count: number;
}

/** Those that began longest ago are forgotten first. */
const REMEMBERED = 10_000;
const MINUTE = 60_000;

export function createCounter({ perMinute, now, onFull }: CounterOptions): Counter {
  const counted = new Map<string, Counted>();
  return {
    add(name) {
      const found = counted.get(name);
      if (found !== undefined && found.until > now()) {
        if (++found.count === perMinute) onFull?.(name);
        return;
      }
      counted.delete(name);
      if (counted.size >= REMEMBERED) counted.delete(counted.keys().next().value ?? '');
      counted.set(name, { until: now() + MINUTE, count: 1 });
    },
    wait(name) {
      const found = counted.get(name);
      if (found === undefined || found.count < perMinute) return 0;
      return Math.max(0, Math.ceil((found.until - now()) / 1000));
    },
  };
}
