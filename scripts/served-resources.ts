/**
 * Puts the conformance resources of all packages into a store, as if each had been created there: what REST serves of them,
 * with index entries, so that `StructureDefinition?type=Patient` finds what it should. Source: R4 http.html#read, http.html#search
 */
import type { ServedResource } from '../src/definitions/compile.js';
import { stamp, storedText } from '../src/interactions/stamp.js';
import { isObject } from '../src/model/json.js';
import { parseJson } from '../src/model/parse-json.js';
import type { Resource } from '../src/model/resource.js';
import type { Search } from '../src/search/search.js';
import type { ResourceStore, Write } from '../src/store/port.js';

const perCommit = 200;

/** `madeAt`: lastUpdated of resources that give neither `meta.lastUpdated` nor `date`. Milliseconds UTC. */
export async function storeServed(
  store: ResourceStore,
  search: Pick<Search, 'layout' | 'extract'>,
  served: readonly ServedResource[],
  madeAt: number,
): Promise<void> {
  await store.arrange(search.layout);
  for (let at = 0; at < served.length; at += perCommit) {
    const writes = served.slice(at, at + perCommit).map((one) => writeOf(search, one, madeAt));
    await store.commit({ writes, guards: [] });
  }
}

function writeOf(search: Pick<Search, 'extract'>, { type, id, text }: ServedResource, madeAt: number): Write {
  const sent = parseJson(text) as Resource;
  const lastUpdated = lastUpdatedOf(sent) ?? madeAt;
  const resource = stamp(sent, { id, version: 1, lastUpdated });
  return {
    version: { type, id, version: 1, lastUpdated, method: 'PUT', json: storedText(resource) },
    replaces: 0,
    ...search.extract(resource),
  };
}

/** When the package says it was last changed, so that a new build of the same package does not look like a change. */
function lastUpdatedOf({ meta, date }: Resource): number | undefined {
  const stated = isObject(meta) && typeof meta.lastUpdated === 'string' ? meta.lastUpdated : date;
  const time = typeof stated === 'string' ? Date.parse(stated) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
