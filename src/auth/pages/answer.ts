/** How pages are sent: never kept, never framed, loading nothing, running nothing. */
import type { ServerResponse } from 'node:http';
import { styleSource } from './style.js';

/**
 * `formsTo`: where forms may lead, redirects included; absent: anywhere, for browsers also refuse the redirects that follow the one back to
 * an application, and those are its own affair.
 */
export function pageHeaders(formsTo?: readonly string[]): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `style-src ${styleSource}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
    ...(formsTo === undefined ? [] : [`form-action ${formsTo.join(' ')}`]),
  ];
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    // Forms would not tell their own origin under `no-referrer`.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    Vary: 'Accept-Language, Cookie',
  };
}

export function sendPage(res: ServerResponse, page: string, status: number, formsTo?: readonly string[]): void {
  res.writeHead(status, pageHeaders(formsTo));
  res.end(res.req.method === 'HEAD' ? undefined : page);
}

/** After a form was taken: the next page is asked for by GET. */
export function seeOther(res: ServerResponse, path: string): void {
  res.writeHead(303, { Location: path, 'Cache-Control': 'no-store' });
  res.end();
}
