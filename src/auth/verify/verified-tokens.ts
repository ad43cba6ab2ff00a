/** Tokens that have been verified, by their digest, until they expire: most requests carry one that was seen a moment ago. */
import { hash } from 'node:crypto';
import type { Access } from '../../access/access.js';
import type { DeniableToken } from './denied.js';

export interface Kept {
  readonly access: Access;
  readonly token: DeniableToken;
  /** Milliseconds UTC. */
  readonly expires: number;
  /** Of the denials by which it was last judged. */
  generation: number;
}

export interface VerifiedTokens {
  get(digest: string): Kept | undefined;
  add(digest: string, kept: Kept): void;
  delete(digest: string): void;
  clear(): void;
}

/** Of the field that holds it. What is kept is no token: who could read it could not use it. */
export function digestOf(authorization: string): string {
  return hash('sha256', authorization, 'base64');
}

/** The field that a connection brought last, as long as the connection is there. */
export interface Brought {
  readonly authorization: string;
  readonly digest: string;
  /** What was kept of it; it may have been given up since, which `expires` and `generation` tell. */
  kept: Kept | undefined;
}

/** By the connection they come on, which mostly brings the same again. */
export function createConnections(): (connection: object, authorization: string) => Brought {
  const last = new WeakMap<object, Brought>();
  return (connection, authorization) => {
    const known = last.get(connection);
    if (known?.authorization === authorization) return known;
    const brought = { authorization, digest: digestOf(authorization), kept: undefined };
    last.set(connection, brought);
    return brought;
  };
}

/** At most `most`; those unused for longest go first. */
export function createVerifiedTokens(most: number): VerifiedTokens {
  // Two generations: a token that is used in the younger costs one look-up, and nothing is moved about on each hit.
  let young = new Map<string, Kept>();
  let old = new Map<string, Kept>();
  const half = Math.max(1, Math.floor(most / 2));
  const add = (digest: string, kept: Kept) => {
    if (young.size >= half) {
      old = young;
      young = new Map();
    }
    young.set(digest, kept);
  };
  return {
    get(digest) {
      const found = young.get(digest);
      if (found !== undefined) return found;
      const older = old.get(digest);
      if (older !== undefined) add(digest, older);
      return older;
    },
    add,
    delete(digest) {
      young.delete(digest);
      old.delete(digest);
    },
    clear() {
      young.clear();
      old.clear();
    },
  };
}
