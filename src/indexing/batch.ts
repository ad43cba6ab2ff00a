/** Entries made anew for some versions that are current: as a new write of them would make them. */
import { inSteps } from '../model/in-steps.js';
import { FhirError } from '../model/outcome.js';
import { parseStored } from '../model/parse-stored.js';
import type { Resource } from '../model/resource.js';
import type { Search } from '../search/search.js';
import type { Reindex, ResourceStore, Version } from '../store/port.js';

export interface BatchSetting {
  readonly store: Pick<ResourceStore, 'reindex'>;
  readonly search: Pick<Search, 'extractInSteps'>;
  /** Is told of what keeps the entries it had, because it has more values than may be indexed. */
  readonly onRefused: (version: Version, error: FhirError) => void;
}

export async function reindexBatch({ store, search, onRefused }: BatchSetting, versions: readonly Version[]): Promise<void> {
  const made: Reindex[] = [];
  for (const version of versions) {
    const { type, id, version: number, json } = version;
    if (json === null) continue;
    try {
      made.push({ type, id, version: number, ...(await inSteps(extracted(search, json))) });
    } catch (error) {
      if (!(error instanceof FhirError)) throw error;
      onRefused(version, error);
    }
  }
  // What is at another version by now has been written since, and is looked at again with all that was.
  if (made.length > 0) await store.reindex(made);
}

function* extracted(search: BatchSetting['search'], json: Buffer) {
  return yield* search.extractInSteps((yield* parseStored(json)) as Resource);
}
