/** Whatever went wrong, as an OperationOutcome. Source: R4 http.html#Status-Codes, operationoutcome.html */
import type { IncomingMessage } from 'node:http';
import { outcomeText } from '../interactions/outcome-text.js';
import { message } from '../model/message.js';
import { FhirError, fault } from '../model/outcome.js';
import type { Exchange } from './exchange.js';
import type { Logger } from './log.js';
import { answerOutcome } from './respond.js';

/**
 * FhirErrors are shown as they are; why the store could not do what was asked is for the log too. Anything else is a fault of
 * ours: logged whole, and shown to nobody.
 */
export function shownError(error: unknown, requestId: string, logger: Logger): FhirError {
  if (error instanceof FhirError) {
    if (error.status >= 500) logger.warn({ err: error.cause ?? error, requestId }, error.message);
    return error;
  }
  logger.error({ err: error, requestId }, 'a request failed unexpectedly');
  const text = message(
    'unexpected',
    `Something went wrong inside the server; its operators find it under the request id ${requestId}`,
    `服务器内部出错；运维人员可凭请求标识 ${requestId} 查找原因`,
  );
  return fault('exception', text);
}

export function respondError(exchange: Exchange, error: FhirError): void | Promise<void> {
  const { req, res, wishes } = exchange;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const headers = Object.entries(error.headers).flat();
  // What still comes of the request would be taken for the next one.
  if (!req.complete) headers.push('Connection', 'close');
  discard(req);
  return answerOutcome(exchange, error.status, headers, outcomeText(error.issues, wishes.language));
}

/** How much of a refused body is still read, so that a client that is sending it gets to see the answer. */
const DISCARDED = 64 * 1024 * 1024;
/** Milliseconds for it. */
const DISCARDING = 30_000;

function discard(req: IncomingMessage): void {
  if (req.complete) return;
  let length = 0;
  const timer = setTimeout(() => req.destroy(), DISCARDING).unref();
  req.on('error', () => undefined);
  req.on('close', () => clearTimeout(timer));
  req.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > DISCARDED) req.destroy();
  });
  req.resume();
}
