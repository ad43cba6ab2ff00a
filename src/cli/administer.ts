/** What is done to accounts, clients and keys from the command line: on the store that STORE names, while a server serves it or not. */
import type { Role } from '../access/policy/policy.js';
import { readPolicy } from '../access/policy/read-policy.js';
import type { SecurityEvent } from '../audit/event.js';
import { recordOnce } from '../audit/record-once.js';
import type { KeyRing } from '../auth/key-ring.js';
import { type Config, readConfig } from '../config.js';
import { builtFolder } from '../definitions/built.js';
import type { Definitions } from '../definitions/definitions.js';
import { loadDefinitions } from '../definitions/load.js';
import { openSealed, secretsKeyIn } from '../secrets-key.js';
import { openStore } from '../store/open.js';
import type { StateStore } from '../store/state.js';
import { operator } from './operator.js';
import { UsageError } from './usage-error.js';

export interface Administration {
  readonly config: Config;
  readonly types: Definitions;
  readonly states: StateStore;
  /** The same as it lies in the store, and the keys by which it is read. */
  readonly stored: StateStore;
  readonly ring: KeyRing;
}

/** What was changed is put into the audit's journal, where that is not switched off: the event that `work` gives. */
export async function administer(work: (administration: Administration) => Promise<SecurityEvent | undefined>): Promise<void> {
  const config = readConfig(process.env);
  const ring = secretsKeyIn(config.secretsKeyFile);
  const store = await openStore(config.store);
  try {
    const states = await openSealed(store.states, ring);
    const event = await work({ config, types: loadDefinitions(builtFolder), states, stored: store.states, ring });
    if (event !== undefined && config.audit !== 'off') await recordOnce(store.audit, [{ by: operator(), ...event }]);
  } finally {
    await store.close();
  }
}

/** Throws UsageError where the policy knows no such role. */
export function demandRole({ config: { policyFile }, types }: Pick<Administration, 'config' | 'types'>, name: string): Role {
  const { roles } = readPolicy(policyFile === '' ? undefined : policyFile, types);
  const role = roles.get(name);
  if (role === undefined) throw new UsageError(`The policy has no role "${name}"; it has ${[...roles.keys()].join(', ')}.`);
  return role;
}

export const exitCodes = `
Exit code: 0 done, 1 it could not be done (standard error says why), 2 the command or a setting is wrong.
STORE is sqlite:./data/lianyi.db unless it is set; a server may be running on it.`;
