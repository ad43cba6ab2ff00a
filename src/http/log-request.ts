/**
 * One line for each request: what kind of thing was asked, what came of it, how long it took. No bodies, no parameters and no ids:
 * a log is read by people who may not read the records. Source: R4 http.html#search (PHI in logs)
 */
import type { TypeNames } from '../interactions/parse-target.js';
import type { Exchange } from './exchange.js';
import type { Logger } from './log.js';

/** Writes the line when the answer has been handed over, or the client has gone. */
export function noteRequest(logger: Logger, types: TypeNames, { req, res, requestId }: Exchange, basePath: string): void {
  const start = performance.now();
  res.once('close', () => {
    const fields = {
      requestId,
      method: req.method,
      path: pathTemplate(types, (req.url ?? '').slice(basePath.length)),
      status: res.headersSent ? res.statusCode : undefined,
      milliseconds: Math.round((performance.now() - start) * 10) / 10,
      aborted: res.writableFinished ? undefined : true,
    };
    logger.info(fields, 'request');
  });
}

const words = /^(?:metadata|_search|_history|\*|\$[A-Za-z-]{1,40})$/;

/** `/Patient/[id]/_history/[vid]` of `/Patient/1/_history/2?_format=json` */
function pathTemplate(types: TypeNames, url: string): string {
  const segments = (url.split('?', 1)[0] ?? '').split('/').slice(0, 6);
  return segments
    .map((segment, at) => {
      // The second stands for an id, also where it reads like the name of a type.
      if (segment === '' || words.test(segment) || (at !== 2 && types.isResourceType(segment))) return segment;
      return segments[at - 1] === '_history' ? '[vid]' : at === 1 ? '[unknown]' : '[id]';
    })
    .join('/');
}
