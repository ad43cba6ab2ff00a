/** Stores by their addresses. MongoDB's driver takes a sixth of a second to load: only who uses it waits for it. */
import { type ResourceStore, StoreUnavailable } from './port.js';
import { backUpFile, type Copying, restoreFile } from './sqlite/backup.js';
import { openSqliteStore } from './sqlite/open.js';

const embedded = 'sqlite:';

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** The software that opens it, for the ledger of migrations. */
  readonly software?: string;
  /** How far a migration has come. */
  readonly onProgress?: (text: string) => void;
}

/** `sqlite:<path>`, `sqlite::memory:` or a `mongodb://` URL. Throws StoreUnavailable with a sentence for people. */
export async function openStore(location: string, options: OpenOptions = {}): Promise<ResourceStore> {
  if (location.startsWith(embedded)) return openEmbedded(location.slice(embedded.length), options);
  const { openMongoStore } = await import('./mongo/open.js');
  return openMongoStore(location, options);
}

function openEmbedded(file: string, { onProgress, ...options }: OpenOptions): Promise<ResourceStore> {
  return openSqliteStore(file, {
    ...options,
    onMigration: calmly(({ schema, name, step, done, total }) =>
      onProgress?.(`The store is being brought to schema ${schema} (${name}): ${step}, ${done} of ${total}`),
    ),
  });
}

/** Large data takes minutes to bring along: a line when it begins and every few seconds. */
function calmly<T>(tell: (progress: T) => void): (progress: T) => void {
  const between = 3000;
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (performance.now() - last < between) return;
    last = performance.now();
    tell(progress);
  };
}

/** Writes a copy of an embedded store into the file `target`, while it is in use or not. Throws StoreUnavailable. */
export function backUpStore(location: string, target: string, copying: Copying): Promise<void> {
  return backUpFile(fileOf(location, 'mongodump --oplog --gzip --archive=<file>'), target, copying);
}

/** Puts such a copy in the place of an embedded store. Throws StoreUnavailable, and then the place is as it was. */
export function restoreStore(backup: string, location: string, options: { readonly replace: boolean }): Promise<void> {
  return restoreFile(backup, fileOf(location, 'mongorestore --oplogReplay --gzip --archive=<file>'), options);
}

function fileOf(location: string, instead: string): string {
  if (!location.startsWith(embedded))
    throw new StoreUnavailable(`MongoDB has commands of its own for this: ${instead} (README, Keeping the data)`);
  const file = location.slice(embedded.length);
  if (file === ':memory:') throw new StoreUnavailable('A store in memory cannot be backed up or restored; STORE has to name a file');
  return file;
}
