/** Entries made anew for some versions that are current: as a new write of them would make them. */
import { inSteps } from '../model/in-steps.js';
import { parseStored } from '../model/parse-stored.js';
import type { Resource } from '../model/resource.js';
import type { Search } from '../search/search.js';
import type { Reindex, ResourceStore, Version } from '../store/port.js';
import type { LeftOut } from './too-many.js';

export interface BatchSetting {
  readonly store: Pick<ResourceStore, 'reindex'>;
  readonly search: Pick<Search, 'extractInSteps'>;
  readonly leftOut: Pick<LeftOut, 'add' | 'keep'>;
}

export async function reindexBatch({ store, search, leftOut }: BatchSetting, versions: readonly Version[]): Promise<void> {
  const made: Reindex[] = [];
  for (const version of versions) {
    const { type, id, version: number, json } = version;
    if (json === null) continue;
    made.push({ type, id, version: number, ...(await inSteps(extracted(search, json, leftOut))) });
  }
  await leftOut.keep();
  // What is at another version by now has been written since, and is looked at again with all that was.
  if (made.length > 0) await store.reindex(made);
}

function* extracted(search: BatchSetting['search'], json: Buffer, leftOut: BatchSetting['leftOut']) {
  return yield* search.extractInSteps((yield* parseStored(json)) as Resource, leftOut);
}
