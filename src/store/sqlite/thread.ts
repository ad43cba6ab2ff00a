/** Starts a thread of the store and speaks with it; errors keep their class on the way. Source: port.ts ResourceStore */
import { Worker } from 'node:worker_threads';
import { StoreBusy, StoreConflict, StoreCostly, StoreUnavailable, StoreUnknown } from '../port.js';
import { reasonOf } from './binding.js';

export interface Thread<Task, Result> {
  ask(task: Task): Promise<Result>;
  /** It answers no more; for work that only reads another may take its place. */
  hasEnded(): boolean;
  /** Resolves when all that was asked is answered and the thread has ended. */
  close(): Promise<void>;
}

export interface Question<Task> {
  readonly task: Task;
  readonly number: number;
}

/** What was asked in one turn of the event loop; null: no more will be asked. */
export type Letter<Task> = readonly Question<Task>[] | null;

export interface Answer {
  readonly number: number;
  readonly result?: unknown;
  readonly error: ErrorText | undefined;
}

interface ErrorText {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

interface Waiting<Result> {
  resolve(result: Result): void;
  reject(error: Error): void;
}

export interface Starting {
  readonly program: URL;
  readonly data: unknown;
  /** What it does, for the sentence that says that it has ended. */
  readonly does: string;
  /** Whether what it was asked may have been done although it never answered. */
  readonly writes: boolean;
}

/** The thread starts while the caller goes on. A program that has nothing else to do ends when nothing is asked of it. */
export function startThread<Task, Result>({ program, data, does, writes }: Starting): Thread<Task, Result> {
  const thread = new Worker(program, { workerData: data, execArgv: [] });
  const waiting = new Map<number, Waiting<Result>>();
  /** One array for all letters: were each a new one, it would be old by the time it is sent, and what it held would outlive it. */
  const letter: Question<Task>[] = [];
  let asked = 0;
  let heard = false;
  let reason: unknown;
  let gone: StoreUnavailable | undefined;
  const ended = new Promise<void>((resolve) => {
    thread.on('exit', () => {
      end();
      resolve();
    });
  });
  thread.unref();
  thread.on('error', (error) => {
    reason = error;
  });
  thread.on('message', (answers: readonly Answer[]) => {
    heard = true;
    for (const { number, result, error } of answers) settle(number, error === undefined ? undefined : toError(error), result);
  });

  function end(): void {
    const why = reason === undefined ? '' : `: ${reasonOf(reason)}`;
    gone = new StoreUnavailable(
      `The thread that ${does} the database has ended${why}; ${writes ? 'start the server anew' : 'please try again'}`,
      { cause: reason },
    );
    // Before its first word it has written nothing; later nobody knows.
    const outcome =
      heard && writes ? new StoreUnknown(`The thread that ${does} the database ended before it answered${why}`, { cause: reason }) : gone;
    for (const number of [...waiting.keys()]) settle(number, outcome);
  }

  function settle(number: number, error: Error | undefined, result?: unknown): void {
    const one = waiting.get(number);
    waiting.delete(number);
    if (waiting.size === 0) thread.unref();
    if (error === undefined) one?.resolve(result as Result);
    else one?.reject(error);
  }

  function ask(task: Task): Promise<Result> {
    if (gone !== undefined) return Promise.reject(gone);
    return new Promise((resolve, reject) => {
      if (waiting.size === 0) thread.ref();
      if (letter.length === 0) setImmediate(post);
      const number = asked++;
      waiting.set(number, { resolve, reject });
      letter.push({ task, number });
    });
  }

  function post(): void {
    thread.postMessage(letter.splice(0) satisfies Letter<Task>);
  }

  return {
    ask,
    hasEnded: () => gone !== undefined,
    async close() {
      if (letter.length > 0) post();
      thread.postMessage(null satisfies Letter<Task>);
      thread.ref();
      await ended;
    },
  };
}

const classes = { StoreBusy, StoreConflict, StoreCostly, StoreUnavailable, StoreUnknown };

export function describeError(error: unknown): ErrorText {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined };
  return { name: error.name, message: error.message, stack: error.stack };
}

function toError({ name, message, stack }: ErrorText): Error {
  const [, Class] = Object.entries(classes).find(([known]) => known === name) ?? [];
  const error = Class === undefined ? new Error(message) : new Class(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
