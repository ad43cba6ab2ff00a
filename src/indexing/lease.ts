/**
 * One process at a time makes entries anew. Whoever does says so again and again in a fact of the store, each time with another text;
 * another takes over when it has seen the same text for a while. No clock but its own is asked.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FactStore } from './record.js';

export interface Progress {
  readonly type: string;
  readonly done: number;
  readonly total: number;
}

interface Held {
  readonly holder: string;
  readonly beat: number;
  readonly progress?: Progress;
}

const name = 'search-index-lease';
/** Milliseconds between two words of life, and after which silence is taken for death. */
const BEAT = 500;
const SILENCE = 5000;

export interface Lease {
  /** false: it is lost. Costs nothing most of the time. */
  beat(progress: Progress): Promise<boolean>;
  release(): Promise<void>;
}

/** undefined: another process is at work; `onOther` is told how far it has come. */
export async function takeLease(
  store: FactStore,
  { signal, onOther }: { readonly signal: AbortSignal; readonly onOther: (progress: Progress | undefined) => void },
): Promise<Lease | undefined> {
  const found = await store.state(name);
  const free = found === undefined || (await isSilent(store, found, signal));
  const holder = randomUUID();
  let text = JSON.stringify({ holder, beat: 0 } satisfies Held);
  if (!free || !(await store.putState(name, text, found))) {
    const other = await store.state(name);
    onOther(other === undefined ? undefined : (JSON.parse(other) as Held).progress);
    return undefined;
  }
  let last = performance.now();
  let beats = 0;
  return {
    async beat(progress) {
      if (performance.now() - last < BEAT) return true;
      const next = JSON.stringify({ holder, beat: ++beats, progress } satisfies Held);
      const isMine = await store.putState(name, next, text);
      if (isMine) text = next;
      last = performance.now();
      return isMine;
    },
    async release() {
      await store.putState(name, undefined, text);
    },
  };
}

/** Waits until the other speaks or has been silent for long enough. */
async function isSilent(store: FactStore, found: string, signal: AbortSignal): Promise<boolean> {
  const since = performance.now();
  while (performance.now() - since < SILENCE) {
    await pause(BEAT, undefined, { signal });
    if ((await store.state(name)) !== found) return false;
  }
  return true;
}
