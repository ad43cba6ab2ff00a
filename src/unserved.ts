/** What is done with a store where nothing is served. Knows all rooms, as `server.ts` does. */
import { ConfigError } from './config.js';
import { builtFolder } from './definitions/built.js';
import { loadDefinitions } from './definitions/load.js';
import { layoutIn } from './indexed-search.js';
import { firstComplete } from './indexing/first-complete.js';
import type { Progress } from './indexing/lease.js';
import { reindex } from './indexing/reindex.js';
import { createLeftOut, packagedIn, tooManyText } from './indexing/too-many.js';
import { parseJson } from './model/parse-json.js';
import type { Resource } from './model/resource.js';
import { createSearch, searchLayout } from './search/create-search.js';
import { defaultTimezone, keepsReferences, type ServerOptions } from './server-options.js';
import { openStore } from './store/open.js';
import type { FoundBy, ResourceStore, Version } from './store/port.js';
import { followStored } from './uploads/follow.js';
import { createUploads } from './uploads/uploads.js';

export interface Index {
  /** Makes a store ready for it. */
  arrange(store: ResourceStore): Promise<void>;
  /** What a version is found by. */
  entriesOf(version: Version): FoundBy;
}

/** For those who fill a store without serving it. */
export function createIndex(
  options: Pick<ServerOptions, 'definitionsFolder' | 'timezone' | 'fullText' | 'referentialIntegrity'> & { readonly baseUrl: string },
): Index {
  const folder = options.definitionsFolder ?? builtFolder;
  const { baseUrl, timezone = defaultTimezone, fullText } = options;
  const references = keepsReferences(options);
  const definitions = loadDefinitions(folder);
  const search = createSearch({ definitions, layout: layoutIn(folder), baseUrl, timezone, fullText, references });
  return {
    async arrange(store) {
      await store.arrange(search.layout);
      await firstComplete({ store, types: definitions.resourceTypes, keysOf: search.keysOf });
    },
    entriesOf: ({ json }) => search.extract(parseJson(String(json)) as Resource),
  };
}

export interface ReindexOptions extends Pick<ServerOptions, 'definitionsFolder' | 'timezone' | 'fullText' | 'referentialIntegrity'> {
  /** As for a server. */
  readonly store: string;
  readonly baseUrl: string;
  /** All of them unless said otherwise. */
  readonly types: readonly string[] | undefined;
  readonly onProgress: (progress: Progress) => void;
  readonly onWaiting: (progress: Progress | undefined) => void;
  /** Is told in a sentence of what is left out of the index. */
  readonly onTooMany: (text: string) => void;
}

/** For those who have a store indexed without serving it. Throws an Error with a sentence for a type that is none. */
export async function reindexStore(options: ReindexOptions): Promise<{ readonly types: number; readonly resources: number }> {
  const { baseUrl, timezone = defaultTimezone, definitionsFolder: folder = builtFolder } = options;
  const packaged = loadDefinitions(folder);
  const types = [...new Set(options.types ?? packaged.resourceTypes)];
  const unknown = types.find((type) => !packaged.isResourceType(type));
  if (unknown !== undefined) throw new ConfigError(`${unknown} is no resource type of R4`);
  const { definitions, take } = createUploads({ packaged, onUnusable: () => undefined });
  const layout = layoutIn(folder) ?? searchLayout(packaged);
  const kept = { fullText: options.fullText, references: keepsReferences(options) };
  const search = createSearch({ definitions, packaged, layout, baseUrl, timezone, ...kept });
  const store = await openStore(options.store);
  try {
    await store.arrange(layout);
    await (await followStored({ store, definitions, take, onTrouble: () => undefined })).close();
    const leftOut = createLeftOut({
      store,
      keysOf: search.keysOf,
      isPackaged: packagedIn(packaged),
      onTooMany: (...what) => options.onTooMany(tooManyText(...what)),
    });
    await leftOut.read();
    const done = new Map<string, number>();
    await reindex({
      ...options,
      store,
      search,
      leftOut,
      types,
      keysOf: search.keysOf,
      onComplete: () => undefined,
      onProgress(progress) {
        done.set(progress.type, progress.done);
        options.onProgress(progress);
      },
    });
    return { types: types.length, resources: [...done.values()].reduce((sum, one) => sum + one, 0) };
  } finally {
    await store.close();
  }
}
