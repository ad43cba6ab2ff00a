/** Whatever went wrong, as an OperationOutcome. Source: R4 http.html#Status-Codes, operationoutcome.html */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { outcomeText } from '../interactions/outcome-text.js';
import { message } from '../model/message.js';
import { FhirError, fault } from '../model/outcome.js';
import type { Logger } from './log.js';
import { languageOf } from './negotiate.js';
import { send } from './respond.js';

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

export function respondError(
  req: IncomingMessage,
  res: ServerResponse,
  error: FhirError,
  shape: { requestId: string; pretty: boolean },
): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const headers = { ...error.headers, 'X-Request-Id': shape.requestId };
  const body = outcomeText(error.issues, languageOf(req));
  send(req, res, {
    status: error.status,
    headers: req.complete ? headers : { ...headers, Connection: 'close' },
    body,
    pretty: shape.pretty,
  });
  discard(req);
}

/** How much of a refused body is still read, so that a client that is sending it gets to see the answer. */
const DISCARDED = 64 * 1024 * 1024;

function discard(req: IncomingMessage): void {
  if (req.complete) return;
  let length = 0;
  req.on('error', () => undefined);
  req.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > DISCARDED) req.destroy();
  });
}
