/**
 * What a transaction or batch asks of the server, as far as it is wrong without looking into a store: method, url and resource must
 * agree. And that an answer begins with an HTTP status. Source: R4 http.html#transaction, #create, #update; bundle-definitions.html#Bundle.entry.response.status
 */
import type { Definitions } from '../../definitions/definitions.js';
import { isObject, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { isUriText } from '../scan-text.js';
import { enclose, report, type Step, type Walk } from '../walk.js';
import type { EachEntry } from './bundle-entries.js';
import { quoted, shorten } from './primitive.js';

type Model = Pick<Definitions, 'isResourceType'>;

const requestStep: Step = { key: 'request', text: 'request', owner: 'Bundle.entry', element: 'request', type: 'Bundle.entry.request' };
const urlStep: Step = { key: 'url', text: 'url', owner: 'Bundle.entry.request', element: 'url', type: 'uri' };
const responseStep: Step = { key: 'response', text: 'response', owner: 'Bundle.entry', element: 'response', type: 'Bundle.entry.response' };
const statusStep: Step = { key: 'status', text: 'status', owner: 'Bundle.entry.response', element: 'status', type: 'string' };

interface Target {
  readonly type: string;
  readonly id: string | undefined;
  readonly isConditional: boolean;
}

export function checkTransaction(type: 'transaction' | 'batch', each: EachEntry, walk: Walk, model: Model): void {
  const changed = new Set<string>();
  each((entry) => {
    const { request, resource } = entry;
    if (!isObject(request) || typeof request.method !== 'string' || typeof request.url !== 'string') return;
    const { method, url } = request;
    const target = isUriText(url) ? targetOf(url, model) : undefined;
    if (target === undefined) return;
    if (method === 'POST' || method === 'PUT') agrees(method, url, target, resource, walk);
    if (type !== 'transaction' || target.id === undefined || (method !== 'PUT' && method !== 'DELETE' && method !== 'PATCH')) return;
    const name = `${target.type}/${target.id}`;
    if (changed.has(name)) changedTwice(name, walk);
    changed.add(name);
  });
}

/** The last parts of a URL, relative or absolute; undefined where it is that of an operation or a search, or of nothing R4 knows. */
function targetOf(url: string, model: Model): Target | undefined {
  const query = url.indexOf('?');
  const parts = (query < 0 ? url : url.slice(0, query)).split('/').filter((part) => part !== '');
  const last = parts.at(-1);
  if (last === undefined || last.startsWith('$') || last.startsWith('_')) return undefined;
  if (model.isResourceType(last)) return { type: last, id: undefined, isConditional: query >= 0 };
  const type = parts.at(-2) ?? '';
  return model.isResourceType(type) ? { type, id: last, isConditional: false } : undefined;
}

function agrees(method: 'POST' | 'PUT', url: string, target: Target, resource: JsonObject[string], walk: Walk): void {
  if (!isObject(resource)) {
    withoutResource(method, walk);
    return;
  }
  const from = walk.findings.length;
  if (resource.resourceType !== target.type) otherThanResource(url, resource, walk);
  else if (method === 'POST' && target.id !== undefined) postToInstance(url, target.type, walk);
  else if (method === 'PUT' && target.id === undefined && !target.isConditional) putToType(url, target.type, walk);
  else if (method === 'PUT' && target.id !== undefined && resource.id !== target.id) otherThanResource(url, resource, walk);
  enclose(walk, from, urlStep, -1);
  enclose(walk, from, requestStep, -1);
}

function withoutResource(method: string, walk: Walk): void {
  const text = message('request-without-resource', `${method} needs a resource beside it`, `${method} 需要同时给出资源`);
  report(walk, 'error', 'required', text);
}

function otherThanResource(url: string, resource: JsonObject, walk: Walk): void {
  const found = `${String(resource.resourceType)}${typeof resource.id === 'string' ? `/${resource.id}` : ''}`;
  const text = message(
    'request-url-differs',
    `The url ${shorten(url)} does not name the resource beside it (${shorten(found)})`,
    `url ${quoted(url)} 与所附资源（${quoted(found)}）不符`,
  );
  report(walk, 'error', 'value', text);
}

function postToInstance(url: string, type: string, walk: Walk): void {
  const text = message(
    'request-post-to-instance',
    `POST creates a resource and goes to ${type}; found ${shorten(url)}`,
    `POST 用于新建资源，url 应为 ${type}；实为 ${quoted(url)}`,
  );
  report(walk, 'error', 'value', text);
}

function putToType(url: string, type: string, walk: Walk): void {
  const text = message(
    'request-put-to-type',
    `PUT goes to ${type}/id or ${type}?criteria; found ${shorten(url)}`,
    `PUT 的 url 应为 ${type}/id 或 ${type}?条件；实为 ${quoted(url)}`,
  );
  report(walk, 'error', 'value', text);
}

/** Source: R4 http.html#trules ("the transaction SHALL fail") */
function changedTwice(name: string, walk: Walk): void {
  const text = message(
    'request-repeated',
    `Another entry of the transaction changes ${shorten(name)} too; a transaction may change a resource once`,
    `事务中另有条目更改 ${quoted(name)}；同一事务只能更改一个资源一次`,
  );
  report(walk, 'error', 'duplicate', text);
}

export function checkResponse(entry: JsonObject, walk: Walk): void {
  const status = isObject(entry.response) ? entry.response.status : undefined;
  if (typeof status !== 'string' || /^[1-5]\d\d(?!\d)/.test(status)) return;
  const from = walk.findings.length;
  const text = message(
    'response-status',
    `The status of a response begins with an HTTP status of three digits, found ${shorten(status)}`,
    `response.status 须以三位 HTTP 状态码开头，实为 ${quoted(status)}`,
  );
  report(walk, 'error', 'value', text);
  enclose(walk, from, statusStep, -1);
  enclose(walk, from, responseStep, -1);
}
