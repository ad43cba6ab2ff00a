/**
 * Finds concepts by words in any code content, those of its supplements included: in its own keys, or in keys that are made when they are
 * first needed and kept while there is room.
 */
import { wholly } from '../model/in-steps.js';
import type { CodeContent, Concept, ConceptMatches, IsWanted } from './code-system.js';
import { makeTextKeys, type TextKeys } from './text-keys.js';
import { type KeysBeside, searchKeys } from './text-search.js';
import type { Words } from './words.js';

interface Keyed {
  readonly keys: TextKeys;
  readonly concepts: readonly Concept[];
}

/** What holds concepts that have no keys of their own. */
export interface Listing {
  concepts(): Iterable<Concept>;
}

/** Bytes of keys that are kept, of all code systems together; those made first go first. */
const MOST = 64 * 1024 * 1024;

const kept = new WeakMap<Listing, Keyed>();
/** Of code systems that are gone the reference is empty. */
const made: { readonly of: WeakRef<Listing>; readonly bytes: number }[] = [];

type Searchable = Listing & Pick<CodeContent, 'keys' | 'at' | 'added'>;

export function searchConcepts(content: Searchable, words: Words, isWanted?: IsWanted): ConceptMatches {
  const { keys, beside } = wholly(ready(content));
  const { at = (place) => kept.get(content)?.concepts[place] } = content;
  return searchKeys(keys, words, at, { isWanted, beside });
}

/** Makes the keys in steps, where they are not there yet: of a large code system that takes a while. */
export function* readyToSearch(content: Searchable): Generator<undefined, void> {
  yield* ready(content);
}

interface Ready {
  readonly keys: TextKeys;
  readonly beside: readonly KeysBeside[];
}

function* ready(content: Searchable): Generator<undefined, Ready> {
  const { added } = content;
  if (added === undefined) return { keys: yield* keysOf(content), beside: [] };
  const beside: KeysBeside[] = [];
  for (const by of added.by) beside.push({ keys: yield* keysOf(by), places: yield* placesIn(added.to, by) });
  return { keys: yield* keysOf(added.to), beside };
}

function* keysOf(content: Searchable): Generator<undefined, TextKeys> {
  return content.keys ?? (kept.get(content) ?? (yield* keep(content))).keys;
}

/** Where the concepts of what adds stand in what is added to; both stay the same as long as nothing of them changes. */
const placed = new WeakMap<CodeContent, WeakMap<CodeContent, Int32Array>>();
/** Concepts looked up in one step. */
const AT_ONCE = 2000;

function* placesIn(base: CodeContent, by: CodeContent): Generator<undefined, Int32Array> {
  const known = placed.get(base) ?? new WeakMap<CodeContent, Int32Array>();
  placed.set(base, known);
  const before = known.get(by);
  if (before !== undefined) return before;
  const placeOf = base.placeOf ?? inOrderOf(base);
  const places = new Int32Array(by.size);
  let place = 0;
  for (const { code } of by.concepts()) {
    places[place++] = placeOf(code);
    if (place % AT_ONCE === 0) yield;
  }
  known.set(by, places);
  return places;
}

function inOrderOf(base: CodeContent): (code: string) => number {
  const places = new Map<string, number>();
  for (const { code } of base.concepts()) places.set(base.fold(code), places.size);
  return (code) => places.get(base.fold(code)) ?? -1;
}

function* keep(content: Listing): Generator<undefined, Keyed> {
  const concepts = [...content.concepts()];
  const keyed = { concepts, keys: yield* makeTextKeys(concepts) };
  kept.set(content, keyed);
  made.push({ of: new WeakRef(content), bytes: sizeOf(keyed.keys) });
  let bytes = made.reduce((sum, one) => sum + one.bytes, 0);
  for (let [first] = made; first !== undefined && bytes > MOST && made.length > 1; [first] = made) {
    const gone = first.of.deref();
    if (gone !== undefined) kept.delete(gone);
    bytes -= first.bytes;
    made.shift();
  }
  return keyed;
}

function sizeOf({ codes, texts, sounds, initials, syllables }: TextKeys): number {
  return [codes, texts, sounds, initials].reduce((sum, { bytes, ends }) => sum + bytes.length + ends.byteLength, syllables.length);
}
