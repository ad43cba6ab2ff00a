/** Who runs a command, for the audit. */
import { userInfo } from 'node:os';

/** Who works at this machine, as far as it knows. */
export function operator(): { readonly name?: string } {
  try {
    return { name: userInfo().username };
  } catch {
    return {};
  }
}
