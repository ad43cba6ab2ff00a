/** Sends one request as it is meant, byte for byte: no header is added or understood on the way but those named here. */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { gunzipSync } from 'node:zlib';

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Buffer;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case; what came more than once is joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Without its content coding. */
  readonly body: Buffer;
}

const TIMEOUT = 60_000;

/** Rejects where no answer comes. */
export function send({ method, url, headers, body }: Sent): Promise<Answer> {
  const length = body === undefined ? {} : { 'Content-Length': body.length };
  return new Promise((resolve, reject) => {
    const options = { method, headers: asBytes({ ...length, ...headers }), timeout: TIMEOUT };
    const request = (url.startsWith('https:') ? requestHttps : requestHttp)(url, options, (response) => {
      receive(response).then(resolve, reject);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT / 1000} s`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** Node.js sends one byte for each character of a field: what is beyond ASCII goes out as UTF-8. */
function asBytes(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(String(value)).toString('latin1')]));
}

async function receive(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
  const body = headers['content-encoding'] === 'gzip' && bytes.length > 0 ? gunzipSync(bytes) : bytes;
  return { status: response.statusCode ?? 0, headers, body };
}
