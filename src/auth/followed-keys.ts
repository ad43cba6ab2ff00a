/** The keys of this moment, followed in the store: another process or an operator may rotate them at any time. */
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
  now(): KeysNow;
  /** Public; undefined for one that is not ours, or not any more. */
  keyOf(kid: string): Promise<KeyObject | undefined>;
  close(): void;
}

/** Milliseconds between two looks, and at least between two for the sake of an unknown key. */
const POLL = 2000;
const PAUSE = 1000;

type Rooms = Pick<AuthRooms, 'states' | 'lifetimes' | 'now' | 'logger' | 'onKeysGone' | 'pollEvery'>;

export async function followKeys({ states, lifetimes, now, logger, onKeysGone, pollEvery = POLL }: Rooms): Promise<FollowedKeys> {
  let set: KeySet = await ensureKeys(states, now());
  let looked = now();
  const view = () => keysAt(set, now(), longestLife(lifetimes));
  const publicKeys = new Map<string, KeyObject>();
  const look = async () => {
    looked = now();
    const [before, after] = [view(), await readKeys(states)];
    if (after === undefined) return;
    set = after;
    const kids = new Set(after.signing.map(({ kid }) => kid));
    if (before.some(({ kid }) => !kids.has(kid))) onKeysGone?.();
  };
  const find = (kid: string) => view().find((key) => key.kid === kid);
  const polling = poll(pollEvery, look, (err) => logger.error({ err }, 'the keys cannot be read from the store: the last ones are used'));
  return {
    now: () => ({ signing: view(), cookies: set.cookies }),
    async keyOf(kid) {
      if (find(kid) === undefined && now() - looked > PAUSE) await polling.now();
      const found = find(kid);
      if (found === undefined) return undefined;
      const known = publicKeys.get(kid) ?? createPublicKey({ key: found.jwk, format: 'jwk' });
      publicKeys.set(kid, known);
      return known;
    },
    close: polling.close,
  };
}
