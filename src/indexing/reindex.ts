/** Makes all entries of some types anew because somebody asks for it, beside servers that go on serving from the ones that are there. */
import type { Keys } from '../search/key-versions.js';
import type { ResourceStore } from '../store/port.js';
import type { BatchSetting } from './batch.js';
import { type Progress, takeLease } from './lease.js';
import { changeComplete } from './record.js';
import { runWalks } from './run.js';

export interface ReindexSetting extends Pick<BatchSetting, 'search' | 'leftOut'> {
  readonly store: ResourceStore;
  readonly types: readonly string[];
  readonly keysOf: (type: string) => Keys;
  readonly onProgress: (progress: Progress) => void;
  /** Another process is at it; this one waits until that is done. */
  readonly onWaiting: (progress: Progress | undefined) => void;
  readonly onComplete: (types: readonly string[]) => void;
}

/** Goes on where an earlier one was broken off. Resolves when all is done. */
export async function reindex(setting: ReindexSetting): Promise<void> {
  const { store, types } = setting;
  const { signal } = new AbortController();
  const done = new Set<string>();
  while (done.size < types.length) {
    const lease = await takeLease(store, { signal, onOther: setting.onWaiting });
    if (lease === undefined) continue;
    const walking = { ...setting, lease, signal, rest: 0, settled: () => Promise.resolve() };
    await runWalks(walking, {
      types: types.filter((type) => !done.has(type)),
      complete: {},
      async record(now) {
        await changeComplete(store, (before) => ({ ...before, ...now }));
        for (const type of Object.keys(now)) done.add(type);
        setting.onComplete(Object.keys(now));
      },
    }).finally(() => lease.release());
  }
}
