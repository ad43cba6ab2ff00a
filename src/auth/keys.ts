/**
 * The keys that tokens and cookies are signed with, kept in the state store and made at the first start. A rotation publishes a new key at
 * once, signs with it once everybody had time to learn of it, and drops the old one when nothing that it signed can be valid any more: which
 * key is where is a matter of the clock alone, so that all processes agree. Source: OpenID Connect Core 1.0 10.1.1
 */
import { createHash, generateKeyPair, type JsonWebKey, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { StateStore } from '../store/state.js';

export interface SigningKey {
  readonly kid: string;
  /** The private key. */
  readonly jwk: JsonWebKey;
  /** Milliseconds UTC. */
  readonly signsFrom: number;
}

export interface KeySet {
  /** In the order in which they sign. */
  readonly signing: readonly SigningKey[];
  /** The first signs, all are accepted. */
  readonly cookies: readonly string[];
}

export interface Rotation {
  /** Milliseconds UTC. */
  readonly now?: number;
  /** Milliseconds for which the new key is published before it signs. */
  readonly publishFor?: number;
  /** The old keys are known to others: they are of no use from now on, nor are the tokens and sessions they signed. */
  readonly compromised?: boolean;
}

const [kind, id] = ['keys', 'current'];
const standardPublishing = 10 * 60_000;
const makePair = promisify(generateKeyPair);

/** What the store has, made if there is nothing yet. */
export async function ensureKeys(states: StateStore, now: number = Date.now()): Promise<KeySet> {
  for (;;) {
    const found = await readKeys(states);
    if (found !== undefined) return found;
    const value = JSON.stringify({ signing: [await newKey(now)], cookies: [newSecret()] } satisfies KeySet);
    await states.add({ kind, id, value });
  }
}

export async function readKeys(states: StateStore): Promise<KeySet | undefined> {
  const item = await states.get(kind, id);
  return item && (JSON.parse(item.value) as KeySet);
}

/** The new key. Running servers follow within seconds. */
export async function rotateKeys(states: StateStore, rotation: Rotation = {}): Promise<SigningKey> {
  const { now = Date.now(), publishFor = standardPublishing, compromised = false } = rotation;
  await ensureKeys(states, now);
  const added = await newKey(compromised ? now : now + publishFor);
  for (;;) {
    const item = await states.get(kind, id);
    if (item === undefined) throw new Error('The keys have gone from the store');
    const { signing, cookies }: KeySet = JSON.parse(item.value);
    const kept = compromised ? { signing: [], cookies: [] } : { signing, cookies: cookies.slice(0, 1) };
    const set: KeySet = { signing: [...kept.signing.slice(-4), added], cookies: [newSecret(), ...kept.cookies] };
    if (await states.put({ kind, id, value: JSON.stringify(set) }, item)) return added;
  }
}

/** The one that signs comes first, then those that are or were: a key is dropped `keepFor` after the next one began to sign. */
export function keysAt({ signing }: KeySet, now: number, keepFor: number): readonly SigningKey[] {
  const order = [...signing].sort((one, other) => one.signsFrom - other.signsFrom);
  const begun = order.filter(({ signsFrom }) => signsFrom <= now);
  const signer = begun.at(-1) ?? order[0];
  const others = order.filter((key, at) => key !== signer && (order[at + 1]?.signsFrom ?? Number.POSITIVE_INFINITY) + keepFor > now);
  return signer === undefined ? [] : [signer, ...others];
}

async function newKey(signsFrom: number): Promise<SigningKey> {
  const { privateKey } = await makePair('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' });
  return { kid: thumbprint(jwk), jwk, signsFrom };
}

/** Source: RFC 7638 3.2 */
function thumbprint({ e, n }: JsonWebKey): string {
  return createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url');
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
