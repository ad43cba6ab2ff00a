/**
 * The FHIR door: one plain handler for everything under the base path. No framework stands before it, because
 * entering one costs several times the rest of a read.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../access/access.js';
import type { Gate } from '../interactions/gate.js';
import type { TypeNames } from '../interactions/parse-target.js';
import type { Perform } from '../interactions/perform.js';
import { RequestAborted } from './body.js';
import { respondError, shownError } from './errors.js';
import type { Logger } from './log.js';
import { type BodyLimits, receive } from './request.js';
import { nextRequestId } from './request-id.js';
import { respond } from './respond.js';

export interface FhirDoor {
  readonly definitions: TypeNames;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly perform: Perform;
  readonly gate: Gate;
  readonly limits: BodyLimits;
  readonly logger: Logger;
  readonly accessOf: (req: IncomingMessage) => Access | Promise<Access>;
}

export type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** The weight of a Bundle is its size, but the smallest too takes a place. */
const LIGHTEST = 64 * 1024;

/** `url` as the request has it begins with `basePath`, or the request is not for this door. */
export function createFhirHandler(door: FhirDoor, basePath: string): Handler {
  return (req, res) => {
    const requestId = nextRequestId(req);
    const shape = { baseUrl: door.baseUrl, requestId, pretty: false };
    handle(door, req, res, basePath, shape).catch((error: unknown) => {
      if (error instanceof RequestAborted) res.destroy();
      else respondError(req, res, shownError(error, requestId, door.logger), shape);
    });
  };
}

async function handle(
  door: FhirDoor,
  req: IncomingMessage,
  res: ServerResponse,
  basePath: string,
  shape: { readonly baseUrl: string; readonly requestId: string; pretty: boolean },
): Promise<void> {
  const access = await door.accessOf(req);
  const { request, wishes, bundleLength } = await receive(
    door.definitions,
    door.limits,
    req,
    (req.url ?? '').slice(basePath.length),
    access,
  );
  shape.pretty = wishes.pretty;
  const work = async () => door.perform(request());
  const answer = bundleLength === 0 ? await work() : await door.gate.pass(Math.max(bundleLength, LIGHTEST), work);
  respond(req, res, answer, shape);
}

/** Whether a URL lies under the base path: the path itself, or something after a slash or question mark. */
export function isUnder(basePath: string, url: string): boolean {
  if (!url.startsWith(basePath)) return false;
  const after = url.charCodeAt(basePath.length);
  return Number.isNaN(after) || after === 0x2f || after === 0x3f;
}
