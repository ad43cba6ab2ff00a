/**
 * Ids the server gives: time first, so that neighbours in time are neighbours in an index, then chance, so that nobody
 * guesses them. 18 characters of lower-case letters and digits. Source: R4 datatypes.html#id
 */
import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(4096);
let used = pool.length;

/** `ms` milliseconds since 1970; eight characters hold them until the year 2059, then ids grow by one. */
export function newId(ms: number = Date.now()): string {
  return ms.toString(36).padStart(8, '0') + randomPart() + randomPart();
}

/** Five characters, 25 bits of chance. */
function randomPart(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bits = pool.readUInt32LE(used) >>> 7;
  used += 4;
  return bits.toString(36).padStart(5, '0');
}
