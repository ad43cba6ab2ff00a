/**
 * What waits goes together. One command costs the same whatever it carries, so calls that arrive while others are under
 * way are gathered and sent as one.
 */
interface Waiting<Input, Output> {
  readonly input: Input;
  readonly done: (output: Output) => void;
  readonly failed: (error: unknown) => void;
}

/** Runs `together` on up to `most` inputs, at most `atOnce` times in parallel; outputs in the order of the inputs. */
export function coalesce<Input, Output>(
  together: (inputs: readonly Input[]) => Promise<readonly Output[]>,
  { atOnce, most }: { readonly atOnce: number; readonly most: number },
): (input: Input) => Promise<Output> {
  let waiting: Waiting<Input, Output>[] = [];
  let running = 0;

  const start = (): void => {
    while (running < atOnce && waiting.length > 0) {
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      running++;
      void run(group);
    }
  };

  const run = async (group: readonly Waiting<Input, Output>[]): Promise<void> => {
    try {
      const outputs = await together(group.map(({ input }) => input));
      for (const [index, { done }] of group.entries()) done(outputs[index] as Output);
    } catch (error) {
      for (const { failed } of group) failed(error);
    } finally {
      running--;
      start();
    }
  };

  return (input) =>
    new Promise<Output>((done, failed) => {
      waiting.push({ input, done, failed });
      // Calls of the same turn of the event loop are still on their way.
      if (waiting.length === 1) setImmediate(start);
    });
}
