/** Writes answers to the socket: what is stored goes out as it is. Source: R4 http.html#versioning, http.html#create, http.html#head */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Answer } from '../interactions/intent.js';
import { etag } from '../interactions/preconditions.js';
import { httpDate } from '../model/dates.js';
import { stringifyJson } from '../model/json.js';
import { parseJson } from '../model/parse-json.js';

const CONTENT_TYPE = 'application/fhir+json; charset=utf-8';

export interface Shape {
  readonly baseUrl: string;
  readonly requestId: string;
  readonly pretty: boolean;
}

export function respond(req: IncomingMessage, res: ServerResponse, answer: Answer, shape: Shape): void {
  const { status, version, location } = answer;
  const headers: OutgoingHttpHeaders = { 'X-Request-Id': shape.requestId };
  if (version !== undefined) {
    headers.ETag = etag(version.version);
    headers['Last-Modified'] = httpDate(version.lastUpdated);
  }
  if (location !== undefined) headers.Location = `${shape.baseUrl}/${location}`;
  send(req, res, { status, headers, body: answer.resource ?? answer.outcome, pretty: shape.pretty });
}

export interface Sending {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  /** JSON text; none for 204 and 304, and where nothing was wanted. */
  readonly body: Buffer | undefined;
  readonly pretty: boolean;
}

export function send(req: IncomingMessage, res: ServerResponse, { status, headers, body, pretty }: Sending): void {
  const bytes = body !== undefined && pretty ? indented(body) : body;
  if (bytes !== undefined) headers['Content-Type'] = CONTENT_TYPE;
  if (bytes !== undefined || (status !== 204 && status !== 304)) headers['Content-Length'] = bytes?.length ?? 0;
  res.writeHead(status, headers);
  if (bytes === undefined || req.method === 'HEAD') res.end();
  else res.end(bytes);
}

function indented(body: Buffer): Buffer {
  return Buffer.from(`${stringifyJson(parseJson(body.toString()), 2)}\n`);
}
