/** Where the ledger of loads lies unless a person says otherwise. Source: XDG Base Directory Specification (XDG_STATE_HOME) */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

export function defaultLedger(): string {
  const named = process.env.XDG_STATE_HOME ?? '';
  const state = isAbsolute(named) ? named : join(homedir(), '.local', 'state');
  return join(state, 'lianyi', 'load.jsonl');
}
