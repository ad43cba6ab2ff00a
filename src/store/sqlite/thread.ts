/** Starts the writer's thread and speaks with it; errors keep their class on the way. Source: port.ts ResourceStore */
import { Worker } from 'node:worker_threads';
import { type Layout, StoreBusy, StoreConflict, StoreUnavailable, StoreUnknown } from '../port.js';
import { reasonOf } from './binding.js';
import { type Packed, pack } from './pack.js';
import type { Writer } from './writer.js';

export interface WriterData {
  readonly location: string;
  /** Pages of 4 KiB that the file may grow to. */
  readonly maxPages: number | undefined;
}

type Task = { readonly kind: 'commit'; readonly commit: Packed } | { readonly kind: 'arrange'; readonly layout: Layout };

export type Question = Task & { readonly number: number };

/** What was asked in one turn of the event loop; null: no more will be asked. */
export type Letter = readonly Question[] | null;

export interface Answer {
  readonly number: number;
  readonly error: ErrorText | undefined;
}

interface ErrorText {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

const program = new URL('./writer-thread.js', import.meta.url);

/** The thread starts while the caller goes on. A program that has nothing else to do ends when nothing is asked of it. */
export function startWriter(data: WriterData, running = program): Writer {
  const thread = new Worker(running, { workerData: data, execArgv: [] });
  const waiting = new Map<number, Waiting>();
  let letter: Question[] = [];
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
    for (const { number, error } of answers) settle(number, error === undefined ? undefined : toError(error));
  });

  function end(): void {
    const why = reason === undefined ? '' : `: ${reasonOf(reason)}`;
    gone = new StoreUnavailable(`The thread that writes the database has ended${why}; start the server anew`, { cause: reason });
    // Before its first word it has written nothing; later nobody knows.
    const outcome = heard
      ? new StoreUnknown(`The thread that writes the database ended before it answered${why}`, { cause: reason })
      : gone;
    for (const number of [...waiting.keys()]) settle(number, outcome);
  }

  function settle(number: number, error: Error | undefined): void {
    const one = waiting.get(number);
    waiting.delete(number);
    if (waiting.size === 0) thread.unref();
    if (error === undefined) one?.resolve();
    else one?.reject(error);
  }

  function ask(task: Task): Promise<void> {
    if (gone !== undefined) return Promise.reject(gone);
    return new Promise((resolve, reject) => {
      if (waiting.size === 0) thread.ref();
      if (letter.length === 0) setImmediate(post);
      const number = asked++;
      waiting.set(number, { resolve, reject });
      letter.push({ ...task, number });
    });
  }

  function post(): void {
    thread.postMessage(letter satisfies Letter);
    letter = [];
  }

  return {
    arrange: (layout) => ask({ kind: 'arrange', layout }),
    commit: async (commit) => ask({ kind: 'commit', commit: pack(commit) }),
    async close() {
      if (letter.length > 0) post();
      thread.postMessage(null satisfies Letter);
      thread.ref();
      await ended;
    },
  };
}

const classes = { StoreBusy, StoreConflict, StoreUnavailable, StoreUnknown };

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
