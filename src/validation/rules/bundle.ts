/**
 * What the snapshot cannot say about a Bundle, in passes over its entries that take time in proportion to them.
 * Source: R4 bundle.html#invs (bdl-7), #bundle-unique, #references; bundle-definitions.html#Bundle.entry.fullUrl, #Bundle.link.relation
 */
import type { Definitions } from '../../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { isUriText } from '../scan-text.js';
import { enclose, report, type Step, type Walk } from '../walk.js';
import { checkDocument, checkMessage } from './bundle-content.js';
import { type EachEntry, eachOf, entryStep } from './bundle-entries.js';
import { checkResponse, checkTransaction } from './bundle-request.js';
import { checkSearchset } from './bundle-search.js';
import { inChinese, quoted, shorten } from './primitive.js';

type Model = Pick<Definitions, 'isResourceType'>;

const linkStep: Step = { key: 'link', text: 'link', owner: 'Bundle', element: 'link', type: 'Bundle.link' };

export function checkBundle(bundle: JsonObject, walk: Walk, model: Model): void {
  uniqueRelations(bundle, walk);
  if (!Array.isArray(bundle.entry)) return;
  const entries = bundle.entry;
  const each: EachEntry = (check) => eachOf(entries, entryStep, walk, check);
  const { type } = bundle;
  if (type !== 'history') uniqueUrls(entries, walk);
  each((entry) => checkUrl(entry, type, walk, model));
  if (type === 'document') checkDocument(bundle, entries, walk);
  else if (type === 'message') checkMessage(bundle, entries, walk);
  else if (type === 'transaction' || type === 'batch') checkTransaction(type, each, walk, model);
  else if (type === 'searchset') checkSearchset(bundle, each, walk, model);
  if (type === 'transaction-response' || type === 'batch-response' || type === 'history') each((entry) => checkResponse(entry, walk));
}

const pages = new Set(['first', 'previous', 'next', 'last']);

const relationStep: Step = { key: 'relation', text: 'relation', owner: 'Bundle.link', element: 'relation', type: 'string' };

/** A page of results has one next page; and only results have pages. */
function uniqueRelations(bundle: JsonObject, walk: Walk): void {
  if (!Array.isArray(bundle.link)) return;
  const hasPages = bundle.type === 'searchset' || bundle.type === 'history';
  const seen = new Set<string>();
  eachOf(bundle.link, linkStep, walk, ({ relation }) => {
    if (typeof relation !== 'string') return;
    if (pages.has(relation) && !hasPages && typeof bundle.type === 'string') noPages(relation, bundle.type, walk);
    else if ((relation === 'self' || pages.has(relation)) && seen.has(relation)) relationTwice(relation, walk);
    seen.add(relation);
  });
}

function relationTwice(relation: string, walk: Walk): void {
  const text = message(
    'link-repeated',
    `A Bundle has one link of the relation ${relation}; here is another`,
    `Bundle 只能有一个 relation 为 ${relation} 的链接；此处重复`,
  );
  report(walk, 'error', 'invalid', text);
}

function noPages(relation: string, type: string, walk: Walk): void {
  const text = message(
    'link-not-paged',
    `A Bundle of type ${shorten(type)} has no pages, so no link of the relation ${relation}`,
    `类型为 ${quoted(type)} 的 Bundle 不分页，不得有 relation 为 ${relation} 的链接`,
  );
  const from = walk.findings.length;
  report(walk, 'error', 'invalid', text);
  enclose(walk, from, relationStep, -1);
}

