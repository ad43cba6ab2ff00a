/** Another process may have the file to itself for a while: while it writes, and after one was killed while the log is read again. */
import { setTimeout as pause } from 'node:timers/promises';
import { isBusy } from './binding.js';

/** Milliseconds. */
const PATIENCE = 5000;

/** Does the work, which must leave nothing behind where it finds the file busy, until it does not. */
export async function patiently<T>(work: () => T | Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
    }
    await pause(20);
  }
}
