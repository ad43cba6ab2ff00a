/**
 * The authorization server: everything under the issuer's path is one plain handler. A request goes through the steps below and then to the
 * library; what the library answers goes through `answers.ts`. Source: SMART App Launch 2.2, RFC 6749, OpenID Connect Core 1.0
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { answering, noteRefusals } from './answers.js';
import { type AwayRooms, noteFailures, sendFailure, tellingAway } from './away.js';
import { clientKeys } from './client-keys.js';
import { type FollowedKeys, followKeys, type KeysNow } from './followed-keys.js';
import type { Interactions, Pages } from './interactions.js';
import { interactionsOn } from './interactions-on-library.js';
import { createLibrary } from './library.js';
import { ownIssuer, ownTokens } from './own-tokens.js';
import type { AuthRooms } from './rooms.js';
import { smartConfiguration } from './smart-configuration.js';
import { serveStyle } from './smart-style.js';
import { askForConsent, postAuthorize } from './steps/authorize.js';
import { readClientRequest } from './steps/client-request.js';
import { type Exchange, type Step, setUrl } from './steps/exchange.js';
import { makeLaunches } from './steps/launch.js';
import { pinHost } from './steps/pin-host.js';
import { takeOutSecret } from './steps/registration-change.js';
import { createFailures, type Failures, slowRegistration } from './steps/slow-failures.js';
import type { Issuer } from './verify/check-token.js';

export interface AuthOptions extends AuthRooms {
  readonly pages: (interactions: Interactions) => Pages;
}

export interface Auth {
  /** For every request whose path begins with the issuer's. */
  handler(req: IncomingMessage, res: ServerResponse): void;
  /** For `[base]/.well-known/smart-configuration`. */
  readonly smartConfiguration: object;
  /** By which the resource server knows our tokens; a rotation by another process is followed. */
  readonly issuer: Issuer;
  close(): void;
}

export async function createAuth({ pages: createPages, ...rooms }: AuthOptions): Promise<Auth> {
  const keys = await followKeys(rooms);
  const tokens = ownTokens(rooms, keys.keyOf);
  const followed = clientKeys(rooms);
  const provider = () => library().provider;
  const pages = createPages(interactionsOn(rooms, provider));
  const library = builtAnew(keys, (now) => {
    const built = createLibrary(rooms, now, pages);
    noteFailures(built);
    noteRefusals(built);
    built.use(tellingAway({ ...rooms, pages }) as Parameters<Provider['use']>[0]);
    built.use(answering({ ...rooms, tokens, pages }) as Parameters<Provider['use']>[0]);
    return built;
  });
  const failures = failuresFor(rooms);
  const steps: readonly Step[] = [
    pinHost(rooms.issuer, rooms.trustProxy),
    serveStyle,
    servePages(pages),
    makeLaunches({ ...rooms, tokens, provider, failures }),
    postAuthorize(rooms.issuer),
    askForConsent(rooms.issuer),
    slowRegistration(failures),
    takeOutSecret(provider),
    readClientRequest({ ...rooms, tokens, keys: followed, provider, failures }),
  ];
  const issuerPath = new URL(rooms.issuer).pathname;
  return {
    handler(req, res) {
      setUrl(req, issuerPath, (req.url ?? '').slice(issuerPath.length) || '/');
      const exchange = { req, res, path: pathOf(req.url) };
      void take(steps, exchange)
        .then((left) => left && library().handler(left.req, left.res))
        .catch((error: unknown) => fail({ ...rooms, pages }, exchange, error));
    },
    smartConfiguration: smartConfiguration(rooms),
    issuer: ownIssuer(rooms, keys.keyOf),
    close: keys.close,
  };
}

function failuresFor({ failuresPerMinute: perMinute, now, record }: AuthRooms): Failures | undefined {
  if (perMinute === undefined) return undefined;
  const onLocked = (address: string, client: string) => record({ kind: 'lock-out', outcome: 'refused', by: { client }, address });
  return createFailures({ perMinute, now, onLocked });
}

interface Library {
  readonly provider: Provider;
  readonly handler: ReturnType<Provider['callback']>;
}

/** Its keys are fixed when it is built, so another is built on the same store when they change. */
function builtAnew(keys: FollowedKeys, build: (keys: KeysNow) => Provider): () => Library {
  let built: (Library & { readonly by: string }) | undefined;
  return () => {
    const now = keys.now();
    const by = [...now.signing.map(({ kid }) => kid), ...now.cookies].join(' ');
    if (built?.by === by) return built;
    const provider = build(now);
    built = { provider, handler: provider.callback(), by };
    return built;
  };
}

function pathOf(url = ''): string {
  return url.split('?', 1).join('').toLowerCase().replace(/\/$/, '');
}

async function take(steps: readonly Step[], exchange: Exchange): Promise<Exchange | undefined> {
  let left: Exchange | undefined = exchange;
  for (const step of steps) left = left && (await step(left));
  return left;
}

function servePages(pages: Pages): Step {
  return async (exchange) => ((await pages.serve(exchange.req, exchange.res, pagePath(exchange))) ? undefined : exchange);
}

/** As it was sent: ids are in it. */
function pagePath({ req }: Exchange): string {
  return (req.url ?? '').split('?', 1).join('');
}

function fail(rooms: AwayRooms, { req, res }: Exchange, error: unknown): void {
  // Who went away needs no answer.
  if ((req.destroyed && !req.complete) || res.headersSent) return void res.destroy();
  sendFailure(rooms, req, res, error);
}
