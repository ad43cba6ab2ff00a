/**
 * Lets few Bundles in at a time, in the order in which they came; where too much waits, or one has waited too long, it is asked to come
 * again. Without it many large Bundles would be parsed at once and none would end. Small ones have a lane of their own: whoever sends a
 * dozen entries does not wait for all the thousands before it, nor hold those up.
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';

export interface Gate {
  /**
   * Runs `work` when there is room for `weight`. Throws FhirError 503 with Retry-After where too much waits already or the wait grew too
   * long, and the reason of `gone` where that is aborted first: `work` is not begun then.
   */
  pass<T>(weight: number, work: () => Promise<T>, gone?: AbortSignal): Promise<T>;
}

export interface Lane {
  /** The heaviest that take it. */
  readonly upTo: number;
  /** The weight that may be inside at once (something heavier goes in alone). */
  readonly room: number;
  /** How many may be inside at once. */
  readonly places: number;
  /** The weight that may wait. */
  readonly waiting: number;
  /** The milliseconds that anything may wait. */
  readonly patience: number;
}

/** Each takes the first lane that is wide enough, or the last. */
export function createGate(lanes: readonly Lane[]): Gate {
  const open = lanes.map(({ upTo, ...limits }) => ({ upTo, lane: createLane(limits) }));
  return {
    pass(weight, work, gone) {
      const { lane } = open.find(({ upTo }) => weight <= upTo) ?? open[open.length - 1] ?? noLane();
      return lane.pass(weight, work, gone);
    },
  };
}

function noLane(): never {
  throw new Error('A gate has at least one lane');
}

interface Waiting {
  readonly weight: number;
  readonly enter: () => void;
}

function createLane(limits: Omit<Lane, 'upTo'>): Gate {
  const queue = new Set<Waiting>();
  const pace = createPace();
  let [inside, within, waiting] = [0, 0, 0];

  const hasRoom = (weight: number) => within === 0 || (within < limits.places && inside + weight <= limits.room);
  const enter = (weight: number): void => {
    if (within === 0) pace.begin();
    within += 1;
    inside += weight;
  };
  const admit = (): void => {
    for (const next of queue) {
      if (!hasRoom(next.weight)) return;
      next.enter();
    }
  };
  const seconds = () => Math.min(LONGEST, Math.max(1, Math.ceil(pace.timeFor(waiting) / 1000)));

  const turn = (weight: number, gone: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        gone?.removeEventListener('abort', onGone);
        queue.delete(one);
        waiting -= weight;
      };
      const give = (reason: () => unknown) => {
        const told = reason();
        end();
        reject(told);
        // What waits behind may be lighter.
        admit();
      };
      const onGone = () => give(() => gone?.reason);
      const timer = setTimeout(() => give(() => tooManyWait(seconds())), limits.patience);
      const one: Waiting = {
        weight,
        enter() {
          end();
          enter(weight);
          resolve();
        },
      };
      gone?.addEventListener('abort', onGone);
      queue.add(one);
      waiting += weight;
    });

  return {
    async pass(weight, work, gone) {
      gone?.throwIfAborted();
      if (queue.size === 0 && hasRoom(weight)) enter(weight);
      else if (queue.size > 0 && waiting + weight > limits.waiting) throw tooManyWait(seconds());
      else await turn(weight, gone);
      try {
        return await work();
      } finally {
        within -= 1;
        inside -= weight;
        pace.done(weight);
        admit();
      }
    },
  };
}

/** Seconds that a client is asked to wait at most. */
const LONGEST = 60;
/** Milliseconds that are said where nothing has ended yet. */
const UNKNOWN = 5000;
/** Milliseconds after which what was long ago counts half. */
const MEMORY = 30_000;

/** How much weight is done in a time while there is work. */
function createPace() {
  let [since, busy, done] = [0, 0, 0];
  return {
    begin(): void {
      since = performance.now() - busy;
    },
    done(weight: number): void {
      done += weight;
      busy = performance.now() - since;
      if (busy < MEMORY) return;
      done /= 2;
      busy /= 2;
      since += busy;
    },
    timeFor: (weight: number): number => (done === 0 ? UNKNOWN : (weight * (performance.now() - since)) / done),
  };
}

function tooManyWait(seconds: number) {
  const text = message(
    'too-many-bundles',
    `Too many Bundles are waiting already; nothing was stored, please try again in ${seconds} seconds`,
    `等待处理的 Bundle 过多；未存储任何内容，请在 ${seconds} 秒后重试`,
  );
  return fault('transient', text, { headers: { 'retry-after': String(seconds) } });
}
