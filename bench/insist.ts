/** Sends each message until it is taken, as an importer does: who is told that the server is busy comes again when it says. */
import { type Channel, openChannel, type Target } from './client.js';
import { summary, type Timing } from './drive.js';

export interface Errand {
  readonly connections: number;
  readonly messages: readonly Buffer[];
  /** Milliseconds after which a message that is still not taken is given up. */
  readonly patience: number;
}

export interface Outcome extends Timing {
  /** How often it was told to come again. */
  readonly busy: number;
  readonly givenUp: number;
  /** The first answer that was neither 200 nor 503. */
  readonly refusal: string | undefined;
}

/** Times are from the first sending to the answer. Rejects when a connection breaks. */
export async function insist(target: Target, { connections, messages, patience }: Errand): Promise<Outcome> {
  const times: number[] = [];
  const found = { next: 0, busy: 0, givenUp: 0, errors: 0, refusal: undefined as string | undefined };
  const began = performance.now();
  const send = async (ask: Sender, message: Buffer): Promise<void> => {
    const start = performance.now();
    for (;;) {
      const { status, chunks } = await ask(message);
      const waited = performance.now() - start;
      if (status === 503) {
        found.busy += 1;
        if (waited < patience) {
          await pause(secondsToWait(chunks) * 1000);
          continue;
        }
        found.givenUp += 1;
      } else if (status === 200) times.push(waited);
      else found.refusal ??= `${status}: ${Buffer.concat(chunks).toString('utf8').slice(0, 700)}`;
      if (status !== 200) found.errors += 1;
      return;
    }
  };
  const work = async (): Promise<void> => {
    const { ask, close } = await openSender(target);
    for (let message = messages[found.next++]; message !== undefined; message = messages[found.next++]) await send(ask, message);
    close();
  };
  await Promise.all(Array.from({ length: connections }, work));
  const { busy, givenUp, errors, refusal } = found;
  return { ...summary(times, performance.now() - began, errors), busy, givenUp, refusal };
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

function secondsToWait(chunks: readonly Buffer[]): number {
  return Number(/\r\nretry-after: *(\d+)/i.exec(chunks[0]?.toString('latin1', 0, 2000) ?? '')?.[1] ?? 1);
}

interface Heard {
  readonly status: number;
  readonly chunks: readonly Buffer[];
}

type Sender = (message: Buffer) => Promise<Heard>;

async function openSender(target: Target): Promise<{ readonly ask: Sender; readonly close: Channel['close'] }> {
  let settle: { resolve(heard: Heard): void; reject(error: Error): void } | undefined;
  const channel = await openChannel(
    target,
    (status, chunks) => settle?.resolve({ status, chunks }),
    (error) => settle?.reject(error),
  );
  const ask: Sender = (message) =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
      channel.send(message);
    });
  return { ask, close: channel.close };
}
