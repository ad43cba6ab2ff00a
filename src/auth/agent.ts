/** Who did it, as an event tells: by name, because an auditor knows people, not ids of accounts. */
import type { StateStore } from '../store/state.js';
import { type Account, findAccountById } from './accounts.js';

export function agentOf(who: Account | { readonly name: string }) {
  if (!('id' in who)) return { name: who.name };
  const { id, name, displayName, role, fhirUser, institution } = who;
  return { account: id, name: displayName ?? name, role, ...(fhirUser && { fhirUser }), ...(institution && { institution }) };
}

/** An account that is gone by now keeps its id. */
export async function agentWith(states: StateStore, account: string | undefined, client: string | undefined) {
  const found = account === undefined ? undefined : await findAccountById(states, account);
  return {
    ...(client === undefined ? {} : { client }),
    ...(account === undefined ? {} : { account }),
    ...(found === undefined ? {} : agentOf(found)),
  };
}