/** bdl-7: the same fullUrl only for different versions of a resource. */
function uniqueUrls(entries: readonly Json[], walk: Walk): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const entry of entries) {
    if (!isObject(entry) || typeof entry.fullUrl !== 'string') continue;
    const meta = isObject(entry.resource) && isObject(entry.resource.meta) ? entry.resource.meta : {};
    const name = `${entry.fullUrl} ${typeof meta.versionId === 'string' ? meta.versionId : ''}`;
    if (seen.has(name)) twice.add(entry.fullUrl);
    seen.add(name);
  }
  if (twice.size === 0) return;
  const urls = shorten([...twice].join(', '));
  const text = message(
    'bdl-7',
    `bdl-7: fullUrl must be unique in a bundle, or its entries must differ in meta.versionId; found more than once: ${urls}`,
    `不满足约束 bdl-7：同一 Bundle 中 fullUrl 须唯一，否则 meta.versionId 须不同；重复者为 ${inChinese(urls)}`,
  );
  report(walk, 'error', 'invariant', text);
}

const urlStep: Step = { key: 'fullUrl', text: 'fullUrl', owner: 'Bundle.entry', element: 'fullUrl', type: 'uri' };

const unnamed = new Set<Json | undefined>(['transaction', 'batch', 'transaction-response', 'batch-response']);

/** A resource that is yet to be made has no URL, nor what is made for an answer only. */
function mayBeUnnamed(type: Json | undefined, { search }: JsonObject, resource: JsonObject): boolean {
  return unnamed.has(type) || (type === 'searchset' && (resource.id === undefined || (isObject(search) && search.mode === 'outcome')));
}

function checkUrl(entry: JsonObject, type: Json | undefined, walk: Walk, model: Model): void {
  const { fullUrl, resource } = entry;
  if (fullUrl === undefined) {
    if (isObject(resource) && entry._fullUrl === undefined && !mayBeUnnamed(type, entry, resource)) urlMissing(type, walk);
  } else if (typeof fullUrl === 'string' && isUriText(fullUrl)) {
    const from = walk.findings.length;
    if (!fullUrl.includes(':')) notAbsolute(fullUrl, walk);
    else urlNamesResource(fullUrl, resource, walk, model);
    enclose(walk, from, urlStep, -1);
  }
}

function urlMissing(type: Json | undefined, walk: Walk): void {
  const shown = typeof type === 'string' ? shorten(type) : '';
  const text = message(
    'full-url-missing',
    `An entry of a Bundle of type ${shown} must have a fullUrl; only entries of transactions and batches may be without`,
    `类型为 ${shown} 的 Bundle 的条目须有 fullUrl；仅事务与批处理的条目可以没有`,
  );
  report(walk, 'error', 'invalid', text);
}

function notAbsolute(fullUrl: string, walk: Walk): void {
  const text = message(
    'full-url-relative',
    `fullUrl must be absolute (http://…/Type/id, urn:uuid:… or urn:oid:…), found ${shorten(fullUrl)}`,
    `fullUrl 须为绝对 URL（http://…/Type/id、urn:uuid:… 或 urn:oid:…），实为 ${quoted(fullUrl)}`,
  );
  report(walk, 'error', 'invalid', text);
}

/** A fullUrl that looks like a RESTful one must end with the type and id of the resource beside it. */
function urlNamesResource(fullUrl: string, resource: Json | undefined, walk: Walk, model: Model): void {
  if (!fullUrl.startsWith('http') || !isObject(resource) || typeof resource.id !== 'string') return;
  const parts = fullUrl.split('/');
  const [type, id] = [parts[parts.length - 2], parts[parts.length - 1]];
  if (id === resource.id && type === resource.resourceType) return;
  // Without a type there is nothing to compare with, and that it is missing is told already.
  if (typeof resource.resourceType !== 'string') return;
  if (parts.length < 5 || !model.isResourceType(type ?? '')) return;
  const end = `${resource.resourceType}/${resource.id}`;
  const text = message(
    'full-url-differs',
    `The fullUrl ${shorten(fullUrl)} does not end with ${end}, the type and id of the resource`,
    `fullUrl ${quoted(fullUrl)} 未以资源的类型与 id（${end}）结尾`,
  );
  report(walk, 'error', 'value', text);
}
