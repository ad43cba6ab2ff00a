/** What is kept until it expires leaves behind the writes, some of it at a time. Source: port.ts Note, store/state.ts */
import type { Connection } from './binding.js';
import { sweepItems } from './items.js';
import { sweepNotes } from './notes.js';

/** Rows swept at once, and how often it is asked whether some have expired: in milliseconds. */
const SWEPT = 50;
const EVERY = 10_000;

/** Inside a transaction: takes some of what has expired away, if the last time was a while ago or left some. */
export function createSweep(): (connection: Connection) => void {
  let next = 0;
  return (connection) => {
    const now = Date.now();
    if (now < next) return;
    const swept = [sweepNotes, sweepItems].map((sweep) => sweep(connection, now, SWEPT));
    next = swept.some((rows) => rows === SWEPT) ? now : now + EVERY;
  };
}
