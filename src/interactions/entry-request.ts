/** One entry of a batch or transaction → the request it stands for. Source: R4 bundle-definitions.html#Bundle.entry.request, bundle.html#invs */
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { refuseFaults } from '../model/sent.js';
import { parseTarget, type TypeNames } from './parse-target.js';
import { patchInEntry } from './patch/entry-patch.js';
import { refuseMisplaced } from './preconditions.js';
import type { Circumstances, FhirRequest, Preconditions } from './request.js';

export interface EntryRooms {
  readonly definitions: TypeNames;
  readonly baseUrl: string;
}

export interface Entry {
  readonly fullUrl?: string;
  readonly method: Method;
  readonly request: FhirRequest;
}

/** Source: R4 valueset-http-verb.html */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'] as const;
export type Method = (typeof methods)[number];

/** `urlAs`: what is read in place of the url. Throws FhirError with expressions relative to the entry: `request.url`. */
export function readEntry(rooms: EntryRooms, json: Json, circumstances: Circumstances, urlAs = asItStands): Entry {
  const entry = objectAt(json, undefined);
  refuseAnswers(entry);
  const request = objectAt(entry.request, 'request');
  const method = methodOf(request);
  const url = urlAs(relativeUrl(stringAt(request, 'url'), rooms.baseUrl), method);
  const { target, parameters } = parseTarget(rooms.definitions, method, url);
  if (target.interaction === 'bundle') throw nested();
  const preconditions = preconditionsOf(request);
  refuseMisplaced(target.interaction, preconditions);
  // Of a patch, which is not validated, or of a resource that could not be read.
  if (method === 'PATCH' || entry.resource === undefined) refuseFaults({ sent: circumstances.sent, body: entry.resource });
  const body = method === 'PATCH' ? patchInEntry(entry.resource) : { body: entry.resource };
  return {
    fullUrl: fullUrlOf(entry),
    method,
    request: { parameters, preconditions, ...body, ...circumstances, ...target },
  };
}

/** Throws FhirError 404 for a urn: only in a transaction may one stand for another entry. Source: R4 http.html#brules */
function asItStands(url: string, _method: Method): string {
  if (!/^urn:/i.test(url)) return url;
  const text = message(
    'url-is-urn',
    `The url "${url}" is a URN and leads to no resource; a url such as Patient/123 was expected (only in a transaction may the fullUrl of another entry be read)`,
    `url“${url}”是 URN，未指向任何资源；应为形如 Patient/123 的 url（只有在事务中才可凭 fullUrl 读取其他条目）`,
  );
  throw fault('not-found', text, { expression: 'request.url' });
}

/** bdl-2 and bdl-4: what belongs to answers, and has nothing to say here. */
function refuseAnswers(entry: JsonObject): void {
  const found = (['search', 'response'] as const).find((name) => entry[name] !== undefined);
  if (found === undefined) return;
  const text = message(
    found === 'search' ? 'bdl-2' : 'bdl-4',
    `An entry of a batch or transaction has a request; "${found}" belongs to answers`,
    `批处理或事务的条目应为请求；“${found}”只用于应答`,
  );
  throw fault('invalid', text, { expression: found });
}

/** Absolute and without a version (bdl-8), or links could not lead to it. Source: R4 bundle-definitions.html#Bundle.entry.fullUrl */
function fullUrlOf(entry: JsonObject): string | undefined {
  if (entry.fullUrl === undefined) return undefined;
  const fullUrl = stringAt(entry, 'fullUrl', 'fullUrl');
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(fullUrl) && !fullUrl.includes('/_history/')) return fullUrl;
  const text = message(
    'full-url-not-absolute',
    `The fullUrl was "${fullUrl}"; an absolute URL without a version, or urn:uuid:…, was expected`,
    `fullUrl 为“${fullUrl}”；应为不含版本的绝对 URL，或 urn:uuid:…`,
  );
  throw fault('value', text, { expression: 'fullUrl' });
}

function preconditionsOf(request: JsonObject): Preconditions {
  const at = (name: string) => (request[name] === undefined ? undefined : stringAt(request, name));
  return { ifMatch: at('ifMatch'), ifNoneMatch: at('ifNoneMatch'), ifModifiedSince: at('ifModifiedSince'), ifNoneExist: at('ifNoneExist') };
}

function methodOf(request: JsonObject): Method {
  const text = stringAt(request, 'method');
  const method = methods.find((one) => one === text);
  if (method === undefined) {
    throw fault(
      'value',
      message(
        'bad-method',
        `The method was "${text}"; expected one of ${methods.join(', ')}`,
        `方法为“${text}”；应为 ${methods.join('、')} 之一`,
      ),
      { expression: 'request.method' },
    );
  }
  return method;
}

/** Some clients write the whole URL. Throws FhirError where it is that of another server. */
function relativeUrl(url: string, baseUrl: string): string {
  if (!/^https?:\/\//i.test(url)) return url;
  const rest = url.startsWith(baseUrl) ? url.slice(baseUrl.length) : undefined;
  if (rest !== undefined && /^(?:$|[/?])/.test(rest)) return rest;
  const text = message(
    'url-of-other-server',
    `The url "${url}" is not one of this server; a url relative to ${baseUrl}, or one that begins with it, was expected`,
    `url“${url}”不属于本服务器；应为相对于 ${baseUrl} 的 url，或以其开头`,
  );
  throw fault('not-found', text, { expression: 'request.url' });
}

function objectAt(json: Json | undefined, place: string | undefined): JsonObject {
  if (isObject(json)) return json;
  const what = place ?? 'entry';
  throw fault(
    json === undefined ? 'required' : 'structure',
    message('entry-object-wanted', `The entry needs "${what}" as an object`, `条目需要对象形式的“${what}”`),
    place === undefined ? {} : { expression: place },
  );
}

function stringAt(json: JsonObject, name: string, place = `request.${name}`): string {
  const value = json[name];
  if (typeof value === 'string' && value !== '') return value;
  throw fault(
    value === undefined ? 'required' : 'structure',
    message('entry-string-wanted', `The entry needs "${place}" as text`, `条目需要文本形式的“${place}”`),
    { expression: place },
  );
}

function nested() {
  return fault('not-supported', message('bundle-in-bundle', 'A Bundle cannot be executed inside a Bundle', 'Bundle 内不能再执行 Bundle'), {
    expression: 'request.url',
  });
}
