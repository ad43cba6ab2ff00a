/**
 * Lets works that met over the same things go one after the other, in the order in which they came. Works that share
 * no name do not wait for each other.
 */
export interface Line {
  /** Runs `work` when all that came before it under one of these names has ended. */
  join<T>(names: readonly string[], work: () => Promise<T>): Promise<T>;
}

export function createLine(): Line {
  const tails = new Map<string, Promise<void>>();
  return {
    async join(names, work) {
      const before = names.map((name) => tails.get(name));
      const { promise, leave } = place();
      for (const name of names) tails.set(name, promise);
      try {
        await Promise.all(before);
        return await work();
      } finally {
        for (const name of names) if (tails.get(name) === promise) tails.delete(name);
        leave();
      }
    },
  };
}

function place(): { readonly promise: Promise<void>; readonly leave: () => void } {
  let leave: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    leave = resolve;
  });
  return { promise, leave };
}
