/** Under which names it is remembered what was done. Source: draft-ietf-httpapi-idempotency-key-header §2.1, §5 */
import { createHash } from 'node:crypto';
import type { Access } from '../access/access.js';
import type { InteractionName, Once } from './request.js';

/** A key is one person's own: two who choose the same one never meet. */
export function onceName({ subject = '' }: Pick<Access, 'subject'>, key: string): string {
  return `once/${createHash('sha256')
    .update(JSON.stringify([subject, key]))
    .digest('base64url')}`;
}

const writing: ReadonlySet<InteractionName> = new Set([
  'create',
  'update',
  'patch',
  'delete',
  'conditional-update',
  'conditional-patch',
  'conditional-delete',
]);

/** Of an entry of a batch: each is remembered for itself, so that a repeat goes on where the batch was cut off. */
export function onceForEntry(once: Once | undefined, index: number, interaction: InteractionName): Once | undefined {
  if (once === undefined || !writing.has(interaction)) return undefined;
  return { ...once, name: `${once.name}/${index}` };
}
