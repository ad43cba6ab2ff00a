/**
 * Urls of entries that begin with a urn of the Bundle, `urn:uuid:…/$validate`: what they ask for is known before it is known what the urn
 * became. Only of what reads: what writes to an entry of the same Bundle would be the same resource twice. Source: R4 http.html#trules
 */
import { isObject, type Json } from '../../model/json.js';
import { message } from '../../model/message.js';
import { fault } from '../../model/outcome.js';
import type { Method } from '../entry-request.js';

const path = /^(?:[A-Z][A-Za-z]+\/)?(urn:(?:uuid|oid):[\w.-]+)(?=$|[/?])/;

/**
 * Gives a url as it is, or with an instance of the right type in place of the urn. Undefined: no url begins with one. What is given throws
 * FhirError 404 for a urn that no entry has, 400 where it would be written to.
 */
export function createStandIns(entries: readonly Json[]): ((url: string, method: Method) => string) | undefined {
  if (!entries.some((entry) => path.test(urlOf(entry)))) return undefined;
  const types = new Map(
    entries.flatMap((entry) => (isObject(entry) && typeof entry.fullUrl === 'string' ? [[entry.fullUrl, typeOf(entry)]] : [])),
  );
  return (url, method) => {
    const [beginning = '', urn] = path.exec(url) ?? [];
    if (urn === undefined) return url;
    const type = types.get(urn);
    if (type === undefined) throw unknownUrn(urn);
    const rest = url.slice(beginning.length);
    const reads = method === 'GET' || method === 'HEAD' || (method === 'POST' && rest.startsWith('/$'));
    if (!reads) throw notWritten(method, urn);
    return `${type}/0${rest}`;
  };
}

function unknownUrn(urn: string) {
  const text = message(
    'url-of-unknown-urn',
    `The url "${urn}" leads to no resource: no entry of this Bundle brings one under it; a url such as Patient/123 was expected`,
    `url“${urn}”未指向任何资源：此 Bundle 中没有以其为 fullUrl 的资源；应为形如 Patient/123 的 url`,
  );
  return fault('not-found', text, { expression: 'request.url' });
}

function notWritten(method: Method, urn: string) {
  const text = message(
    'url-of-urn-written',
    `${method} on "${urn}": by its URN an entry of this Bundle can be read, but not written; a url such as Patient (POST), Patient/123 or Patient?identifier=… was expected`,
    `对“${urn}”执行 ${method}：凭 URN 只能读取此 Bundle 的条目，不能写入；应为形如 Patient（POST）、Patient/123 或 Patient?identifier=… 的 url`,
  );
  return fault('invalid', text, { expression: 'request.url' });
}

/** The same with what the urn became. Throws FhirError 404 where it became nothing. */
export function urlAsWritten(url: string, resolve: (urn: string) => string | undefined): string {
  const [beginning = '', urn] = path.exec(url) ?? [];
  if (urn === undefined) return url;
  const name = resolve(urn);
  if (name === undefined) throw unknownUrn(urn);
  return name + url.slice(beginning.length);
}

function urlOf(entry: Json): string {
  return isObject(entry) && isObject(entry.request) && typeof entry.request.url === 'string' ? entry.request.url : '';
}

/** What a reference to the entry would lead to. */
function typeOf(entry: Json): string | undefined {
  const own = isObject(entry) && isObject(entry.resource) ? entry.resource.resourceType : undefined;
  // A patch brings Parameters or a Binary.
  const [type = ''] = urlOf(entry).split(/[/?]/, 1);
  if (/^[A-Z]/.test(type)) return type;
  return typeof own === 'string' ? own : undefined;
}
