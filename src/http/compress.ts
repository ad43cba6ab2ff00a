/** Answers packed as gzip for those who take them so. Source: RFC 9110 §8.4.1.3 */
import { promisify } from 'node:util';
import { constants, gzip, gzipSync } from 'node:zlib';

/** Less fits into one packet as it is. */
const LEAST = 1400;
/** Up to here packing takes less time than handing it to another thread. */
const SMALL = 16 * 1024;
const quick = { level: constants.Z_BEST_SPEED };
const elsewhere = promisify(gzip);

export function isWorthPacking(body: Buffer): boolean {
  return body.length >= LEAST;
}

/** Long ones are packed by another thread. */
export function packed(body: Buffer): Buffer | Promise<Buffer> {
  return body.length <= SMALL ? gzipSync(body, quick) : elsewhere(body, quick);
}
