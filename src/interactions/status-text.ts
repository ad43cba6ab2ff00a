/** `201 Created`, as Bundle.entry.response.status has it. Source: R4 bundle-definitions.html#Bundle.entry.response.status */
import { STATUS_CODES } from 'node:http';

export function statusText(status: number): string {
  const phrase = STATUS_CODES[status];
  return phrase === undefined ? String(status) : `${status} ${phrase}`;
}
