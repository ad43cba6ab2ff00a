/** Where a request came from. Source: MDN X-Forwarded-For (de facto) */
import type { IncomingMessage } from 'node:http';

/** What the proxy itself saw stands last; before it stands whatever the client likes. */
export function addressOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trustProxy: boolean): string {
  const forwarded = trustProxy
    ? String(headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim()
    : undefined;
  return forwarded || (socket.remoteAddress ?? '');
}
