/**
 * Keeps the definitions as the store has them: all that is there at the start, and from then on what any process that shares the store
 * writes. Source: store/port.ts changes
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { LiveDefinitions } from '../definitions/live.js';
import { isLiveType, liveTypes } from '../definitions/uploaded.js';
import type { Key } from '../model/resource.js';
import type { Position, ResourceStore, Version } from '../store/port.js';

export interface FollowSetting {
  readonly store: Pick<ResourceStore, 'search' | 'read' | 'changes' | 'lastCursor'>;
  readonly definitions: LiveDefinitions;
  readonly take: (versions: readonly Version[]) => Promise<void>;
  /** Is told when the store cannot be followed for now; it is tried again. */
  readonly onTrouble: (error: unknown) => void;
}

export interface Following {
  close(): Promise<void>;
}

/** Resolves when all that is stored is in effect. Rejects where the store cannot be read. */
export async function followStored(setting: FollowSetting): Promise<Following> {
  const cursor = await reload(setting);
  const ending = new AbortController();
  const running = keepFollowing(setting, cursor, ending.signal);
  return {
    async close() {
      ending.abort();
      await running;
    },
  };
}

/** Milliseconds between two attempts: the first, and at most. */
const AGAIN = { first: 250, most: 10_000 };

async function keepFollowing(setting: FollowSetting, from: string | undefined, signal: AbortSignal): Promise<void> {
  let cursor = from;
  for (let failures = 0; !signal.aborted; ) {
    try {
      if (failures > 0) cursor = await reload(setting);
      await follow(setting, cursor, signal, () => {
        failures = 0;
      });
      // A store that was closed ends whoever follows.
      return;
    } catch (error) {
      if (signal.aborted) return;
      setting.onTrouble(error);
      await rest(Math.min(AGAIN.most, AGAIN.first * 2 ** failures++), signal);
    }
  }
}

/**
 * Milliseconds of work, and of rest after it. In the rest changes gather, and are then read many at once: without it whoever writes much
 * would pay for a look at the feed with every commit. Where so many came in the time of work there are more, and no rest.
 */
const PACE = { work: 5, rest: 200, many: 200 };

async function follow(
  { store, take, definitions }: FollowSetting,
  cursor: string | undefined,
  signal: AbortSignal,
  onChange: () => void,
): Promise<void> {
  let since = performance.now();
  let seen = 0;
  for await (const { type, id, version } of store.changes(cursor, { live: true, signal })) {
    if (isLiveType(type) && (definitions.versionOf(type, id) ?? 0) < version) {
      await take((await store.read([{ type, id }])).filter((one) => one !== undefined));
      // A package of hundreds is to be in effect at once: it is work, and not that of looking.
      seen = PACE.many;
    }
    onChange();
    seen++;
    if (performance.now() - since < PACE.work) continue;
    if (seen < PACE.many) await rest(PACE.rest, signal);
    since = performance.now();
    seen = 0;
  }
}

/** Resources read at once; code systems can be large. */
const PAGE = 20;

/** Gives the place in the feed behind which anything comes that is not yet in effect. */
async function reload({ store, definitions, take }: FollowSetting): Promise<string | undefined> {
  const cursor = await store.lastCursor();
  const before = new Set(definitions.uploads());
  let after: Position | undefined;
  for (let more = true; more; ) {
    const where = liveTypes.map((type) => ({ type, predicate: { kind: 'all', of: [] } as const }));
    const slice = await store.search({ where, sort: [], count: PAGE, ...(after === undefined ? {} : { after }) });
    await take(slice.matches.map(({ version }) => version));
    for (const { version } of slice.matches) before.delete(`${version.type}/${version.id}`);
    after = slice.matches.at(-1)?.position;
    more = slice.more && after !== undefined;
  }
  const gone = [...before].map(keyOf);
  if (gone.length > 0) await take((await store.read(gone)).filter((one) => one !== undefined));
  return cursor;
}

function keyOf(name: string): Key {
  const cut = name.indexOf('/');
  return { type: name.slice(0, cut), id: name.slice(cut + 1) };
}

async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal }).catch(() => undefined);
}
