/** Indexing as a server has it: what it makes entries by, what it tells its log, and how long it waits for it before it listens. */
import type { Definitions } from '../definitions/definitions.js';
import type { Search } from '../search/search.js';
import type { ResourceStore } from '../store/port.js';
import { type Indexing, startIndexing } from './indexing.js';
import type { Complete } from './record.js';
import { packagedIn, tooManyText } from './too-many.js';

export interface BeginSetting {
  readonly store: ResourceStore;
  readonly search: Search;
  /** As uploads leave them. */
  readonly definitions: Definitions;
  readonly packaged: Pick<Definitions, 'searchParameters'>;
  /** What entries are made by as long as nothing is uploaded, where that was worked out before. */
  readonly packagedKeys: Complete | undefined;
  readonly log: {
    info(fields: object, text: string): void;
    warn(fields: object, text: string): void;
    error(fields: object, text: string): void;
  };
}

/** A store of a few thousand resources is made ready before anybody asks. Milliseconds. */
const PATIENCE = 5000;
/** Milliseconds between two lines on how far it is. */
const LINE = 10_000;

export async function beginIndexing({ store, search, definitions, packaged, packagedKeys, log }: BeginSetting): Promise<Indexing> {
  const { generation } = definitions;
  let said = Number.NEGATIVE_INFINITY;
  const indexing = await startIndexing({
    store,
    search,
    types: definitions.resourceTypes,
    keysOf: (type) => (generation.searchParameters === 0 ? packagedKeys?.[type] : undefined) ?? search.keysOf(type),
    generation: () => generation.searchParameters,
    isPackaged: packagedIn(packaged),
    onTooMany: (type, code, everywhere) => log.warn({ type, code }, tooManyText(type, code, everywhere)),
    onProgress({ type, done, total }) {
      if (performance.now() - said < LINE) return;
      said = performance.now();
      log.info({ type, done, total }, `${type} is being indexed: ${done} of ${total}`);
    },
    onComplete: (types) => log.info({ types }, `the index is complete: ${shown(types)}`),
    onTrouble: (err) => log.error({ err }, 'what is stored cannot be indexed now'),
  });
  await indexing.settled(PATIENCE);
  return indexing;
}

function shown(types: readonly string[]): string {
  return types.length > 5 ? `${types.length} types` : types.join(', ');
}
