/**
 * The keys of this moment, followed in the store: another process or an operator may rotate them at any time. Where they cannot be read, say
 * because they are sealed with a key that this process lacks, the last ones count for a little while only: they may be known to others by now.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { poll } from '../model/poll.js';
import { ensureKeys, type KeySet, keysAt, readKeys, type SigningKey } from './keys.js';
import { type AuthRooms, longestLife } from './rooms.js';

export interface KeysNow {
  /** The first signs. */
  readonly signing: readonly SigningKey[];
  readonly cookies: readonly string[];
}

export interface FollowedKeys {
  /** Throws what keeps them from being read, once that has lasted too long. */
  now(): KeysNow;
  /** Public; undefined for one that is not ours, or not any more. Rejects where `now` throws. */
  keyOf(kid: string): Promise<KeyObject | undefined>;
  close(): void;
}

/** Milliseconds between two looks, and at least between two for the sake of an unknown key. */
const POLL = 2000;
const PAUSE = 1000;
/** Milliseconds for which keys that cannot be read anew are trusted, as denials are. */
const PATIENCE = 60_000;

type Rooms = Pick<AuthRooms, 'states' | 'lifetimes' | 'now' | 'logger' | 'onKeysGone' | 'pollEvery'>;

export async function followKeys({ states, lifetimes, now, logger, onKeysGone, pollEvery = POLL }: Rooms): Promise<FollowedKeys> {
  let set: KeySet = await ensureKeys(states, now());
  let looked = now();
  const view = () => keysAt(set, now(), longestLife(lifetimes));
  const publicKeys = new Map<string, KeyObject>();
  let loss: { readonly since: number; readonly error: unknown } | undefined;
  const isLost = () => loss !== undefined && now() - loss.since > PATIENCE;
  const refuseLost = () => {
    if (isLost()) throw loss?.error;
  };
  const lose = (error: unknown): never => {
    loss = { since: loss?.since ?? now(), error };
    if (isLost()) onKeysGone?.();
    throw error;
  };
  const look = async () => {
    looked = now();
    const [before, after] = [view(), await readKeys(states).catch(lose)];
    loss = undefined;
    if (after === undefined) return;
    set = after;
    const kids = new Set(after.signing.map(({ kid }) => kid));
    if (before.some(({ kid }) => !kids.has(kid))) onKeysGone?.();
  };
  const find = (kid: string) => view().find((key) => key.kid === kid);
  const polling = poll(pollEvery, look, (err) =>
    logger.error({ err }, 'the keys cannot be read from the store: the last ones are used for a minute'),
  );
  return {
    now() {
      refuseLost();
      return { signing: view(), cookies: set.cookies };
    },
    async keyOf(kid) {
      if ((find(kid) === undefined || isLost()) && now() - looked > PAUSE) await polling.now();
      refuseLost();
      const found = find(kid);
      if (found === undefined) return undefined;
      const known = publicKeys.get(kid) ?? createPublicKey({ key: found.jwk, format: 'jwk' });
      publicKeys.set(kid, known);
      return known;
    },
    close: polling.close,
  };
}
