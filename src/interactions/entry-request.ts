/** One entry of a batch or transaction → the request it stands for. Source: R4 bundle-definitions.html#Bundle.entry.request */
import { isObject, type Json, type JsonObject } from '../model/json.js';
import { message } from '../model/message.js';
import { fault } from '../model/outcome.js';
import { parseTarget, type TypeNames } from './parse-target.js';
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

/** Throws FhirError with expressions relative to the entry: `request.url`. */
export function readEntry(rooms: EntryRooms, json: Json, circumstances: Circumstances): Entry {
  const entry = objectAt(json, undefined);
  const request = objectAt(entry.request, 'request');
  const method = methodOf(request);
  const url = relativeUrl(stringAt(request, 'url'), rooms.baseUrl);
  const { target, parameters } = parseTarget(rooms.definitions, method, url);
  if (target.interaction === 'bundle') throw nested();
  const fullUrl = entry.fullUrl === undefined ? undefined : stringAt(entry, 'fullUrl', 'fullUrl');
  return {
    fullUrl,
    method,
    request: { parameters, preconditions: preconditionsOf(request), body: entry.resource, ...circumstances, ...target },
  };
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
        `The method was "${text}"; one of ${methods.join(', ')} was expected`,
        `方法为“${text}”；应为 ${methods.join('、')} 之一`,
      ),
      { expression: 'request.method' },
    );
  }
  if (method === 'PATCH') {
    throw fault('not-supported', message('patch-not-supported', 'PATCH is not supported yet', '暂不支持 PATCH'), {
      expression: 'request.method',
    });
  }
  return method;
}

/** Some clients write the whole URL. */
function relativeUrl(url: string, baseUrl: string): string {
  return url.startsWith(`${baseUrl}/`) ? url.slice(baseUrl.length + 1) : url;
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
