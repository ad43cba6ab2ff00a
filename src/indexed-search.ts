/** Search and what indexes it, put together for a server; and what the build worked out of either. Knows all rooms, as `server.ts` does. */
import { readBuilt } from './definitions/built.js';
import type { Definitions } from './definitions/definitions.js';
import { keysFile, layoutFile } from './definitions/index-format.js';
import type { Logger } from './http/log.js';
import { beginIndexing } from './indexing/begin.js';
import type { Indexing } from './indexing/indexing.js';
import type { Complete } from './indexing/record.js';
import { createSearch, type SearchOptions, searchLayout } from './search/create-search.js';
import { cursorSecret } from './search/cursors.js';
import { documentTypes } from './search/full-text.js';
import { withLocalReferences } from './search/key-versions.js';
import type { IndexState } from './search/registry.js';
import type { Layout, ResourceStore, Version } from './store/port.js';
import { type Following, followStored } from './uploads/follow.js';
import type { Uploads } from './uploads/uploads.js';

/** undefined where the folder is not of this build. */
export function layoutIn(folder: string): Layout | undefined {
  return readBuilt(folder, layoutFile) as Layout | undefined;
}

/** As the build worked it out for its zone, and for the types whose words are kept where nothing else is said. */
export function keysIn(folder: string, timezone: string, { fullText = documentTypes, references = false }: Kept): Complete | undefined {
  const built = readBuilt(folder, keysFile) as { readonly timezone: string; readonly types: Complete } | undefined;
  if (built?.timezone !== timezone || fullText !== documentTypes) return undefined;
  if (!references) return built.types;
  return Object.fromEntries(Object.entries(built.types).map(([type, keys]) => [type, withLocalReferences(type, keys)]));
}

type Kept = Pick<SearchOptions, 'fullText' | 'references'>;

export interface IndexedSearchSetting extends Kept {
  readonly packaged: Definitions;
  readonly packagedKeys: Complete | undefined;
  readonly layout: Layout | undefined;
  readonly uploads: Uploads;
  /** With the packages' resources in front of `primary`. */
  readonly store: ResourceStore;
  readonly primary: ResourceStore;
  readonly baseUrl: string;
  readonly timezone: string;
  /** Bytes of matches on one page. */
  readonly pageBytes: number;
  readonly logger: Logger;
  /** What has to be ended before the store is closed. */
  readonly onFollowing: (following: Pick<Following, 'close'>) => void;
}

/** Search over the live definitions, which refuses what is not indexed yet, and what indexes it; stored definitions are in effect then. */
export async function indexedSearch(setting: IndexedSearchSetting) {
  const { packaged, packagedKeys, uploads, store, primary, logger, onFollowing } = setting;
  const { definitions } = uploads;
  const layout = setting.layout ?? searchLayout(packaged);
  await store.arrange(layout);
  let indexing: Indexing | undefined;
  const index: IndexState = {
    indexedPart: (type, code) => indexing?.indexedPart(type, code),
    hasTooMany: (type, code) => indexing?.hasTooMany(type, code) ?? false,
    changes: () => indexing?.changes() ?? 0,
  };
  const { baseUrl, timezone, fullText, references, pageBytes } = setting;
  const extent = { baseUrl, timezone, fullText, references, pageBytes };
  const kept = { layout, cursorSecret: await cursorSecret(store) };
  const search = createSearch({ definitions, packaged, vocabulary: uploads, index, ...kept, ...extent });
  const take = async (versions: readonly Version[]) => {
    await uploads.take(versions);
    indexing?.look();
  };
  const onTrouble = (err: unknown) => logger.error({ err }, 'what other processes write of definitions cannot be followed now');
  onFollowing(await followStored({ store: primary, definitions, take, onTrouble }));
  indexing = await beginIndexing({ store: primary, search, definitions, packaged, packagedKeys, log: logger });
  onFollowing(indexing);
  return { search, indexing, take };
}
