/** Results of a search: what each entry is there for, and that matches are of the types searched. Source: R4 bundle.html#searchset, search.html#conformance, bundle-definitions.html#Bundle.entry.search.mode */
import type { Definitions } from '../../definitions/definitions.js';
import { isObject, type JsonObject } from '../../model/json.js';
import { message } from '../../model/message.js';
import { enclose, report, type Walk } from '../walk.js';
import { type EachEntry, resourceStep } from './bundle-entries.js';
import { inChinese, quoted, shorten } from './primitive.js';

export function checkSearchset(bundle: JsonObject, each: EachEntry, walk: Walk, model: Pick<Definitions, 'isResourceType'>): void {
  const self = selfOf(bundle);
  if (self === undefined) noSelf(walk);
  const types = self === undefined ? undefined : searchedTypes(self, model);
  let withMode = 0;
  let without = 0;
  each((entry) => {
    if (modeOf(entry) === undefined) without++;
    else withMode++;
    const { resource } = entry;
    if (!isObject(resource)) {
      noResource(walk);
      return;
    }
    const from = walk.findings.length;
    checkMode(modeOf(entry), resource, types, walk);
    enclose(walk, from, resourceStep, -1);
  });
  if (without > 0) noMode(withMode > 0, walk);
}

function selfOf({ link }: JsonObject): string | undefined {
  if (!Array.isArray(link)) return undefined;
  const self = link.filter(isObject).find(({ relation }) => relation === 'self')?.url;
  return typeof self === 'string' ? self : undefined;
}

/** undefined where the URL does not tell. */
function searchedTypes(url: string, model: Pick<Definitions, 'isResourceType'>): ReadonlySet<string> | undefined {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  const last = path.slice(path.lastIndexOf('/') + 1);
  if (model.isResourceType(last)) return new Set([last]);
  const listed = query < 0 ? null : new URLSearchParams(url.slice(query + 1)).get('_type');
  return listed === null ? undefined : new Set(listed.split(','));
}

function modeOf({ search }: JsonObject): string | undefined {
  return isObject(search) && typeof search.mode === 'string' ? search.mode : undefined;
}

function checkMode(mode: string | undefined, resource: JsonObject, types: ReadonlySet<string> | undefined, walk: Walk): void {
  const { resourceType: type, id } = resource;
  if (typeof type !== 'string') return;
  if (mode === 'outcome') {
    if (type !== 'OperationOutcome') outcomeOfOtherType(type, walk);
    return;
  }
  if (mode === undefined) return;
  if (id === undefined) noId(mode, walk);
  if (mode === 'match' && types !== undefined && !types.has(type)) notSearched(type, types, walk);
}

function noSelf(walk: Walk): void {
  const text = message(
    'searchset-without-self',
    'A Bundle of search results should have a link "self" that says what was searched',
    '检索结果 Bundle 宜有说明检索条件的 self 链接',
  );
  report(walk, 'warning', 'invalid', text);
}

/** Where some entries say it and others do not, nobody can tell what the others are. */
function noMode(isMixed: boolean, walk: Walk): void {
  const text = message(
    'search-mode-missing',
    'Entries of search results should say in search.mode why they are there',
    '检索结果的条目宜在 search.mode 中说明其缘由',
  );
  report(walk, isMixed ? 'warning' : 'information', 'invalid', text);
}

function noResource(walk: Walk): void {
  const text = message('searchset-without-resource', 'An entry of search results must have a resource', '检索结果的条目须有资源');
  report(walk, 'error', 'required', text);
}

function noId(mode: string, walk: Walk): void {
  const text = message(
    'searchset-without-id',
    `A resource that was found (search.mode ${mode}) must have an id`,
    `检索所得资源（search.mode 为 ${mode}）须有 id`,
  );
  report(walk, 'error', 'required', text);
}

function outcomeOfOtherType(type: string, walk: Walk): void {
  const text = message(
    'search-outcome-type',
    `With search.mode "outcome" the resource must be an OperationOutcome, found ${shorten(type)}`,
    `search.mode 为 outcome 时资源须为 OperationOutcome，实为 ${quoted(type)}`,
  );
  report(walk, 'error', 'value', text);
}

function notSearched(type: string, types: ReadonlySet<string>, walk: Walk): void {
  const searched = shorten([...types].join(', '));
  const text = message(
    'search-match-type',
    `The search was for ${searched}, so ${shorten(type)} can be no match; search.mode may be include`,
    `检索的类型为 ${inChinese(searched)}，${quoted(type)} 不是匹配结果；search.mode 可为 include`,
  );
  report(walk, 'error', 'value', text);
}
