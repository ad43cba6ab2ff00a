/** Sends a page, with its headers, kept by nobody and its address told to nobody; or an answer to a program. */
import type { ServerResponse } from 'node:http';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Page } from './interactions.js';

export const always = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff' };

export function show(ctx: KoaContextWithOIDC, page: Page): void {
  ctx.type = 'html';
  ctx.set({ ...always, ...page.headers });
  ctx.body = page.html;
}

export function sendPage(res: ServerResponse, status: number, page: Page): void {
  res.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', ...always, ...page.headers });
  res.end(page.html);
}

/**
 * Of what is answered before the library is asked, pages of any origin may read that they have to wait, say: nothing of it goes by cookies.
 * Source: Fetch standard, CORS protocol
 */
const readable = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Retry-After, WWW-Authenticate' };

export function sendJson(res: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Pragma: 'no-cache', ...readable, ...headers });
  res.end(JSON.stringify(body));
}
