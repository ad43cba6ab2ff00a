/** The few cookies of the pages: for the browser alone, sent to the authorization server alone, never from another site's form. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface CookiePlace {
  /** Absolute: where the pages are. */
  readonly issuer: string;
}

export function readCookie(req: IncomingMessage, name: string): string | undefined {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
  return found !== undefined && /^[\w.~-]{1,200}$/.test(found) ? found : undefined;
}

/** `seconds`: how long it is kept; 0 removes it, undefined keeps it until the browser is closed. */
export function setCookie(res: ServerResponse, { issuer }: CookiePlace, name: string, value: string, seconds?: number): void {
  const { pathname, protocol } = new URL(issuer);
  const parts = [`${name}=${value}`, `Path=${pathname}`, 'HttpOnly', 'SameSite=Lax'];
  if (protocol === 'https:') parts.push('Secure');
  if (seconds !== undefined) parts.push(`Max-Age=${seconds}`);
  res.appendHeader('Set-Cookie', parts.join('; '));
}
