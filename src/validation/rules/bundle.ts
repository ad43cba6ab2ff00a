/** What the snapshot cannot say about a Bundle, in one pass over its entries. Source: R4 bundle.html#invs (bdl-7), #bundle-unique, http.html#transaction */
import type { Definitions } from '../../definitions/definitions.js';
import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { enclose, report, type Step, type Walk } from '../walk.js';
import { shorten } from './primitive.js';

const entryStep: Step = { key: 'entry', text: 'entry', owner: 'Bundle', element: 'entry', type: 'Bundle.entry' };

export function checkBundle(bundle: JsonObject, walk: Walk, model: Pick<Definitions, 'isResourceType'>): void {
  if (!Array.isArray(bundle.entry)) return;
  if (bundle.type !== 'history') uniqueUrls(bundle.entry, walk);
  bundle.entry.forEach((entry: Json, index: number) => {
    if (!isObject(entry)) return;
    const from = walk.findings.length;
    urlNamesResource(entry, walk, model);
    if (walk.findings.length !== from) enclose(walk, from, entryStep, index);
  });
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
    `不满足约束 bdl-7：同一 Bundle 中 fullUrl 须唯一，否则 meta.versionId 须不同；重复者：${urls}`,
  );
  report(walk, 'error', 'invariant', text);
}

/** A fullUrl that looks like a RESTful one must end with the type and id of the resource beside it. Source: R4 bundle-definitions.html#Bundle.entry.fullUrl */
function urlNamesResource(entry: JsonObject, walk: Walk, model: Pick<Definitions, 'isResourceType'>): void {
  const { fullUrl, resource } = entry;
  if (typeof fullUrl !== 'string' || !fullUrl.startsWith('http') || !isObject(resource) || typeof resource.id !== 'string') return;
  const parts = fullUrl.split('/');
  const [type, id] = [parts[parts.length - 2], parts[parts.length - 1]];
  if (id === resource.id && type === resource.resourceType) return;
  if (parts.length < 5 || !model.isResourceType(type ?? '')) return;
  const end = `${String(resource.resourceType)}/${resource.id}`;
  const text = message(
    'full-url-differs',
    `The fullUrl ${shorten(fullUrl)} does not end with ${end}, the type and id of the resource`,
    `fullUrl ${shorten(fullUrl)} 未以资源的类型与 id（${end}）结尾`,
  );
  report(walk, 'error', 'value', text);
}
