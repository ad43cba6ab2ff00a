/**
 * What a seal says of the records before it: a digest over all of them in their order, that goes on from the seal before. Whoever changes,
 * removes, adds or moves a record afterwards makes another digest, and with it another one for every seal that follows.
 */
import { createHash } from 'node:crypto';
import type { AuditRecord, AuditSeal } from '../store/audit-log.js';

export interface SealDigest {
  add(record: AuditRecord): void;
  /** Records one behind the other: of each its `headText` and its body. */
  addBytes(bytes: Buffer): void;
  /** `seal` as it will be kept, but for the digest. */
  end(seal: Omit<AuditSeal, 'digest'>): Buffer;
}

/** What stands before a body, its length in bytes too: where a record ends is no matter of what is in it. `keys`: as JSON. */
export function headText(number: number, time: number | string, length: number, keys: string): string {
  return `${number} ${time} ${length} ${keys}\n`;
}

/** `before`: the digest of the seal before, empty for the first. */
export function createSealDigest(before: Buffer): SealDigest {
  const hash = createHash('sha256').update(before);
  return {
    add({ number, time, keys, body }) {
      hash.update(headText(number, time, body.length, JSON.stringify(keys))).update(body);
    },
    addBytes: (bytes) => void hash.update(bytes),
    end({ chain, number, time, missing, others = [] }) {
      const named = others.map((other) => [other.chain, other.digest.toString('hex')]);
      return hash.update(JSON.stringify([chain, number, time, missing, named])).digest();
    },
  };
}
