/** The thread that reads a file of codes and hands back what it read. */
import { parentPort, workerData } from 'node:worker_threads';
import { UsageError } from '../usage-error.js';
import { CodesRefused } from './faults.js';
import { readCodes } from './read-codes.js';
import type { Answer, Asked, Passed } from './read-in-thread.js';

const { file, options } = workerData as Asked;
const onPassed = (bytes: number, of: number) => parentPort?.postMessage({ kind: 'passed', bytes, of } satisfies Passed);
const answer = await readCodes(file, options, onPassed).then((codes): Answer => ({ kind: 'read', codes }), failed);
const { buffer } = answer.kind === 'read' ? answer.codes.packed.packed : { buffer: undefined };
parentPort?.postMessage(answer, buffer instanceof ArrayBuffer ? [buffer] : []);

function failed(error: unknown): Answer {
  if (error instanceof CodesRefused) return { kind: 'refused', found: error.faults.found() };
  if (error instanceof UsageError) return { kind: 'usage', message: error.message };
  throw error;
}
