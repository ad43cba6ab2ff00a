/**
 * What a store keeps of its own index, among its small facts: by which keys the entries of each type are made throughout, and how far
 * a walk has come that makes them anew. Source: store/port.ts state
 */
import type { Keys } from '../search/key-versions.js';
import type { Position, ResourceStore } from '../store/port.js';

export type FactStore = Pick<ResourceStore, 'state' | 'putState'>;

/** Type → code of a parameter → what all its entries are made by. */
export type Complete = Readonly<Record<string, Keys>>;

const completeName = 'search-index';
const tooManyName = 'search-index-too-many';
const placeName = (type: string) => `search-index/${type}`;

/** undefined: nobody has written it yet. */
export async function readComplete(store: FactStore): Promise<Complete | undefined> {
  const text = await store.state(completeName);
  return text === undefined ? undefined : (JSON.parse(text) as Complete);
}

/** What is left out of the index, by the keys of which it was too much. */
export async function readTooMany(store: FactStore): Promise<Complete> {
  return JSON.parse((await store.state(tooManyName)) ?? '{}') as Complete;
}

/** What stands there afterwards: `change` is made to whatever another process may have written in between. */
export function changeComplete(store: FactStore, change: (before: Complete) => Complete): Promise<Complete> {
  return changeFact(store, completeName, change);
}

export function changeTooMany(store: FactStore, change: (before: Complete) => Complete): Promise<Complete> {
  return changeFact(store, tooManyName, change);
}

async function changeFact(store: FactStore, name: string, change: (before: Complete) => Complete): Promise<Complete> {
  for (;;) {
    const text = await store.state(name);
    const after = change(text === undefined ? {} : (JSON.parse(text) as Complete));
    const changed = JSON.stringify(after);
    if (changed === text || (await store.putState(name, changed, text))) return after;
  }
}

/** How far a walk through a type has come. */
export interface Place {
  /** What it makes the entries by. */
  readonly keys: Keys;
  /** In the feed: what was written from there on is looked at again in the end. */
  readonly cursor?: string;
  /** Those of the type are done, and it walks through what contains others of it. */
  readonly inside?: true;
  /** The last resource that was done. */
  readonly after?: Position;
  readonly done: number;
  /** How many there were at its beginning. */
  readonly total: number;
}

/** The place kept for a type, as long as nobody else writes it. */
export interface PlaceKeeper {
  readonly found: Place | undefined;
  /** false: another process has written it in the meantime. `undefined`: the walk is over. */
  put(place: Place | undefined): Promise<boolean>;
}

export async function openPlace(store: FactStore, type: string): Promise<PlaceKeeper> {
  let text = await store.state(placeName(type));
  return {
    found: text === undefined ? undefined : (JSON.parse(text) as Place),
    async put(place) {
      const next = place === undefined ? undefined : JSON.stringify(place);
      const isPut = await store.putState(placeName(type), next, text);
      if (isPut) text = next;
      return isPut;
    },
  };
}

export function sameKeys(one: Keys | undefined, other: Keys | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
