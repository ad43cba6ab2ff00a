/** Walks all versions a store ever acknowledged, with their texts, in the order of its feed. Source: port.ts changes */
import type { Change, ResourceStore, Version } from './port.js';

/** Versions whose texts are read together. */
const TOGETHER = 200;

export interface Step {
  readonly change: Change;
  readonly version: Version;
}

/** Pieces of at most 200; ends behind what had been acknowledged when it began. */
export async function* walkVersions(store: ResourceStore, after?: string): AsyncGenerator<readonly Step[]> {
  let waiting: Change[] = [];
  for await (const change of store.changes(after, { live: false })) {
    waiting.push(change);
    if (waiting.length < TOGETHER) continue;
    yield await withTexts(store, waiting);
    waiting = [];
  }
  if (waiting.length > 0) yield await withTexts(store, waiting);
}

async function withTexts(store: ResourceStore, changes: readonly Change[]): Promise<readonly Step[]> {
  const versions = await store.read(changes);
  return changes.map((change, at) => {
    const version = versions[at];
    if (version === undefined)
      throw new Error(`${change.type}/${change.id} version ${change.version} is in the feed, but not in the store`);
    return { change, version };
  });
}
