/**
 * Urls of entries that begin with a urn of the Bundle, `urn:uuid:…/$validate`: what they ask for is known before it is known what the urn
 * became. Only of what reads: what writes to an entry of the same Bundle would be the same resource twice. Source: R4 http.html#trules
 */
import { isObject, type Json } from '../../model/json.js';
import type { Method } from '../entry-request.js';

const path = /^(?:[A-Z][A-Za-z]+\/)?(urn:(?:uuid|oid):[\w.-]+)(?=$|[/?])/;

/** Gives a url as it is, or with an instance of the right type in place of the urn. Undefined: no url begins with one. */
export function createStandIns(entries: readonly Json[]): ((url: string, method: Method) => string) | undefined {
  if (!entries.some((entry) => path.test(urlOf(entry)))) return undefined;
  const types = new Map(
    entries.flatMap((entry) => (isObject(entry) && typeof entry.fullUrl === 'string' ? [[entry.fullUrl, typeOf(entry)]] : [])),
  );
  return (url, method) => {
    const [beginning = '', urn = ''] = path.exec(url) ?? [];
    const type = types.get(urn);
    const rest = url.slice(beginning.length);
    const reads = method === 'GET' || method === 'HEAD' || (method === 'POST' && rest.startsWith('/$'));
    return type !== undefined && reads ? `${type}/0${rest}` : url;
  };
}

/** The same with what the urn became. */
export function urlAsWritten(url: string, resolve: (urn: string) => string | undefined): string {
  const [beginning = '', urn = ''] = path.exec(url) ?? [];
  const name = urn === '' ? undefined : resolve(urn);
  return name === undefined ? url : name + url.slice(beginning.length);
}

function urlOf(entry: Json): string {
  return isObject(entry) && isObject(entry.request) && typeof entry.request.url === 'string' ? entry.request.url : '';
}

/** What a reference to the entry would lead to. */
function typeOf(entry: Json): string {
  const own = isObject(entry) && isObject(entry.resource) ? entry.resource.resourceType : undefined;
  // A patch brings Parameters or a Binary.
  const [type = ''] = urlOf(entry).split(/[/?]/, 1);
  return /^[A-Z]/.test(type) ? type : String(own);
}
