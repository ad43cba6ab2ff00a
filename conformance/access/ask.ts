/**
 * Ways to ask the same thing: by itself, or as the entry of a batch or a transaction. Whatever comes out is looked through for marks of versions
 * that whoever asks may not see, whichever way it came.
 */
import { send } from '../rest/client.js';
import type { Plain } from '../search/random/values.js';

export interface Reply {
  readonly status: number;
  readonly body: Plain;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Wanted {
  readonly method: string;
  /** After the base, or whole. */
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Ask = (wanted: Wanted) => Promise<Reply>;

export function asker(base: string, who: Readonly<Record<string, string>>): Ask {
  return async ({ method, path, body, headers }) => {
    const url = path.startsWith('http') ? path : base + path;
    const type: Readonly<Record<string, string>> = body === undefined ? {} : { 'Content-Type': 'application/fhir+json' };
    const answer = await send({
      method,
      url,
      headers: { Accept: 'application/fhir+json', ...type, ...headers, ...who },
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
    });
    const text = answer.body.toString();
    return { status: answer.status, headers: answer.headers, text, body: text === '' ? undefined : JSON.parse(text) };
  };
}

/** As the only entry of a Bundle. What a transaction is refused for is its own answer. */
export function inBundle(ask: Ask, base: string, type: 'batch' | 'transaction'): Ask {
  return async ({ method, path, body, headers = {} }) => {
    const url = path.replace(base, '').replace(/^\//, '');
    const { 'If-None-Exist': ifNoneExist } = headers;
    const request = { method, url, ...(ifNoneExist === undefined ? {} : { ifNoneExist }) };
    const entry = [{ ...(body === undefined ? {} : { resource: body }), request }];
    const reply = await ask({ method: 'POST', path: '', body: { resourceType: 'Bundle', type, entry } });
    const [one] = reply.body?.entry ?? [];
    if (reply.status !== 200 || one === undefined) return reply;
    const { status, location, etag, outcome } = one.response;
    const fields = { ...(location && { location }), ...(etag && { etag }) };
    return { ...reply, status: Number.parseInt(status, 10), headers: fields, body: one.resource ?? outcome };
  };
}
