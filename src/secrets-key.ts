/** The key that SECRETS_KEY_FILE names, and whether it is the one that a store needs: told at the start, in a sentence. */
import { readFileSync } from 'node:fs';
import { type KeyRing, noKeys, readKeyRing } from './auth/key-ring.js';
import { missingKeys, sealedStates } from './auth/sealed-states.js';
import { ConfigError } from './config.js';
import type { StateStore } from './store/state.js';

/** Throws ConfigError. */
export function secretsKeyIn(file: string): KeyRing {
  if (file === '') return noKeys;
  try {
    return readKeyRing(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(`SECRETS_KEY_FILE, ${file}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Throws ConfigError where something in the store is sealed with a key that is not on the ring. */
export async function openSealed(states: StateStore, ring: KeyRing): Promise<StateStore> {
  const missing = await missingKeys(states, ring);
  if (missing.length === 0) return sealedStates(states, ring);
  const needed = `Secrets in this store are sealed with the key ${missing.join(', ')}`;
  if (ring.names.length === 0) throw new ConfigError(`${needed}, but SECRETS_KEY_FILE is not set: name the file that holds it.`);
  throw new ConfigError(`${needed}; the file that SECRETS_KEY_FILE names holds ${ring.names.join(', ')}: add a line with the missing key.`);
}
