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

/**
 * The answer closes the connection for what we send; what still comes is thrown away unread, until the client closes it too: were it closed
 * at once, the answer would be lost to whoever is still sending. Source: RFC 9112 §9.6
 */
function discard(req: IncomingMessage): void {
  if (req.complete) return;
  const { socket } = req;
  let length = 0;
  const throwAway = (chunk: Buffer) => {
    length += chunk.length;
    if (length > DISCARDED) socket.destroy();
  };
  const timer = setTimeout(() => socket.destroy(), DISCARDING).unref();
  socket.once('close', () => clearTimeout(timer));
  req.on('error', () => undefined).on('data', throwAway);
  req.resume();
  const close = socket.destroySoon.bind(socket);
  // Called by node when the answer has gone out: nothing that comes behind it is read as a request.
  socket.destroySoon = () => {
    if (req.complete) return close();
    socket.removeAllListeners('data').on('data', throwAway);
    socket.once('end', () => socket.destroy());
    socket.resume();
    socket.end();
  };
}
