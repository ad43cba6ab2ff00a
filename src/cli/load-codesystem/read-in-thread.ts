/** Reads a file of codes in a thread of its own: its memory is collected rarely, and whoever waits can do other things. */
import { Worker } from 'node:worker_threads';
import { UsageError } from '../usage-error.js';
import { CodesRefused, createFaults, type Found } from './faults.js';
import type { LoadOptions } from './options.js';
import type { CodesRead } from './read-codes.js';

/** What the thread is asked, once. */
export interface Asked {
  readonly file: string;
  readonly options: LoadOptions;
}

/** What it says while it reads: bytes, of those of the file. */
export interface Passed {
  readonly kind: 'passed';
  readonly bytes: number;
  readonly of: number;
}

/** Its answer. An error that is not for people ends it. */
export type Answer =
  | { readonly kind: 'read'; readonly codes: CodesRead }
  | { readonly kind: 'refused'; readonly found: Found }
  | { readonly kind: 'usage'; readonly message: string };

/** In MB, for what is new: rows come and go by the hundred thousand. */
const YOUNG = 96;

/** Throws as `readCodes` does. */
export async function readInThread(file: string, options: LoadOptions, onPassed: (bytes: number, of: number) => void): Promise<CodesRead> {
  const answer = await ask({ file, options }, onPassed);
  if (answer.kind === 'read') return answer.codes;
  throw answer.kind === 'usage' ? new UsageError(answer.message) : new CodesRefused(createFaults(answer.found));
}

function ask(asked: Asked, onPassed: (bytes: number, of: number) => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./reading-thread.js', import.meta.url), {
      workerData: asked,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
    });
    thread.on('message', (said: Passed | Answer) => {
      if (said.kind === 'passed') onPassed(said.bytes, said.of);
      else resolve(said);
    });
    thread.once('error', reject);
    // After an answer this says nothing.
    thread.once('exit', () => reject(new Error('The thread that reads the file has ended without an answer')));
  });
}
