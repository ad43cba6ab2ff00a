/** Work that may be done twice goes on when the store comes back, as after the election of another primary. Source: port.ts StoreUnknown */
import { setTimeout as pause } from 'node:timers/promises';
import { StoreBusy, StoreUnavailable, StoreUnknown } from './port.js';

/** Each try waits for MongoDB by itself: together they outlast an election of the usual twelve seconds. */
const TRIES = 4;
const BETWEEN = 500;

/** Whether the same may succeed later. */
export function isAway(error: unknown): boolean {
  return [StoreBusy, StoreUnavailable, StoreUnknown].some((kind) => error instanceof kind);
}

/** Throws what the last try met. */
export async function overOutages<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES || !isAway(error)) throw error;
    }
    await pause(BETWEEN * tries);
  }
}
