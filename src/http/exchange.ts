/** One request with its answer to be: what the parts of a door hand to each other. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/access.js';
import type { TypeModel } from '../definitions/definitions.js';
import { negotiate, type Wishes } from './negotiate.js';
import { nextRequestId } from './request-id.js';

/** What the doors of one server have in common. */
export interface Premises {
  readonly types: TypeModel;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  /** Origins whose pages may ask; `*`: all. */
  readonly origins: readonly string[];
  /** Whether a proxy stands before the server that tells where a request came from. */
  readonly trustProxy?: boolean;
}

export interface Exchange {
  readonly premises: Premises;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
  /** A POSTed form may still change them. */
  wishes: Wishes;
  /** Of who asks, once that is known. */
  access?: Access;
  /** It was understood and handed on. */
  performed: boolean;
}

export function openExchange(premises: Premises, req: IncomingMessage, res: ServerResponse): Exchange {
  return { premises, req, res, requestId: nextRequestId(req), wishes: negotiate(req), performed: false };
}
