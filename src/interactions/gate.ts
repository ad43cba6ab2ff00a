/**
 * Lets few Bundles in at a time, by their weight, in the order in which they came; where too much waits, the next is
 * asked to come again. Without it many large Bundles would be parsed at once and none would end.
 */
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';

export interface Gate {
  /** Runs `work` when there is room for `weight`. Throws FhirError 503 with Retry-After where too much waits already. */
  pass<T>(weight: number, work: () => Promise<T>): Promise<T>;
}

/** `room`: the weight that may be inside at once (something heavier goes in alone); `waiting`: the weight that may wait. */
export function createGate(limits: { readonly room: number; readonly waiting: number }): Gate {
  const queue: { readonly weight: number; readonly enter: () => void }[] = [];
  let inside = 0;
  let waiting = 0;
  const admit = (): void => {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      if (inside > 0 && inside + next.weight > limits.room) return;
      queue.shift();
      waiting -= next.weight;
      inside += next.weight;
      next.enter();
    }
  };
  return {
    async pass(weight, work) {
      if (waiting > 0 && waiting + weight > limits.waiting) throw tooManyWait();
      await new Promise<void>((enter) => {
        queue.push({ weight, enter });
        waiting += weight;
        admit();
      });
      try {
        return await work();
      } finally {
        inside -= weight;
        admit();
      }
    },
  };
}

function tooManyWait() {
  const text = message(
    'too-many-bundles',
    'Too many Bundles are waiting already; nothing was stored, please try again',
    '等待处理的 Bundle 过多；未存储任何内容，请重试',
  );
  return fault('transient', text, { headers: { 'retry-after': '5' } });
}
