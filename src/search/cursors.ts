/**
 * The cursors of page links: where in a walk a page begins, which way it goes and which walk it belongs to, sealed with a secret of
 * the store. Opaque to clients; nothing is kept for them. Source: R4 http.html#paging, search.html#Paging
 */
import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Access } from '../access/access.js';
import { message } from '../model/message.js';
import { type FhirError, fault } from '../model/outcome.js';
import { remembering } from '../model/recent.js';
import type { Position, ResourceStore } from '../store/port.js';

/** Where a page begins: behind a position, or the other way round before it; without one at the very end. */
export interface Turn {
  readonly position?: Position;
  readonly backward: boolean;
}

export interface Cursors {
  encode(turn: Turn, walk: string): string;
  /** `values`: how many a position has. Throws FhirError 400 for what was not given out here, and for what belongs to another walk. */
  decode(text: string, walk: string, values: number): Turn;
}

const SECRET = 'cursor-secret';

/** Made once for a store; all processes that share it give out the same cursors. */
export async function cursorSecret(store: Pick<ResourceStore, 'state' | 'putState'>): Promise<Buffer> {
  const found = await store.state(SECRET);
  if (found !== undefined) return Buffer.from(found, 'base64url');
  const made = randomBytes(32);
  if (await store.putState(SECRET, made.toString('base64url'), undefined)) return made;
  return cursorSecret(store);
}

/** Result parameters that leave the walk as it is: a client may change them from page to page. */
const harmless: ReadonlySet<string> = new Set([
  '_cursor',
  '_count',
  '_total',
  '_include',
  '_include:iterate',
  '_revinclude',
  '_revinclude:iterate',
  '_summary',
  '_elements',
  '_format',
  '_pretty',
]);

/** Whose walk it is: also in a context of its own, which may be another tomorrow. */
export function walkerOf({ subject, principal }: Pick<Access, 'subject' | 'principal'>): string {
  return JSON.stringify([subject, principal?.patient]);
}

/** A short digest of what is walked through. A cursor is good for that alone. `asked`: all that decides what is in the walk, and its parameters. */
export function walkOf(asked: readonly unknown[], parameters: readonly (readonly [name: string, value: string])[]): string {
  const all = [...asked, parameters.filter(([name]) => !harmless.has(name))];
  return hash('sha256', JSON.stringify(all), 'base64url').slice(0, 11);
}

const SEAL = 12;
/** Walks whose last cursor is remembered. */
const ENDS = 1000;

export function createCursors(secret: Buffer): Cursors {
  const sealOf = (payload: Buffer) => createHmac('sha256', secret).update(payload).digest().subarray(0, SEAL);
  const sealed = (content: readonly unknown[]): string => {
    const payload = Buffer.from(JSON.stringify(content));
    return Buffer.concat([sealOf(payload), payload]).toString('base64url');
  };
  // Every page of a walk leads to its end.
  const toEnd = remembering(ENDS, (walk) => sealed([walk, 1]));
  return {
    encode({ position, backward }, walk) {
      if (position !== undefined)
        return sealed([walk, backward ? 1 : 0, position.place ?? position.number, ...position.values.map(toJson)]);
      return backward ? toEnd(walk) : sealed([walk, 0]);
    },
    decode(text, walk, values) {
      const bytes = Buffer.from(text, 'base64url');
      const [seal, payload] = [bytes.subarray(0, SEAL), bytes.subarray(SEAL)];
      if (bytes.length <= SEAL || !timingSafeEqual(seal, sealOf(payload))) throw refused(notOurs);
      // Sealed: it is what `encode` made.
      const [owner, backward, number, ...found] = JSON.parse(payload.toString()) as [string, number, (number | string)?, ...unknown[]];
      if (owner !== walk) throw refused(notThisSearch);
      if (number === undefined) return { backward: true };
      if (found.length !== values) throw refused(notThisSearch);
      const stands = typeof number === 'string' ? { number: 0, place: number } : { number };
      return { position: { ...stands, values: found.map(fromJson) }, backward: backward === 1 };
    },
  };
}

type SortedBy = Position['values'][number];

/** JSON has no infinity, which is where an open range ends. */
function toJson(value: SortedBy): unknown {
  return value === Number.POSITIVE_INFINITY ? [1] : value === Number.NEGATIVE_INFINITY ? [-1] : value;
}

function fromJson(value: unknown): SortedBy {
  return Array.isArray(value) ? Number(value[0]) * Number.POSITIVE_INFINITY : (value as SortedBy);
}

const notOurs = ['is not one that this server gave out', '不是本服务器给出的'] as const;
const notThisSearch = ['belongs to another search', '属于另一次检索'] as const;

function refused([en, zh]: readonly [string, string]): FhirError {
  return fault(
    'invalid',
    message('search-cursor', `The _cursor of this page link ${en}; start the search again`, `此分页链接的 _cursor ${zh}；请重新检索`),
    { expression: '_cursor' },
  );
}
