/**
 * While the store is away nobody can be told who they are: whoever asks is told to ask again, in the words of OAuth, or on a page.
 * Source: RFC 6749 4.1.2.1 (temporarily_unavailable), RFC 9110 15.6.4 (503) and 10.2.3 (Retry-After)
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { FhirError } from '../model/outcome.js';
import type { Pages } from './interactions.js';
import type { AuthRooms } from './rooms.js';
import { sendJson, sendPage, show } from './show.js';

export interface AwayRooms extends Pick<AuthRooms, 'storeFault' | 'logger'> {
  readonly pages: Pages;
}

/** What the library could not do, by what it was asked: it answers before it tells. */
const failures = new WeakMap<object, unknown>();

export function noteFailures(provider: Provider): void {
  provider.on('server_error', (ctx, error) => void failures.set(ctx, error));
}

/** Around everything that the library does and that `answers.ts` adds. */
export function tellingAway(rooms: AwayRooms) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    const error = await next().then(
      () => failures.get(ctx),
      (thrown: unknown) => thrown,
    );
    if (error === undefined) return;
    const away = awayBy(rooms, error);
    if (away === undefined) {
      if (failures.has(ctx)) return;
      throw error;
    }
    ctx.set(away.headers);
    if (ctx.accepts('json', 'html') === 'html') show(ctx, rooms.pages.error(ctx.req, told));
    else ctx.body = inOauth;
    ctx.status = 503;
  };
}

/** Of a request that did not come as far as the library. */
export function sendFailure(rooms: AwayRooms, req: IncomingMessage, res: ServerResponse, error: unknown): void {
  const known = awayBy(rooms, error) ?? (error instanceof FhirError ? error : undefined);
  if (known === undefined) rooms.logger.error({ err: error }, 'the authorization server failed');
  const code = known === undefined ? 'server_error' : known.status === 503 ? told.code : 'invalid_request';
  const description = known === undefined ? {} : { description: known.message };
  if (/text\/html/.test(req.headers.accept ?? '')) {
    const { html, headers } = rooms.pages.error(req, { code, ...description });
    sendPage(res, known?.status ?? 500, { html, headers: { ...headers, ...known?.headers } });
  } else {
    sendJson(res, known?.status ?? 500, { error: code, error_description: known?.message ?? 'something went wrong here' }, known?.headers);
  }
}

function awayBy({ storeFault }: AwayRooms, error: unknown): FhirError | undefined {
  const found = error instanceof FhirError ? error : storeFault(error);
  return found?.status === 503 ? found : undefined;
}

const told = { code: 'temporarily_unavailable', description: 'what is needed to answer cannot be read or written at present' };
const inOauth = { error: told.code, error_description: told.description };
